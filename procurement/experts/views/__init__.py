"""The pages of experts, one file for each reader."""
