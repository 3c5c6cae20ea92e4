"""The pages of open government: the open page, the catalogue of open data, feeds."""
