"""What each role gets at the addresses of rankings, versions and suggestions."""

from collections.abc import Mapping
from typing import Any

from portal.core.time import now
from portal.people.roles import Role
from portal.supervision.scores import weeks
from portal.supervision.scores.models import Edition, Indicator, Measure, Proposal, Row, Scheme
from tests import factories
from tests.permissions import Cast, everyone, nothing, only

READERS = ("supervisor", "auditor", "administrator", "department_head")
OVER_ALL = ("supervisor", "auditor", "administrator")
LOST = {
    "code": "overdue", "numerator": 5, "denominator": 10, "sample": 10, "weight": 10_000, "points": 0, "lost": 10_000,
    "left_out": "",
}  # fmt: skip


def ranking_row(cast: Cast, **more: Any) -> Row:
    """A row of the staff's own department in an edition that waits to be looked at."""
    scheme = Scheme.objects.get(number=1)
    edition = Edition.objects.create(week=weeks.last_week(), number=1, scheme=scheme, computed_at=now())
    return Row.objects.create(
        edition=edition, span="week", department=cast.department, points=0, rank=1, measured=60, parts=[LOST], **more
    )


def edition(cast: Cast) -> Mapping[str, Any]:
    return {"pk": ranking_row(cast).edition_id}


def edition_step(code: str) -> Any:
    return lambda cast: {**edition(cast), "code": code}


def some_edition(cast: Cast) -> Mapping[str, Any]:
    ranking_row(cast)
    return {}


def row(cast: Cast) -> Mapping[str, Any]:
    return {"pk": ranking_row(cast).pk}


def indicator(cast: Cast) -> Mapping[str, Any]:
    return {**row(cast), "code": "overdue"}


def foreign_row(cast: Cast) -> Mapping[str, Any]:
    """A row of a department that the cast's head does not lead."""
    made = ranking_row(cast)
    made.department = factories.department("FGW", name="市发展改革委", short_name="发改委")
    made.save()
    return {"pk": made.pk, "code": "overdue"}


def published(cast: Cast) -> Mapping[str, Any]:
    made = ranking_row(cast).edition
    made.state, made.published_at = "published", now()
    made.save()
    return {}


def draft(cast: Cast) -> Mapping[str, Any]:
    """A draft of the cast's supervisor, with one indicator."""
    scheme = Scheme.objects.create(
        number=2, valid_from=weeks.last_week() + 2 * weeks.SEVEN_DAYS, drafted_by=cast.person("supervisor"),
        drafted_at=now(),
    )  # fmt: skip
    Indicator.objects.create(
        scheme=scheme, position=1, code="early", block="approvals", figure="early_rate", title="提前办结率", weight=100,
        target=90, floor=50,
    )  # fmt: skip
    return {"pk": scheme.pk}


def draft_step(code: str) -> Any:
    return lambda cast: {**draft(cast), "code": code}


def proposal(cast: Cast, state: str = "asked") -> Mapping[str, Any]:
    """Asked of the staff's own department by another supervisor."""
    made = ranking_row(cast)
    one = Proposal.objects.create(
        row=made, department=made.department, indicator=Indicator.objects.get(scheme__number=1, code="overdue"),
        before=LOST, asked="请说明原因。", asked_by=factories.staff(Role.SUPERVISOR), asked_at=now(),
        due_on=now().date(), state=state,
    )  # fmt: skip
    return {"pk": one.pk}


def proposal_step(code: str) -> Any:
    return lambda cast: {**proposal(cast), "code": code}


def measure(cast: Cast) -> Mapping[str, Any]:
    pk = proposal(cast, "running")["pk"]
    return {"pk": Measure.objects.create(proposal_id=pk, position=1, text="专人督办", due_on=now().date()).pk}


SUPERVISORS = only("supervisor")
READING = only(*READERS)

ROWS: list[tuple] = [
    ("scores:public", nothing, everyone()),
    ("scores:public", published, everyone()),
    ("scores:public-data", nothing, everyone(404)),
    ("scores:public-data", published, everyone()),
    ("scores:ranking", nothing, READING),
    ("scores:ranking", some_edition, READING),
    ("scores:editions", some_edition, READING),
    ("scores:compute", nothing, only("supervisor", status=422), "post", {"week": ""}),
    ("scores:step", edition_step("publish"), {**only(*READERS, status=403), "supervisor": 302}, "post",
     {"publish-state_version": "0"}),
    ("scores:step", edition_step("replace"), only(*READERS, status=404), "post"),
    ("scores:row", row, READING),
    ("scores:behind", indicator, READING),
    ("scores:behind", foreign_row, {**READING, "department_head": 404}),
    ("scores:ask", indicator, SUPERVISORS),
    ("scores:ask", indicator, only("supervisor", status=422), "post"),
    ("scores:versions", nothing, only(*OVER_ALL)),
    ("scores:version-new", nothing, only("supervisor", status=302), "post"),
    ("scores:version", draft, only(*OVER_ALL)),
    ("scores:version-edit", draft, SUPERVISORS),
    ("scores:version-edit", draft, only("supervisor", status=422), "post"),
    ("scores:version-try", draft, only(*OVER_ALL)),
    ("scores:version-step", draft_step("submit"), {**only(*OVER_ALL, status=403), "supervisor": 302}, "post",
     {"submit-state_version": "0"}),
    ("scores:version-step", draft_step("nonsense"), only(*OVER_ALL, status=404), "post"),
    ("scores:proposals", nothing, READING),
    ("scores:proposal", proposal, READING),
    ("scores:answer", proposal, only("department_head")),
    ("scores:answer", proposal, only("department_head", status=422), "post"),
    ("scores:proposal-step", proposal_step("withdraw"), only(*READERS, status=422), "post"),
    ("scores:proposal-step", proposal_step("answer"), only(*READERS, status=404), "post"),
    ("scores:measure", measure, only("department_head")),
    ("scores:measure", measure, only("department_head", status=422), "post"),
]  # fmt: skip
