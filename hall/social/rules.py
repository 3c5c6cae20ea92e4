"""The dated rules of social supervision, and the rules by which somebody is left out of a pool."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule

TERM, LIMIT = "social.term_years", "social.limit_days"
ANSWER, REVEAL = "social.answer_hours", "social.reveal_hours"

SOCIAL_RULES = (
    SeedRule(TERM, _("Social supervisors are appointed for at most so many years"), 3, "count", *PRACTICE, unverified=True),
    SeedRule(
        LIMIT, _("A finding of a social supervisor is put right and answered within"), 5, "working_days", *PRACTICE,
        unverified=True,
    ),
    SeedRule(ANSWER, _("A social supervisor answers an invitation within"), 48, "hours", *PRACTICE, unverified=True),
    SeedRule(
        REVEAL, _("Both seeds of the draw for a visit are revealed after they were sealed within"), 24, "hours",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Avoidance:
    """Why somebody cannot be drawn for a visit. `code` stands in the published pool."""

    code: str
    label: str | Promise
    source: str = PRACTICE[0]
    source_en: str = PRACTICE[1]

    @property
    def display_source(self) -> str:
        return self.source_en if (get_language() or "").startswith("en") else self.source


# In the order in which they are asked: the first that applies is the one that is named.
AVOIDANCES = (
    Avoidance("term", pgettext_lazy("avoidance", "Not in office on the day of the visit")),
    Avoidance("staff", pgettext_lazy("avoidance", "Works in the centre")),
    Avoidance("own_unit", pgettext_lazy("avoidance", "Belongs or is close to a unit that is visited")),
    Avoidance("busy", pgettext_lazy("avoidance", "Goes on another visit that day")),
)
BY_CODE = {one.code: one for one in AVOIDANCES}
