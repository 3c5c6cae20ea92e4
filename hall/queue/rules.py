"""The dated rules of the queue: credits of precedence, their cap, limits of recalls, rejoining and forgetting."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.rule_book import SeedRule
from portal.core.rules import rules

CREDIT, LIMITS = "queue.credit_minutes", "queue.limits"
_PRACTICE = ("本中心惯例，启用前请核定", "Practice of the centre, to be confirmed before use")

# How the words inside the values are called.
WORDS = {
    "elderly": pgettext_lazy("value of a rule", "elderly people"),
    "disabled": pgettext_lazy("value of a rule", "disabled people"),
    "soldier": pgettext_lazy("value of a rule", "soldiers and veterans"),
    "appointment": pgettext_lazy("value of a rule", "with an appointment"),
    "cap": pgettext_lazy("value of a rule", "cap"),
    "recall_seconds": pgettext_lazy("value of a rule", "seconds between two calls"),
    "rejoins": pgettext_lazy("value of a rule", "times one may rejoin"),
    "forgotten_minutes": pgettext_lazy("value of a rule", "minutes until a service counts as forgotten"),
    "near": pgettext_lazy("value of a rule", "place in the line at which people are told"),
    "phone_days": pgettext_lazy("value of a rule", "days a telephone number is kept"),
    "kiosk_early_minutes": pgettext_lazy("value of a rule", "minutes before opening that numbers are given"),
    "idle_window_minutes": pgettext_lazy("value of a rule", "minutes without a call until a window is shown"),
    "elderly_years": pgettext_lazy("value of a rule", "years from which somebody is elderly"),
}

RULES: tuple[SeedRule, ...] = (
    SeedRule(
        CREDIT, _("Minutes that people with precedence are called earlier; “cap” is the most for anybody"),
        {"elderly": 15, "disabled": 15, "soldier": 10, "appointment": 20, "cap": 20}, "limits", *_PRACTICE,
        unverified=True,
    ),
    SeedRule(
        LIMITS, _("Limits of the queue: seconds between two calls, rejoining, forgotten services, telephone numbers"),
        {
            "recall_seconds": 15, "rejoins": 2, "forgotten_minutes": 120, "near": 5, "phone_days": 7,
            "kiosk_early_minutes": 30, "idle_window_minutes": 30, "elderly_years": 65,
        }, "limits", *_PRACTICE, unverified=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """The limits of a day."""

    recall_seconds: int
    rejoins: int
    forgotten_minutes: int
    near: int  # the place in the line at which people are told
    phone_days: int  # a telephone number is kept so long after the visit
    kiosk_early_minutes: int  # numbers are given so long before the hall opens
    idle_window_minutes: int  # an open window without a call for so long is shown to the manager
    elderly_years: int


def limits(on: dt.date) -> Limits:
    """The limits in force on the day; one query at most."""
    return Limits(**{name: int(value) for name, value in rules([LIMITS], on)[LIMITS].value.items()})


def credit(priority: str, on: dt.date) -> dt.timedelta:
    """How much earlier this precedence puts somebody, never more than the cap: nobody is overtaken for longer."""
    if not priority:
        return dt.timedelta()
    minutes = rules([CREDIT], on)[CREDIT].value
    return dt.timedelta(minutes=max(0, min(int(minutes.get(priority, 0)), int(minutes["cap"]))))
