"""The hall: windows, who serves them and when."""
