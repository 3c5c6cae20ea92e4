"""Findings: recorded on a tour, put right with a photo, verified, sent back, closed, set aside; and their lamps."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hall.patrols import notices, policies
from hall.patrols.actions.tours import own_tour
from hall.patrols.lifecycle import ELSEWHERE, FINDING
from hall.patrols.measures import FINDING_MEASURES
from hall.patrols.models import Finding, FindingPhoto, Mark, Point
from hall.patrols.photos import attach
from hall.patrols.rules import REPEATED
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.numbers import next_number
from portal.core.rules import rule
from portal.core.statistics import watch
from portal.core.time import now, today
from portal.people.models import Department, Posting

PREFIX, PLACE = "XC", "HALL"
LONGEST_LIMIT = 60
BATCH = 200


@dataclass(frozen=True, kw_only=True)
class FindingDraft:
    """What the inspector writes down."""

    area_id: int
    point_id: int
    text: str
    department_id: int | None
    person_id: int | None = None
    limit_days: int


@action
def add_finding(actor: Actor, tour_id: int, draft: FindingDraft, photos: Sequence[StoredFile] = ()) -> Finding:
    """Record a finding at a marked point, with its photos; who is responsible is told. Raises Invalid with `fields`."""
    tour = own_tour(actor, tour_id)
    point = Point.objects.select_related("chapter").filter(pk=draft.point_id).first()
    marked = tour.marks.filter(area=draft.area_id, point=draft.point_id, result=Mark.Result.FINDING)
    if point is None or not marked.exists():
        raise NotFound()
    if tour.findings.filter(area=draft.area_id, point=draft.point_id).exists():
        raise WrongState(_("This finding has been recorded already."))
    if wrong := _wrong(draft):
        raise Invalid(fields=wrong)
    finding = Finding(
        tour=tour,
        area_id=draft.area_id,
        point=point,
        chapter=point.chapter.code,
        text=draft.text.strip(),
        department_id=draft.department_id or 0,
        person_id=draft.person_id,
        limit_days=draft.limit_days,
        found_at=now(),
        found_on=today(),
        due_on=workdays().add(today(), draft.limit_days),
        repeats=_earlier(draft.area_id, point),
        number=next_number(PREFIX, PLACE, today()),
    )
    with watch(FINDING_MEASURES, finding):
        finding.save()
    attach(finding, photos, FindingPhoto.Kind.BEFORE, actor)
    record(finding, "finding.found", actor, to_state="open", data={"photos": len(photos), "due": finding.due_on})
    notices.tell(finding, notices.FOUND, notices.responsible(finding), key="found")
    return finding


def _wrong(draft: FindingDraft) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if not draft.text.strip():
        wrong["text"] = _("Describe what was found.")
    if not 1 <= draft.limit_days <= LONGEST_LIMIT:
        wrong["limit_days"] = _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": LONGEST_LIMIT}
    if not Department.objects.open_on(today()).filter(pk=draft.department_id or 0).exists():
        wrong["department"] = _("Choose the department that puts it right.")
    elif draft.person_id is not None:
        here = Posting.objects.in_force().filter(department=draft.department_id, user=draft.person_id)
        if not here.filter(user__is_active=True).exists():
            wrong["person"] = _("This person does not work for the department any more. Choose somebody else.")
    return wrong


def _earlier(area_id: int, point: Point) -> Finding | None:
    """The last finding of the same kind in the area, if it is not long ago."""
    since = today() - dt.timedelta(days=rule(REPEATED, today()).days)
    rows = Finding.objects.filter(area=area_id, point__text=point.text, found_on__gte=since)
    return rows.exclude(state="set_aside").order_by("-found_at").first()


@action
def rectify(
    actor: Actor, finding_id: int, *, report: str, photos: Sequence[StoredFile], state_version: int | None
) -> Finding:
    """Report as put right, with at least one photo as proof."""
    finding = _locked(actor, finding_id)
    if not photos:
        raise Invalid(fields={"photos": _("Add a photo that shows that it was put right.")})
    step = FINDING.begin(finding, "rectify", actor, {"report": report}, state_version=state_version)
    attach(finding, photos, FindingPhoto.Kind.AFTER, actor)
    return _finish(finding, step, actor)


@action
def take_step(
    actor: Actor, finding_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Finding:
    """Verify, send back, close, set aside. Raises what the lifecycle raises."""
    finding = _locked(actor, finding_id)
    if code in ELSEWHERE:
        raise WrongState()
    return _finish(finding, FINDING.begin(finding, code, actor, inputs, state_version=state_version), actor)


@action
def light_lamps(limit: int = BATCH) -> int:
    """Tell once of each finding whose limit has passed; returns how many lamps went on."""
    late = Finding.objects.to_do().filter(due_on__lt=today(), red_lit_on__isnull=True).order_by("due_on", "pk")
    pks = list(late.values_list("pk", flat=True)[:limit])
    rows = db.lock_rows(Finding.objects.select_related("area", "point", "department", "person"), pks)
    for finding in rows:
        finding.red_lit_on = today()
        finding.save(update_fields=["red_lit_on"])
        people = {one.pk: one for one in (*notices.responsible(finding), *notices.managers())}
        notices.tell(finding, notices.OVERDUE, people.values(), key=f"overdue:{finding.due_on}")
    return len(rows)


def _finish(finding: Finding, step: Any, actor: Actor) -> Finding:
    with watch(FINDING_MEASURES, finding):
        before, after = step.apply()
        finding.save()
    code = step.transition.code
    event = record(finding, f"finding.{code}", actor, from_state=before, to_state=after, data=step.data)
    if code == "rectify":
        notices.tell(finding, notices.RECTIFIED, notices.managers(), key=f"event:{event.pk}")
    elif told := {"send_back": notices.SENT_BACK, "verify": notices.VERIFIED}.get(code):
        notices.tell(finding, told, notices.responsible(finding), key=f"event:{event.pk}")
    return finding


def _locked(actor: Actor, finding_id: int) -> Finding:
    rows = Finding.objects.select_related("area", "point", "department", "person")
    try:
        finding = db.lock_row(rows, finding_id)
    except Finding.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see(actor.user, finding):
        raise NotFound()
    return finding
