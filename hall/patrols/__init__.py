"""Patrols of the hall: checklists, tours, findings and their rectification."""
