"""Tests of the exchange with the province."""
