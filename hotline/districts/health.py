"""How the platforms of the districts do: what waits, what was refused, and the lamp."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import pgettext_lazy

from hotline.districts.models import Platform
from portal.core.time import now

AMBER_AFTER, RED_AFTER = dt.timedelta(minutes=10), dt.timedelta(hours=1)


@dataclass(frozen=True)
class Health:
    """One platform: how many messages wait, since when, and how many were refused."""

    platform: Platform
    waiting: int
    oldest: dt.datetime | None
    refused: int
    light: str

    @property
    def tone(self) -> str:
        return {"green": "green", "amber": "amber", "red": "red", "stopped": "grey"}.get(self.light, "")

    @property
    def words(self) -> Any:
        return WORDS.get(self.light, "")


WORDS = {
    "green": pgettext_lazy("platform", "In order"),
    "amber": pgettext_lazy("platform", "Lagging"),
    "red": pgettext_lazy("platform", "Needs a person"),
    "stopped": pgettext_lazy("platform", "Paused"),
}


def of_all(platforms: list[Platform]) -> list[Health]:
    """Two queries, over the partial indexes of what is unsent and of what was refused."""
    ids = [one.pk for one in platforms]
    unsent = _counted(ids, Q(state__in=("waiting", "sending")))
    refused = _counted(ids, Q(state="failed"))
    return [
        Health(
            one, unsent.get(one.pk, (0, None))[0], unsent.get(one.pk, (0, None))[1], refused.get(one.pk, (0, None))[0],
            light_of(one, unsent.get(one.pk, (0, None))[1], refused.get(one.pk, (0, None))[0]),
        )
        for one in platforms
    ]  # fmt: skip


def _counted(ids: list[int], which: Q) -> dict[int, tuple[int, dt.datetime | None]]:
    from hotline.districts.models import Push

    rows = Push.objects.filter(which, platform__in=ids).order_by().values("platform")
    return {row["platform"]: (row["n"], row["first"]) for row in rows.annotate(n=Count("pk"), first=Min("at"))}


def light_of(platform: Platform, oldest: dt.datetime | None, refused: int) -> str:
    """Red when something has waited for an hour or was refused, amber when it fails or lags, stopped when paused."""
    if not platform.is_outside:
        return ""
    if platform.paused_at is not None:
        return "stopped"
    moment = now()
    if refused or (oldest is not None and oldest < moment - RED_AFTER):
        return "red"
    if platform.failing_since is not None or (oldest is not None and oldest < moment - AMBER_AFTER):
        return "amber"
    return "green"
