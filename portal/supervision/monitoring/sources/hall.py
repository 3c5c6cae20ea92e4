"""Lamps of the hall: rectifications, grievances, findings of patrols and of social supervisors, posts left empty,
objections to the board.
"""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import pgettext_lazy

from hall.attendance.models import EmptyPost
from hall.board.models import Objection
from hall.patrols.models import Finding
from hall.ratings.models import Grievance, Rectification
from portal.core.lamps import AMBER, RED, LampSource, Light, register_lamps
from portal.core.time import ZONE, today
from portal.supervision.monitoring.sources.common import at_key, at_number, limit

APP = "hall"
UNRECTIFIED = ("opened", "contacted", "verified")


def _work() -> "QuerySet[Any]":
    return Rectification.objects.filter(ended_on__isnull=True, rectified_on__isnull=True, state__in=UNRECTIFIED)


def _appeals() -> "QuerySet[Any]":
    return Rectification.objects.filter(ended_on__isnull=True, state="appealed")


def _running() -> "QuerySet[Any]":
    return EmptyPost.objects.filter(until_at__isnull=True)


def _unexplained() -> "QuerySet[Any]":
    """Filled again, and nobody has said why it was empty. Days long gone are the reports' matter."""
    return EmptyPost.objects.filter(until_at__isnull=False, state="open", day__gte=_month_ago())


def _month_ago() -> dt.date:
    return today() - dt.timedelta(days=30)


def _objections() -> "QuerySet[Any]":
    return Objection.objects.filter(outcome="waiting")


def _findings() -> "QuerySet[Any]":
    return Finding.objects.to_do().of_patrols()


def _social_findings() -> "QuerySet[Any]":
    return Finding.objects.to_do().filter(origin="social")


def _grievances() -> "QuerySet[Any]":
    return Grievance.objects.filter(replied_on__isnull=True, ended_on__isnull=True)


def register() -> None:
    """Called in `ready()`."""
    for source in _sources():
        register_lamps(source)


def _sources() -> tuple[LampSource, ...]:
    work: dict[str, Any] = {
        "number": "rating__item_code", "name": "rating__window__name", "name_en": "rating__window__name_en",
        "url": at_key("ratings:rectification"), "department": "department_id", "person": "handler_id",
    }  # fmt: skip
    return (
        LampSource(
            "ratings.rectification", APP, pgettext_lazy("lamp", "Rectification of a bad rating"),
            limit(_work), due="due_on", **work,
        ),
        LampSource(
            "ratings.appeal", APP, pgettext_lazy("lamp", "Appeal against a bad rating"),
            (Light(AMBER, _appeals, "opened_on"),), **work,
        ),
        LampSource(
            "ratings.grievance", APP, pgettext_lazy("lamp", "Grievance"), limit(_grievances),
            number="number", name="window__name", name_en="window__name_en", url=at_key("ratings:grievance"),
            department="department_id", person="handler_id", due="due_on",
        ),
        LampSource(
            "patrols.finding", APP, pgettext_lazy("lamp", "Finding of a patrol"), limit(_findings),
            number="number", name="text", url=at_number("patrols:finding"),
            department="department_id", person="person_id", due="due_on",
        ),
        LampSource(
            "social.finding", APP, pgettext_lazy("lamp", "Finding of a social supervisor"), limit(_social_findings),
            number="number", name="text", url=at_number("patrols:finding"),
            department="department_id", person="person_id", due="due_on",
        ),
        LampSource(
            "attendance.post", APP, pgettext_lazy("lamp", "Post left empty"),
            (Light(RED, _running, "day"), Light(AMBER, _unexplained, "day")),
            number="window__code", name="window__name", name_en="window__name_en", url=at_key("attendance:empty-post"),
            department="department_id", person="staff_id",
        ),
        LampSource(
            "board.objection", APP, pgettext_lazy("lamp", "Objection to the red and blue board"),
            (Light(AMBER, _objections, TruncDate("made_at", tzinfo=ZONE)),),
            number="row__code", name="row__name", name_en="row__name_en", url=at_key("board:row"), link="row_id",
            department="row__department_id",
        ),
    )  # fmt: skip
