"""The pages of attendance: one's own, the managers', the clocks of the hall."""
