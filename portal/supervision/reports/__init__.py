"""The period report: figures read once, sentences around them, versions, signature, Word document."""
