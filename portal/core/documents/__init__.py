"""Papers of an authority: issued with the step that they tell of, made as PDF by a job, checked by everybody.

This is the face that other rooms import. A room registers a `Shelf` (who may read the papers of its things), writes
what a paper says as a `Letter` in each language, and calls `issue` inside its action's transaction.
"""

from portal.core.documents.issuing import (
    Addressee,
    Authority,
    Paper,
    issue,
    issued_before,
    made_on_request,
    revoke,
    supersede,
    withdraw,
)
from portal.core.documents.letters import Block, Letter, facts, heading, listed, para, said, table
from portal.core.documents.making import ask_copy, ask_making, make_again, make_now
from portal.core.documents.numbering import Series
from portal.core.documents.shelves import Shelf, may_manage, may_read, register_shelf
from portal.core.documents.standing import Standing, register_standing

__all__ = [
    "Addressee",
    "Authority",
    "Block",
    "Letter",
    "Paper",
    "Series",
    "Shelf",
    "Standing",
    "ask_copy",
    "ask_making",
    "facts",
    "heading",
    "issue",
    "issued_before",
    "listed",
    "made_on_request",
    "make_again",
    "make_now",
    "may_manage",
    "may_read",
    "para",
    "register_shelf",
    "register_standing",
    "revoke",
    "said",
    "supersede",
    "table",
    "withdraw",
]
