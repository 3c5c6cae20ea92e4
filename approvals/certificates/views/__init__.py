"""Faces of certificates: the holder's pages, the register, the printer, the types."""
