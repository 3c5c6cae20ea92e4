"""The page of the docs that shows the life cycle says what the table says."""

from pathlib import Path

import pytest

from hotline import policies
from hotline.diagram import WHO
from hotline.lifecycle import TICKET
from hotline.management.commands.ticket_diagram import TARGET
from portal.core.lifecycle import diagram

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / TARGET).read_text(encoding="utf-8")
    assert diagram(TICKET) in written, "run `manage.py ticket_diagram` and commit docs/ticket-lifecycle.md"
    for code in (*TICKET.states, *TICKET.transitions):
        assert f"| `{code}` |" in written, code
    assert all(hasattr(policies, name) for name in WHO)
