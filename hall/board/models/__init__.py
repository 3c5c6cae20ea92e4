"""Data of the red and blue board."""

from hall.board.models.board import Board, BoardRow, Objection

__all__ = ["Board", "BoardRow", "Objection"]
