"""Tests of the red and blue board."""
