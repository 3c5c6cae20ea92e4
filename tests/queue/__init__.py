"""The hall's queue."""
