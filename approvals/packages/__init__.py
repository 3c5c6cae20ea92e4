"""Packages (一件事): several items of several departments in one filing, with one form and one set of materials."""
