"""Lamps of the approvals: decisions, first answers, stops, delivery, packages, projects, promises, pledges."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from approvals.cases.figures import balance_condition
from approvals.cases.lights import TO_DELIVER, delivery_days
from approvals.cases.models import Case, CaseStop
from approvals.packages.models import PackageFiling
from approvals.pledges.models import Commitment, PromisedMaterial
from approvals.projects.models import MeetingTask, OpinionRequest
from approvals.promises.models import Finding
from portal.core.calendar import workdays
from portal.core.lamps import AMBER, RED, Lamp, LampSource, Light, register_lamps
from portal.core.models import CalendarDay
from portal.core.time import today
from portal.supervision.monitoring.sources.common import at_key, at_number, limit, limit_with_amber

APP = "approvals"
OF_CASE = {"number": "number", "name": "item__name", "name_en": "item__name_en", "url": at_number("cases:desk-case")}
WHOSE = {"department": "department_id", "person": "staff_id"}


def _standing(figure: str) -> "QuerySet[Any]":
    """The same cases that stand behind the figure of the board."""
    return Case.objects.filter(balance_condition(figure, today()))


def _due_today() -> "QuerySet[Any]":
    return Case.objects.filter(ended_on__isnull=True, submitted_on__isnull=False, answer_due_on=today())


def _stops() -> "QuerySet[Any]":
    return CaseStop.objects.filter(
        to_on__isnull=True, announced_end_on__lt=today(), case__ended_on__isnull=True, case__accepted_on__lte=today()
    )


def _undelivered() -> "QuerySet[Any]":
    """Decided, and not with the applicant although the days of article 44 are over; with the last day of them."""
    days = delivery_days()
    worked = CalendarDay.objects.filter(day__gt=OuterRef("decided_on"), is_workday=True).order_by("day")
    last = Subquery(worked.values("day")[days - 1 : days])
    rows = Case.objects.filter(imported=False, state__in=sorted(TO_DELIVER), decided_on__isnull=False)
    return rows.filter(decided_on__lt=workdays().add(today(), -days)).annotate(deliver_by=last)


def _running_packages() -> "QuerySet[Any]":
    return PackageFiling.objects.filter(ended_on__isnull=True, accepted_on__isnull=False)


def _project(lamp: Lamp) -> str:
    return at_number("projects:project")(lamp)


def register() -> None:
    """Called in `ready()`."""
    for source in (*_cases(), *_others()):
        register_lamps(source)


def _cases() -> tuple[LampSource, ...]:
    case: dict[str, Any] = {**OF_CASE, **WHOSE}
    return (
        LampSource(
            "cases.decision", APP, pgettext_lazy("lamp", "Decision on a case"),
            (
                Light(
                    RED, lambda: _standing("open_overdue"),
                    Coalesce(F("promised_due_on"), F("overdue_from_on")),
                ),
                Light(AMBER, lambda: _standing("due_soon"), "amber_on"),
            ),
            due="promised_due_on", **case,
        ),
        LampSource(
            "cases.answer", APP, pgettext_lazy("lamp", "First answer to an application"),
            (Light(RED, lambda: _standing("unanswered"), "answer_due_on"), Light(AMBER, _due_today, "answer_due_on")),
            due="answer_due_on", **case,
        ),
        LampSource(
            "cases.stop", APP, pgettext_lazy("lamp", "Special procedure past its announced end"),
            (Light(AMBER, _stops, "announced_end_on"),),
            number="case__number", name="case__item__name", name_en="case__item__name_en",
            url=OF_CASE["url"], department="case__department_id", person="case__staff_id",  # type: ignore[arg-type]
            due="announced_end_on",
        ),
        LampSource(
            "cases.delivery", APP, pgettext_lazy("lamp", "Delivery of the result"),
            (Light(RED, _undelivered, "deliver_by"),), **case,
        ),
    )  # fmt: skip


def _others() -> tuple[LampSource, ...]:
    return (
        LampSource(
            "packages.filing", APP, pgettext_lazy("lamp", "One-thing package"),
            (
                Light(
                    RED, lambda: _running_packages().filter(overdue_from_on__lte=today()),
                    Coalesce(F("due_on"), F("overdue_from_on")),
                ),
                Light(
                    AMBER,
                    lambda: _running_packages().filter(
                        Q(overdue_from_on__isnull=True) | Q(overdue_from_on__gt=today()), amber_on__lte=today()
                    ),
                    "amber_on",
                ),
            ),
            number="number", name="version__name", name_en="version__name_en", url=at_number("packages:desk-filing"),
            department="department_id", due="due_on",
        ),
        LampSource(
            "projects.opinion", APP, pgettext_lazy("lamp", "Opinion on a project"),
            limit_with_amber(lambda: OpinionRequest.objects.filter(state="asked"), "due_on", "amber_on"),
            number="project__code", name="project__name", url=at_key("projects:request"),
            department="department_id", due="due_on",
        ),
        LampSource(
            "projects.task", APP, pgettext_lazy("lamp", "Task of a project meeting"),
            limit(lambda: MeetingTask.objects.filter(state="open")),
            number="project__code", name="text", url=_project, department="department_id", due="due_on",
        ),
        LampSource(
            "promises.rework", APP, pgettext_lazy("lamp", "Promise sent back for rework"),
            limit_with_amber(lambda: Finding.objects.filter(state="asked"), "reply_due_on", "amber_on"),
            number="item__code", name="item__name", name_en="item__name_en", url=at_key("promises:finding"),
            department="department_id", due="reply_due_on",
        ),
        LampSource(
            "pledges.check", APP, pgettext_lazy("lamp", "Check of a commitment"),
            limit_with_amber(
                lambda: Commitment.objects.filter(state__in=("checking", "correcting")), "due_on", "amber_on"
            ),
            number="case__number", name="item__name", name_en="item__name_en", url=at_key("pledges:check"),
            department="counted_for_id", due="due_on",
        ),
        LampSource(
            "pledges.material", APP, pgettext_lazy("lamp", "Material promised for later"),
            limit(
                lambda: PromisedMaterial.objects.filter(
                    state__in=("promised", "brought", "lapsed"), promised_on__isnull=False
                )
            ),
            number="case__number", name="material__name", name_en="material__name_en",
            url=at_key("pledges:material"), department="counted_for_id", due="due_on",
        ),
    )  # fmt: skip
