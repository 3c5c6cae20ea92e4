"""What each role gets at the addresses of conduct: the citizen of the table acts for the agency, the other is an expert."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.people.models import Membership
from procurement.conduct.actions.rating import sheet_of
from procurement.conduct.models import Decision, Rating
from procurement.experts.models import Panel, PanelMember
from tests import factories
from tests.experts.objects import expert, tender
from tests.permissions import Cast, everyone, nothing, only, signed_in
from tests.tenders.objects import credit_code, firm

READERS = ("supervisor", "procurement_officer", "auditor", "administrator")
LONG_AGO = factories.moment("2026-01-05 09:00")


def _project(cast: Cast) -> Any:
    project = tender(state="awarded", agency=firm(agent=cast.person("citizen"))[0])
    one = expert(user=cast.person("other_citizen"))
    panel = Panel.objects.create(project=project, size=5)
    PanelMember.objects.create(panel=panel, user=one.user, expert=one, state="attending")
    return project


def number(cast: Cast) -> Mapping[str, Any]:
    return {"number": _project(cast).number}


def agency(cast: Cast) -> Mapping[str, Any]:
    project = _project(cast)
    return {"number": project.number, "subject": "agency", "subject_id": project.agency_id}


def rating(cast: Cast) -> Mapping[str, Any]:
    project = _project(cast)
    made = Rating.objects.create(
        project=project, subject="agency", agency=project.agency, by="buyer", slot="buyer", rater=factories.user(),
        sheet=sheet_of("agency", dt.date(2026, 1, 5)), points=5, year=2026, rated_at=LONG_AGO,
        object_until=dt.date(2026, 1, 20),
    )  # fmt: skip
    return {"rating_id": made.pk}


def decision(cast: Cast) -> Mapping[str, Any]:
    one = expert(user=cast.person("other_citizen"))
    made = Decision.objects.create(
        kind="talk", about="expert", expert=one, name=one.name, ground="x", source="x", authority="x", appeal="x",
        proposed_at=LONG_AGO, hear_until=dt.date(2026, 1, 12),
    )  # fmt: skip
    return {"decision_id": made.pk}


def listed(_cast: Cast) -> Mapping[str, Any]:
    Decision.objects.create(
        kind="red", about="firm", uscc=credit_code(4_321_000), name="某公司", ground="x", source="x", authority="x",
        appeal="x", proposed_at=LONG_AGO, hear_until=dt.date(2026, 1, 12), decided_at=LONG_AGO, state="in_force",
        starts_on=dt.date(2026, 1, 6),
    )  # fmt: skip
    return {}


def own_firm(cast: Cast) -> Mapping[str, Any]:
    """A decision about a firm that the citizen acts for."""
    organisation = firm()[0]
    Membership.objects.create(organisation=organisation, user=cast.person("citizen"), starts_on=dt.date(2020, 1, 1))
    made = Decision.objects.create(
        kind="black", about="firm", uscc=organisation.uscc, organisation=organisation, name="某公司", ground="x",
        source="x", authority="x", appeal="x", proposed_at=LONG_AGO, hear_until=dt.date(2026, 1, 12),
    )  # fmt: skip
    return {"decision_id": made.pk}


raters = only("other_citizen", "procurement_officer", otherwise=404)

ROWS: list[tuple] = [
    ("conduct:lists", listed, everyone()),
    ("conduct:lists-data", listed, everyone()),
    ("conduct:mine", nothing, signed_in()),
    ("conduct:tender", number, raters),
    ("conduct:rate", agency, raters),
    ("conduct:rate", agency, only("other_citizen", "procurement_officer", status=302, otherwise=404), "post"),
    ("conduct:scores", nothing, only(*READERS)),
    ("conduct:sheets", nothing, only(*READERS)),
    ("conduct:sheets", nothing, {**only(*READERS), "procurement_officer": 422, "supervisor": 422}, "post"),
    ("conduct:ratings", nothing, only(*READERS)),
    ("conduct:rating", rating, only("citizen", *READERS, otherwise=404)),
    ("conduct:rating", rating, only("citizen", *READERS, status=422, otherwise=404), "post"),
    ("conduct:decisions", nothing, only(*READERS)),
    ("conduct:decision-new", nothing, only("procurement_officer", "supervisor")),
    ("conduct:decision-new", nothing, only("procurement_officer", "supervisor", status=422), "post"),
    ("conduct:decision", decision, only("other_citizen", *READERS, otherwise=404)),
    ("conduct:decision", own_firm, only("citizen", *READERS, status=422, otherwise=404), "post"),
]
