"""The pages of packages: public, applicant's, at work, behind the scenes."""
