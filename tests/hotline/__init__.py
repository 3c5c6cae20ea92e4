"""Tests of the hotline's tickets."""
