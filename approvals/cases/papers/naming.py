"""Which step issues which paper, and the papers that an event names."""

from collections.abc import Mapping
from typing import Any

# Code of the step → kind of the paper. Steps that are not named tell nobody anything in writing.
PAPER_OF_STEP = {
    "accept": "acceptance",
    "deem_accepted": "acceptance",
    "ask_supplement": "supplement",
    "return_unsupplemented": "returned",
    "not_accept": "non_acceptance",
    "suspend": "special",
    "extend": "extension",
    "approve": "decision",
    "refuse": "refusal",
    "withdraw": "withdrawal",
    "terminate": "termination",
    "deliver": "delivery",
    "revoke": "revocation",
}
RECEIVING = frozenset({"submit", "resubmit"})


def named_in_event(data: Mapping[str, Any], *, english: bool) -> list[tuple[str, int]]:
    """The papers that a step's event names: (title and number, key)."""
    return [
        (f"{paper['title_en'] if english and paper.get('title_en') else paper['title']} {paper['number']}", paper["id"])
        for paper in data.get("papers", ())
    ]
