"""The pages of awards, one file for each reader or thing."""
