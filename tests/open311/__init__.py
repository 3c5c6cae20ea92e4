"""Tests of the Open311 interface."""
