"""Pages of ratings: of those who rate, of the window's tablet, of those who work on what was said, of everybody."""
