"""Faces of fees: the payer's pages, the window's, the accounts', the providers'."""
