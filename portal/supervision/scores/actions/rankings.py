"""Computing the ranking of a week, and publishing or withdrawing it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.models import DirtyKey
from portal.core.statistics import refresh_all
from portal.core.time import now
from portal.supervision.scores import policies, weeks
from portal.supervision.scores.drawing import Drawn, Ranking, draw
from portal.supervision.scores.lifecycle import EDITION
from portal.supervision.scores.models import Edition, Row, Scheme, Span
from portal.supervision.scores.notices import tell_published, tell_ready

PORTAL = Actor.system("weekly_ranking")
RECHECKED = 4  # weeks before the last one that are looked at again: what came in late makes a new edition


def compute(actor: Actor, week: dt.date, *, reason: str = "") -> tuple[Edition, bool]:
    """The ranking of the week that begins on this Monday, and whether it is a new edition.

    With unchanged figures the edition that there is stays. The cells are read before the transaction that keeps the
    rows: a reading may take seconds and locks nothing.
    Raises NotAllowed, Invalid for a week that is not over or has no figures, WrongState without a version in force or
    with an indicator that no block reports any more.
    """
    if actor.user is not None and not policies.may_supervise(actor.user):
        raise NotAllowed()
    if week.weekday() != 0 or week > weeks.last_week():
        raise Invalid(fields={"week": _("Only a week that is over can be ranked.")})
    scheme = Scheme.objects.in_force(week)
    if scheme is None:
        raise WrongState(_("No version of the indicators is in force in this week."))
    drawn = draw(week, [scheme])[0]
    if not drawn[Span.WEEK]:
        raise Invalid(fields={"week": _("There are no figures of departments for this week.")})
    return _keep(actor, week, scheme, drawn, reason.strip()[:500])


@action
def _keep(actor: Actor, week: dt.date, scheme: Scheme, drawn: Ranking, reason: str) -> tuple[Edition, bool]:
    # The version's row serialises who computes the same week at once.
    db.lock_row(Scheme.objects.all(), scheme.pk)
    latest = Edition.objects.filter(week=week, is_current=True).first()
    rows_before = _rows_of(latest)
    changes = _changes(rows_before, drawn)
    if latest is not None:
        if latest.scheme_id == scheme.pk and not changes:
            return latest, False
        _set_aside(latest)
    edition = Edition(
        week=week, number=latest.number + 1 if latest else 1, scheme=scheme, computed_at=now(), reason=reason,
        changes=changes if latest else [],
    )  # fmt: skip
    edition.save()
    Row.objects.bulk_create(_rows(edition, drawn), batch_size=500)
    record(
        edition, "ranking.computed", actor, to_state=edition.state,
        data={"week": week.isoformat(), "number": edition.number, "version": scheme.number, "changed": len(edition.changes)},
    )  # fmt: skip
    tell_ready(edition)
    return edition, True


def _set_aside(latest: Edition) -> None:
    """A later edition is the current one. What is published stays so until the later one is published."""
    latest = db.lock_row(Edition.objects.all(), latest.pk)
    latest.is_current = False
    if latest.state == "published":
        latest.save(update_fields=["is_current"])
        return
    _replace(latest)


def _replace(edition: Edition) -> None:
    before, after = EDITION.begin(edition, "replace", PORTAL, state_version=None).apply()
    edition.save(update_fields=["is_current", "state", "state_version"])
    record(edition, "ranking.replace", PORTAL, from_state=before, to_state=after)


def _rows_of(edition: Edition | None) -> dict[tuple[str, int], Row]:
    rows = Row.objects.filter(edition=edition).select_related("department") if edition else ()
    return {(row.span, row.department_id): row for row in rows}


def _rows(edition: Edition, drawn: Ranking) -> list[Row]:
    before = _rows_of(Edition.objects.current().filter(week=edition.week - weeks.SEVEN_DAYS).first())
    found = []
    for span, rows in drawn.items():
        for one in rows:
            then = before.get((span, one.department.pk))
            found.append(
                Row(
                    edition=edition, span=span, department=one.department, points=one.score.points, rank=one.rank,
                    measured=one.score.measured, previous_points=then.points if then else None,
                    previous_rank=then.rank if then else None, parts=one.kept_parts,
                )
            )  # fmt: skip
    return found


def _changes(before: Mapping[tuple[str, int], Row], drawn: Ranking) -> list[dict[str, Any]]:
    """What a new computing finds different, department by department; empty when nothing is."""
    after = {(span, one.department.pk): one for span, rows in drawn.items() for one in rows}
    found = []
    for key in sorted(before.keys() | after.keys(), key=lambda key: (key[0] != Span.WEEK, key[1])):
        if change := _change(before.get(key), after.get(key)):
            found.append({"span": key[0], "department": key[1], **change})
    return found


def _change(old: Row | None, new: Drawn | None) -> dict[str, Any]:
    parts = {one["code"]: one for one in old.parts} if old else {}
    then = {one["code"]: one for one in new.kept_parts} if new else {}
    codes = [code for code in {**parts, **then} if parts.get(code) != then.get(code)]
    points = [old.points if old else None, new.score.points if new else None]
    rank = [old.rank if old else None, new.rank if new else None]
    if not codes and points[0] == points[1] and rank[0] == rank[1] and (old is None) == (new is None):
        return {}
    department = new.department if new else old.department if old else None
    return {"name": department.name if department else "", "points": points, "rank": rank, "indicators": codes}


def compute_due() -> int:
    """The weekly job: ranks every week that is over and has no ranking yet, on the first working day after it.

    The four weeks before are looked at again at the same time. Cells that lag behind are brought up to date first.
    Returns how many editions were made.
    """
    latest = Edition.objects.order_by("-week").values_list("week", flat=True).first()
    due = weeks.due_weeks(latest)
    if not due:
        return 0
    if DirtyKey.objects.exists():
        refresh_all()
    first = due[0] - RECHECKED * weeks.SEVEN_DAYS
    known = Edition.objects.current().filter(week__gte=first, week__lt=due[0]).values_list("week", flat=True)
    made = 0
    for week in [*sorted(known), *due]:
        try:
            made += compute(PORTAL, week)[1]
        except Invalid:
            continue  # nothing was counted in this week: there is nothing to rank
    return made


@action
def take_edition_step(
    actor: Actor, edition_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> Edition:
    """Publish or withdraw a ranking. Raises NotFound and what the lifecycle raises."""
    try:
        edition = db.lock_row(Edition.objects.all(), edition_id)
    except Edition.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_edition(actor.user, edition) or code not in EDITION.transitions:
        raise NotFound()
    step = EDITION.begin(edition, code, actor, inputs, state_version=state_version)
    if code == "publish":
        earlier = Edition.objects.filter(week=edition.week, state="published").values_list("pk", flat=True)
        for one in db.lock_rows(Edition.objects.all(), earlier):
            _replace(one)
    before, after = step.apply()
    edition.save()
    record(edition, f"ranking.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    if code == "publish":
        tell_published(edition)
    return edition
