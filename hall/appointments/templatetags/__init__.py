"""Template tags of visits: clock times, look-ups, ratios."""
