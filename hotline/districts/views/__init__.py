"""Pages of the districts, and the address for their own platforms."""
