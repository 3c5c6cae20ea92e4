"""The pages of tenders, one file for each reader."""
