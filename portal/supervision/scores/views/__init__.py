"""The pages of rankings: the staff's, the versions of the indicators, suggestions, and the public board."""
