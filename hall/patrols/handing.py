"""Findings of social supervisors, for the room above: noted on a visit, withdrawn, handed over with its report.

Plain functions inside the caller's transaction. From the handing over on, a finding is put right and verified like
those of patrols.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hall.patrols import notices
from hall.patrols.lifecycle import FINDING
from hall.patrols.measures import FINDING_MEASURES
from hall.patrols.models import Area, Chapter, Finding, FindingPhoto
from hall.patrols.photos import attach
from portal.core import db
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotFound, type_of_message
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.numbers import next_number
from portal.core.statistics import watch
from portal.core.time import now, today

PREFIX, PLACE = "SJ", "HALL"


@dataclass(frozen=True, kw_only=True)
class NoteDraft:
    """What a social supervisor writes down; `chapter` is one of the checklist in force."""

    area_id: int
    chapter: str
    department_id: int
    text: str


def chapters() -> list[Chapter]:
    """What a finding may be about: the chapters of the checklist in force."""
    return list(Chapter.objects.filter(checklist__state="published"))


def note(actor: Actor, draft: NoteDraft, photos: Sequence[StoredFile], *, limit_days: int) -> Finding:
    """Write a finding down; nobody is told yet. `limit_days` are the working days from the handing over on.

    Raises Invalid with `fields`.
    """
    assert actor.user is not None  # noqa: S101 - a person's step
    wrong: dict[str, type_of_message] = {}
    if not draft.text.strip():
        wrong["text"] = _("Describe what was found.")
    if not Area.objects.filter(pk=draft.area_id, closed_on__isnull=True).exists():
        wrong["area"] = _("Choose where it was found.")
    if draft.chapter not in {one.code for one in chapters()}:
        wrong["chapter"] = _("Choose what it is about.")
    if wrong:
        raise Invalid(fields=wrong)
    finding = Finding(
        origin=Finding.Origin.SOCIAL, state="noted", reported_by=actor.user, area_id=draft.area_id,
        chapter=draft.chapter, text=draft.text.strip(), department_id=draft.department_id, limit_days=limit_days,
        found_at=now(), found_on=today(), due_on=workdays().add(today(), limit_days),
        number=next_number(PREFIX, PLACE, today()),
    )  # fmt: skip
    with watch(FINDING_MEASURES, finding):
        finding.save()
    attach(finding, photos, FindingPhoto.Kind.BEFORE, actor)
    record(finding, "finding.noted", actor, to_state="noted", data={"photos": len(photos)})
    return finding


def withdraw(actor: Actor, finding_id: int, *, state_version: int | None) -> Finding:
    """Take an own note back. Raises NotFound for somebody else's, WrongState once it was handed over."""
    try:
        finding = db.lock_row(Finding.objects.filter(reported_by=actor.user_id), finding_id)
    except Finding.DoesNotExist:
        raise NotFound() from None
    _step(actor, finding, "withdraw", state_version)
    return finding


def hand_over(actor: Actor, finding_ids: Iterable[int]) -> list[Finding]:
    """Hand the own notes to their departments: the limits begin to run, and who is responsible is told."""
    rows = Finding.objects.filter(state="noted", reported_by=actor.user_id)
    found = db.lock_rows(rows.select_related("area", "department", "person"), finding_ids)
    for finding in found:
        _step(actor, finding, "hand_over", None)
        people = notices.responsible(finding)
        notices.tell(finding, notices.FOUND_BY_SUPERVISOR, people, key="found")
    return found


def _step(actor: Actor, finding: Finding, code: str, state_version: int | None) -> None:
    step = FINDING.begin(finding, code, actor, state_version=state_version)
    with watch(FINDING_MEASURES, finding):
        before, after = step.apply()
        finding.save()
    record(finding, f"finding.{code}", actor, from_state=before, to_state=after, data={"due": finding.due_on})
