"""The pages of electronic supervision, one file for each subject."""
