"""What this room hangs into the house: navigation, words of the history, rules, exports, the open dataset."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.ratings.hooks import register_public_link
from portal.core import access
from portal.core.exports import Column, register_export
from portal.core.registries import STAFF, SUPERVISION, register_nav
from portal.core.rule_book import TITLES
from portal.people.history import register_history
from portal.supervision.policies import BOARD_ROLES
from portal.supervision.scores import notices, published, showing  # noqa: F401 - templates register themselves
from portal.supervision.scores.lifecycle import EDITION, PROPOSAL, SCHEME
from portal.supervision.scores.models import Edition, Row, Span
from portal.supervision.scores.policies import may_see_scores
from portal.supervision.scores.rules import SCORE_RULES
from portal.supervision.scores.views.ranking import edition_asked


def connect() -> None:
    """Called once, in the app's ready()."""
    TITLES.update({one.code: one.title for one in SCORE_RULES})
    register_nav(STAFF, _("Weekly ranking"), "scores:ranking", BOARD_ROLES, order=22, group=SUPERVISION)
    register_nav(STAFF, _("Suggestions for improvement"), "scores:proposals", BOARD_ROLES, order=23, group=SUPERVISION)
    register_public_link("scores:public", _("Weekly ranking of departments"))
    access.register_stream("scores.edition", _("Weekly ranking"), link=_edition_link)
    access.register_stream("scores.scheme", _("Version of the indicators"), link=_link("version"))
    access.register_stream("scores.proposal", _("Suggestion for improvement"), link=_link("proposal"))
    published.register()
    _register_export()
    register_history(
        {
            "ranking.computed": pgettext_lazy("history", "Ranking computed"),
            "scheme.drafted": pgettext_lazy("history", "Version drafted"),
            "scheme.rewritten": pgettext_lazy("history", "Draft changed"),
            "suggestion.asked": pgettext_lazy("history", "Suggestion asked for"),
            "suggestion.measure_done": pgettext_lazy("history", "Measure reported as done"),
            **{f"ranking.{code}": step.told for code, step in EDITION.transitions.items()},
            **{f"scheme.{code}": step.told for code, step in SCHEME.transitions.items()},
            **{f"suggestion.{code}": step.told for code, step in PROPOSAL.transitions.items()},
        }
    )


def _edition_link(pk: int) -> str:
    return f"{reverse('scores:ranking')}?edition={pk}"


def _link(page: str) -> Any:
    return lambda pk: reverse(f"scores:{page}", args=[pk])


def _rows(user: Any, params: Any) -> Any:
    """The rows of the edition and span that the page shows."""
    edition = edition_asked(params, Edition.objects.visible_to(user))
    span = params.get("span") if params.get("span") in Span.values else Span.WEEK
    rows = Row.objects.visible_to(user).select_related("edition", "department")
    return rows.filter(edition=edition, span=span) if edition else rows.none()


def _prepare(_user: Any, _params: Any, rows: list[Row]) -> None:
    """The indicators' titles, once for a batch."""
    titles: dict[int, list[Any]] = {}
    for row in rows:
        scheme_id = row.edition.scheme_id
        if scheme_id not in titles:
            titles[scheme_id] = list(row.edition.scheme.indicators.all())
        row.summary = showing.summary(row, titles[scheme_id])  # type: ignore[attr-defined]


def _points(row: Row) -> float | None:
    return None if row.points is None else row.points / showing.POINT


def _register_export() -> None:
    register_export(
        "scores.ranking",
        title=_("Weekly ranking"),
        policy=may_see_scores,
        queryset=_rows,
        prepare=_prepare,
        columns=[
            Column(pgettext_lazy("ranking week", "Week"), "edition.name"),
            Column(_("Days counted"), lambda row: str(Span(row.span).label)),
            Column(_("Department"), "department.display_name"),
            Column(pgettext_lazy("ranking", "Rank"), "rank", "integer"),
            Column(pgettext_lazy("ranking", "Points"), _points, "decimal"),
            Column(_("Rank of the week before"), "previous_rank", "integer"),
            Column(_("Weight that could be measured"), "measured", "integer"),
            Column(_("What cost the points"), "summary"),
        ],
    )
