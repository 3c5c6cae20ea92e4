"""The pages of conduct, one file for each reader."""
