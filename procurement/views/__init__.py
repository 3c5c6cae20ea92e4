"""The public register of deals: its list and its figures, its tables, its files. No sign-in needed."""
