"""The pages of bidders, one file for each reader."""
