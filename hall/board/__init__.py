"""The monthly red and blue board of windows and departments."""
