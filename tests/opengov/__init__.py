"""Tests of open government."""
