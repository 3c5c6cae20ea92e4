"""The page of the docs that shows the life cycle says what the table says."""

from pathlib import Path

import pytest

from approvals.cases import policies
from approvals.cases.lifecycle import CASE, CORRECTABLE
from approvals.cases.management.commands.lifecycle_diagram import TARGET, WHO, page
from portal.core.lifecycle import diagram

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date():
    written = (ROOT / TARGET).read_text(encoding="utf-8")
    assert written == page(), "run `manage.py lifecycle_diagram` and commit docs/case-lifecycle.md"


def test_the_diagram_leads_from_the_draft_to_every_state_but_only_by_edges_of_the_table():
    edges = [line.strip() for line in diagram(CASE).splitlines() if "-->" in line]
    assert edges[0] == "[*] --> draft"
    reached = {line.split("--> ")[1].split(":")[0] for line in edges}
    assert reached - {"[*]"} == CASE.states.keys()
    assert "suspended --> in_review: resume" in edges
    assert "in_review --> deciding: pass_review" in edges
    assert "revoked --> [*]" in edges
    assert "withdrawn --> [*]" in edges
    assert not any("draft" in line.split("-->")[1] for line in edges[1:])


def test_computed_targets_lead_where_the_table_says():
    assert CASE.transitions["resume"].leads_to == CASE.transitions["suspend"].sources
    assert {code for code, step in CASE.transitions.items() if step.correctable} == CORRECTABLE
    assert all(hasattr(policies, name) for name in WHO)
