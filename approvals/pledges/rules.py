"""The dated rules of promises and commitments: longest promise, reminders, when a check is due, how long a record holds."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule
from portal.core.rules import rule
from portal.core.time import today

_COMMITMENT = (
    "《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号），天数为本市设定",
    "State Council General Office guidance on notice and commitment, Guobanfa (2020) No. 42; the days are the city's",
)
_CREDIT = (
    "《国务院办公厅关于进一步完善失信约束制度构建诚信建设长效机制的指导意见》（国办发〔2020〕49号），期限为本市设定",
    "State Council General Office guidance on credit restraints, Guobanfa (2020) No. 49; the time is the city's",
)
PLEDGE_RULES = (
    SeedRule(
        "pledge.tolerance_days", _("A promised material is brought at the latest within"), 10, "working_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "pledge.reminder_days", _("Who promised a material is reminded before the day by"), 2, "working_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "commitment.check_days", _("A commitment is checked after the decision within"), 40, "working_days",
        *_COMMITMENT, unverified=True,
    ),
    SeedRule(
        "commitment.correction_days", _("What a check found is put right within"), 15, "working_days",
        *_COMMITMENT, unverified=True,
    ),
    SeedRule(
        "credit.commitment_days", _("A broken commitment stays on record for"), 365, "natural_days", *_CREDIT,
        unverified=True,
    ),
    SeedRule(
        "credit.material_days", _("A promised material that was not brought stays on record for"), 180, "natural_days",
        *_CREDIT, unverified=True,
    ),
    SeedRule(
        "credit.answer_days", _("A request about a credit record is answered within"), 10, "working_days", *_CREDIT,
        unverified=True,
    ),
)  # fmt: skip


def days(code: str, on: dt.date | None = None) -> int:
    """The days of a rule on the day, today when none is given."""
    return rule(code, on or today()).days
