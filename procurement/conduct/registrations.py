"""What conduct hangs into the core's registries: rules, navigation, exports, panels, words of the history."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access
from portal.core.exports import Column, register_export
from portal.core.registries import STAFF, TRADING, register_nav, register_panel
from portal.core.rule_book import TITLES
from portal.people.history import register_history
from portal.people.roles import Role
from procurement import fixed
from procurement.bidders.policies import may_see_trading
from procurement.conduct import notices  # noqa: F401 - templates register themselves
from procurement.conduct.actions.rating import RATED_STATES, raters_side
from procurement.conduct.lifecycle import DECISION, RATING
from procurement.conduct.models import Decision, Rating, Score
from procurement.conduct.rules import CONDUCT_RULES
from procurement.conduct.views.desk import chosen
from procurement.fixed import Fixed
from procurement.tenders.models import Project

READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    _fix_rows()
    TITLES.update({one.code: one.title for one in CONDUCT_RULES})
    access.register_stream("conduct.rating", _("Rating of conduct"))
    access.register_stream("conduct.decision", _("Decision on conduct"), link=_link)
    register_nav(STAFF, _("Conduct"), "conduct:scores", READERS, order=70, group=TRADING)
    register_nav(STAFF, _("Decisions on conduct"), "conduct:decisions", READERS, order=71, group=TRADING)
    register_panel("tenders.project", "conduct", panel, order=60)
    register_panel("tenders.tender", "conduct", panel, order=60)
    register_export(
        "conduct.scores",
        title=_("Scores of a year"),
        policy=may_see_trading,
        queryset=_scores,
        columns=[
            Column(_("Name"), "subject_name"),
            Column(_("Year"), "year", "integer"),
            Column(pgettext_lazy("count", "Tenders"), "tenders", "integer"),
            Column(pgettext_lazy("count", "Ratings"), "ratings", "integer"),
            Column(_("Points deducted"), "points", "integer"),
            Column(_("Score"), "score", "integer"),
        ],
    )
    register_history(
        {
            "rating.given": pgettext_lazy("history", "Rated"),
            "sheet.published": pgettext_lazy("history", "Rating sheet published"),
            "decision.proposed": pgettext_lazy("history", "Decision proposed"),
            **{f"rating.{code}": step.told for code, step in RATING.transitions.items()},
            **{f"decision.{code}": step.told for code, step in DECISION.transitions.items()},
        }
    )


def _fix_rows() -> None:
    """What stands still between two steps of ratings and decisions; the acts with what they cost."""
    fixed.register(
        Rating,
        Fixed(
            columns=(
                "project_id", "subject", "expert_id", "agency_id", "by", "slot", "rater_id", "sheet_id", "points", "note",
                "year", "rated_at", "state", "object_until", "objection", "objected_at", "answer", "answered_by_id",
            ),
            parts={"acts": ("code", "text", "points", "source")},
            number="project__number",
        ),
    )  # fmt: skip
    fixed.register(
        Decision,
        Fixed(
            columns=(
                "kind", "about", "expert_id", "uscc", "name", "organisation_id", "ground", "source", "authority", "months",
                "appeal", "year", "state", "proposed_at", "proposed_by_id", "hear_until", "statement", "decided_by_id",
                "decided_at", "starts_on", "ends_on", "object_until", "objection", "answer", "repair", "ended_on",
                "standing_id", "restriction_id",
            )
        ),
    )  # fmt: skip


def _link(pk: int) -> str:
    return reverse("conduct:decision", args=[pk])


def _scores(user: Any, params: Any) -> Any:
    subject, year = chosen(params)
    return Score.objects.visible_to(user).filter(subject=subject, year=year).select_related("expert", "agency")


def panel(request: HttpRequest, project: Project) -> str:
    """The way to rate, for whoever rates this tender; nothing for all others. Few queries, and none before the end."""
    if project.state not in RATED_STATES or not request.user.is_authenticated:
        return ""
    user: Any = request.user
    if not raters_side(user, project)[1]:
        return ""
    return render_to_string("conduct/_panel.html", {"tender": project}, request)
