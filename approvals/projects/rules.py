"""The dated rules of joint review: limits of stages and opinions, reminders, notice of appointments."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import PRACTICE
from portal.core.rule_book import SeedRule
from portal.core.rules import rule
from portal.core.time import today

# The reform sets 120 working days for the whole way; how a city shares them out is its own matter.
REFORM = (
    "《国务院办公厅关于全面开展工程建设项目审批制度改革的实施意见》（国办发〔2019〕11号），各阶段时限为本市设定，启用前请核定",
    "State Council General Office opinion on the reform of construction approvals, Guobanfa (2019) No. 11; the limits of"
    " the stages are the city's, to be confirmed before use",
)
PROJECT_RULES = (
    SeedRule(
        "project.planning_days", _("Joint review: the stage of land and planning takes at most"), 30, "working_days",
        *REFORM, unverified=True,
    ),
    SeedRule(
        "project.permit_days", _("Joint review: the stage of the construction permit takes at most"), 40,
        "working_days", *REFORM, unverified=True,
    ),
    SeedRule(
        "project.acceptance_days", _("Joint review: the stage of completion and acceptance takes at most"), 15,
        "working_days", *REFORM, unverified=True,
    ),
    SeedRule(
        "project.opinion_days", _("Joint review: a department that is asked answers within"), 5, "working_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "project.amber_days", _("Joint review: a department is reminded before the day by"), 2, "working_days",
        *PRACTICE, unverified=True,
    ),
    SeedRule(
        "project.preliminary_days", _("Joint review: a preliminary opinion lapses unless confirmed within"), 60,
        "working_days", *PRACTICE, unverified=True,
    ),
    SeedRule(
        "project.notice_days", _("Joint review: an appointment is announced ahead by at least"), 2, "working_days",
        *PRACTICE, unverified=True,
    ),
)  # fmt: skip


def days(name: str, on: dt.date | None = None) -> int:
    """The rule `project.<name>` in working days."""
    return rule(f"project.{name}", on or today()).days
