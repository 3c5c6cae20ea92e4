"""The dated rules of the insight: how the rates are weighed, and when a rise is sudden."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

WEIGHTS, SAMPLE, LEAST, CHANCE = (
    "hotline.weights",
    "hotline.minimum_sample",
    "hotline.rise_least",
    "hotline.rise_chance",
)

# How the words inside the values are called.
WORDS = {
    "response": pgettext_lazy("value of a rule", "response rate"),
    "resolution": pgettext_lazy("value of a rule", "resolution rate"),
    "on_time": pgettext_lazy("value of a rule", "on-time rate"),
}

INSIGHT_RULES = (
    SeedRule(
        WEIGHTS, _("Weights of the hotline's rates, in points"),
        {"response": 20, "resolution": 40, "satisfaction": 30, "on_time": 10}, "limits", *PRACTICE, unverified=True,
    ),
    SeedRule(
        SAMPLE, _("Points are given from this many call-backs"), 5, "count", *PRACTICE, unverified=True,
    ),
    SeedRule(
        LEAST, _("A rise is sudden from this many tickets in a day"), 5, "count", *PRACTICE, unverified=True,
    ),
    SeedRule(
        CHANCE, _("A rise is sudden if chance would bring as many with this probability at most"), 0.001, "share",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip
