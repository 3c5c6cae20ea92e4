"""What several pages read of a visit: its places, who was left out, the seats, the reports, the public figures."""

from collections import Counter
from typing import Any

from django.db.models import Avg, Count
from django.utils.translation import gettext as _

from hall.patrols.models import Finding
from hall.social.lifecycle import SEAT, SEAT_TONES
from hall.social.models import Seat, SocialSupervisor, UnitGrade, Visit
from hall.social.rules import BY_CODE

SHOWN = 8  # characters of a code that stand for a person whose name is secret


def categories_of(visit: Visit) -> list[tuple[str, int]]:
    """How many of which category, in the reader's language."""
    names = dict(SocialSupervisor.Category.choices)
    return [(str(names.get(one["speciality"], one["speciality"])), one["count"]) for one in visit.places]


def left_out(visit: Visit) -> list[tuple[Any, int]]:
    """How many were left out under each rule; the rules say nothing about whom."""
    counts = Counter(one["rule"] for one in visit.pool["exclusions"])
    return [(rule, counts[code]) for code, rule in BY_CODE.items() if code in counts]


def seats_of(visit: Visit, named: bool) -> list[dict[str, Any]]:
    """The seats in the order of invitation; a name only where it may be known, else the code's beginning. Two queries."""
    codes = dict(visit.codes.values_list("supervisor", "code"))
    rows = visit.seats.select_related("supervisor__user").order_by("pk")
    return [
        {
            "seat": one, "name": one.supervisor.user.name if named else f"{codes[one.supervisor_id][:SHOWN]}…",
            "label": SEAT.states[one.state].label, "tone": SEAT_TONES[one.state],
        }
        for one in rows
    ]  # fmt: skip


def report_rows(visit: Visit) -> list[tuple[Seat, list[UnitGrade]]]:
    """The reports that came in, each with its grades; two queries."""
    rows = visit.seats.filter(state="reported").select_related("supervisor__user")
    return [(one, list(one.grades.all())) for one in rows.prefetch_related("grades__department").order_by("pk")]


def unit_rows(visit: Visit) -> list[dict[str, Any]]:
    """Each unit of the visit: the mean of its grades, its findings, how many are put right. Three queries."""
    grades = dict(
        UnitGrade.objects.filter(seat__visit=visit).values_list("department").annotate(mean=Avg("grade")).order_by()
    )
    findings = Finding.objects.filter(on_visit__seat__visit=visit).exclude(state__in=("noted", "set_aside"))
    counts: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for department, state, count in findings.values_list("department", "state").annotate(n=Count("pk")).order_by():
        counts[department] += count
        done[department] += count if state in ("verified", "closed") else 0
    return [
        {"unit": one, "mean": grades.get(one.pk), "findings": counts[one.pk], "done": done[one.pk]}
        for one in visit.departments.all()
    ]


def gone_words(visit: Visit) -> list[tuple[str, str]]:
    """Whose place went on, by the beginning of the code, and why."""
    why = {
        **{code: str(label) for code, label in Seat.Why.choices},
        **{c: str(rule.label) for c, rule in BY_CODE.items()},
    }
    return [(f"{one['code'][:SHOWN]}…", why.get(one["why"], _("Not known"))) for one in visit.gone]
