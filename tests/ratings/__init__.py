"""Tests of ratings, rectifications and grievances."""
