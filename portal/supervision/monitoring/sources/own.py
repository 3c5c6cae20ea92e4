"""Supervision's own lamps: orders, explanations and corrections not answered in time, samples not reviewed."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from portal.core.lamps import LampSource, register_lamps
from portal.supervision.monitoring.models import Act, Sample
from portal.supervision.monitoring.models.acts import WAITING
from portal.supervision.monitoring.sources.common import at_key, limit

APP = "supervision"
TITLES = {
    Act.Kind.ORDER: pgettext_lazy("lamp", "Supervision order"),
    Act.Kind.EXPLANATION: pgettext_lazy("lamp", "Explanation"),
    Act.Kind.CORRECTION: pgettext_lazy("lamp", "Correction"),
}


def _waiting(kind: str) -> "QuerySet[Any]":
    return Act.objects.filter(kind=kind, state__in=WAITING)


def _to_review() -> "QuerySet[Any]":
    return Sample.objects.filter(state="drawn")


def register() -> None:
    """Called in `ready()`."""
    for kind, title in TITLES.items():
        register_lamps(
            LampSource(
                f"supervision.{kind}",
                APP,
                title,
                limit(lambda kind=kind: _waiting(kind)),  # type: ignore[misc]
                number="number",
                name="title",
                url=at_key("monitoring:act"),
                department="department_id",
                person="person_id",
                due="due_on",
            )
        )
    # A review that is late is the supervisors' own delay: it is nobody else's lamp, so it names no department.
    register_lamps(
        LampSource(
            "supervision.sample",
            APP,
            pgettext_lazy("lamp", "Sample review"),
            limit(_to_review),
            number="number",
            name="name",
            name_en="name_en",
            url=at_key("monitoring:sample"),
            due="due_on",
        )
    )
