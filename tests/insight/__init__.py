"""Tests of the insight."""
