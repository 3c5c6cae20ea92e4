"""The datasets of the rooms below that publish none themselves; each module says what one field gives out."""
