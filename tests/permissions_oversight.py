"""What each role gets at the addresses of the supervisors' workbench: for whoever does not watch, it does not exist."""

from collections.abc import Mapping
from typing import Any

from procurement.oversight.models import Evidence, Inquiry, Lead, Sign
from procurement.tenders.models import Project
from tests import factories
from tests.experts.objects import tender as announced
from tests.permissions import Cast, nothing, only
from tests.tenders.objects import bidder

AT = factories.moment("2026-11-02 09:00")
LONG_AGO = AT.date()


def _lead(cast: Cast, state: str = "inquiry") -> Lead:
    """A lead that the supervisor has taken up, with one sign."""
    project = announced(state="opened")
    lead = Lead.objects.create(
        number="XS-20261102-JYZX-000001-A", title="某工程", state=state, opened_at=AT, opened_on=LONG_AGO,
        taken_by=cast.person("supervisor"), taken_at=AT,
    )  # fmt: skip
    Sign.objects.create(
        kind="statistical", basis="figure", code="R018", key="k", project=project, lot=_lot(project),
        category="construction", figures={"bids": 1}, source="x", found_on=LONG_AGO, computed_on=LONG_AGO, lead=lead,
    )  # fmt: skip
    return lead


def _lot(project: Project) -> Any:
    return project.lots.create(number=1, name="一标段", budget_fen=100)


def lead(cast: Cast) -> Mapping[str, Any]:
    return {"number": _lead(cast).number}


def letter(cast: Cast) -> Mapping[str, Any]:
    one = _lead(cast)
    made = Inquiry.objects.create(
        lead=one, to_name="甲公司", question="请说明", letter="函1", asked_by=cast.person("supervisor"), asked_at=AT,
        due_on=LONG_AGO,
    )  # fmt: skip
    return {"number": one.number, "inquiry_id": made.pk}


def evidence(cast: Cast) -> Mapping[str, Any]:
    one = _lead(cast)
    made = Evidence.objects.create(lead=one, occasion="inquire", taken_at=AT, signs=1, body="[]", sha256="0" * 64)
    return {"number": one.number, "evidence_id": made.pk}


def tender(_cast: Cast) -> Mapping[str, Any]:
    return {"number": announced(state="opened").number}


def firm(_cast: Cast) -> Mapping[str, Any]:
    return {"organisation_id": bidder()[0].organisation_id}


def own_firm(cast: Cast) -> Mapping[str, Any]:
    """The supervisor acts for the firm: even a supervisor does not see it then."""
    return {"organisation_id": bidder(agent=cast.person("supervisor"))[0].organisation_id}


def pair(_cast: Cast) -> Mapping[str, Any]:
    return {"one_id": bidder()[0].organisation_id, "other_id": bidder()[0].organisation_id}


watchers = only("supervisor", "auditor", otherwise=404)
working = {**only("supervisor", otherwise=404), "auditor": 403}
refused = {**only("supervisor", status=422, otherwise=404), "auditor": 403}

ROWS: list[tuple] = [
    ("oversight:leads", nothing, watchers),
    ("oversight:signs", nothing, watchers),
    ("oversight:signs", nothing, refused, "post"),
    ("oversight:method", nothing, watchers),
    ("oversight:lead", lead, watchers),
    ("oversight:lead", lead, {**only("supervisor", status=422, otherwise=404), "auditor": 403}, "post",
     {"step": "propose", "state_version": "0"}),
    ("oversight:letter-new", lead, working),
    ("oversight:letter-new", lead, refused, "post"),
    ("oversight:answer", letter, working),
    ("oversight:answer", letter, refused, "post"),
    ("oversight:note-new", lead, working),
    ("oversight:note-new", lead, refused, "post"),
    ("oversight:files-new", lead, working),
    ("oversight:files-new", lead, refused, "post"),
    ("oversight:evidence", evidence, watchers),
    ("oversight:tender", tender, watchers),
    ("oversight:firm", firm, watchers),
    ("oversight:firm", own_firm, only("auditor", otherwise=404)),
    ("oversight:pair", pair, watchers),
]  # fmt: skip
