"""Lists of ratings and of what follows from them as files: the columns of the pages, so nothing that tells who rated."""

from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.ratings import hooks, policies
from hall.ratings.lifecycle import GRIEVANCE, RECTIFICATION
from hall.ratings.models import Rating
from hall.ratings.reasons import reason_words
from hall.ratings.views import calls, grievances, rectifying, staff
from portal.core.exports import Column, register_export
from portal.core.exports.writers import yes_no

if TYPE_CHECKING:
    from portal.people.models import User


def _said(ratings: list[Rating]) -> dict[int, str]:
    """The reasons of these ratings in words, by rating."""
    words = reason_words(ratings)
    return {one.pk: "; ".join(staff.shown(one, words, {})["reasons"]) for one in ratings}


def _prepare_ratings(_user: "User", _params: QueryDict, ratings: list[Any]) -> None:
    said = _said(ratings)
    _name_items(ratings)
    for one in ratings:
        one.said = said[one.pk]


def _prepare_works(_user: "User", _params: QueryDict, works: list[Any]) -> None:
    said = _said([work.rating for work in works])
    for work in works:
        work.said = said[work.rating_id]


def _prepare_calls(_user: "User", _params: QueryDict, invitations: list[Any]) -> None:
    _name_items(invitations)


def _name_items(rows: list[Any]) -> None:
    names = hooks.item_names(row.item_code for row in rows)
    for row in rows:
        row.item_name = names.get(row.item_code, "")


def _grade(rating: Rating) -> Any:
    return _("Default, nobody rated") if rating.is_default else rating.get_grade_display()


def _rating_filters(user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    asked = staff.asked_of(params)
    named = [
        (_("Group"), staff.VIEWS[staff.tab_of(user, asked)][0]),
        (_("Grade"), dict(staff.Grade.choices).get(int(asked["grade"])) if asked["grade"] in set("12345") else ""),
        (_("Way of rating"), dict(staff.Channel.choices).get(asked["channel"], "")),
        (_("Code of the window"), asked["window"]),
    ]
    return [(label, value) for label, value in named if value]


def _work_filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), rectifying.TABS[rectifying.tab_of(params)])]


def _grievance_filters(_user: "User", params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Group"), grievances.TABS[grievances.tab_of(params)][0])]


SERVICE = pgettext_lazy("rating", "Service")


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    register_export(
        "ratings.ratings",
        title=_("Ratings"),
        columns=[
            Column(_("Day"), "rated_on", "date"),
            Column(_("Grade"), _grade),
            Column(pgettext_lazy("rating", "Excluded"), lambda row: yes_no(row.excluded_at is not None)),
            Column(_("Department"), "department.display_name"),
            Column(_("Window"), "window.code"),
            Column(SERVICE, lambda row: row.item_name or row.item_code),
            Column(_("Way of rating"), lambda row: row.get_channel_display()),
            Column(_("Reasons"), "said"),
            Column(_("What was said"), "published_text"),
        ],
        queryset=lambda user, params: staff.ratings_listed(user, staff.asked_of(params)),
        policy=policies.may_see_ratings,
        filters=_rating_filters,
        prepare=_prepare_ratings,
    )
    register_export(
        "ratings.rectifications",
        title=_("Rectification of bad ratings"),
        columns=[
            Column(_("Bad rating of"), "opened_on", "date"),
            Column(_("Department"), "department.display_name"),
            Column(_("Window"), "rating.window.code"),
            Column(_("Reasons"), "said"),
            Column(_("State"), lambda row: RECTIFICATION.states[row.state].label),
            Column(_("First contact by"), "contact_due_on", "date"),
            Column(pgettext_lazy("limit", "Rectified by"), "due_on", "date"),
            Column(_("Handler"), "handler.name"),
        ],
        queryset=rectifying.rectifications_listed,
        policy=policies.may_see_ratings,
        filters=_work_filters,
        prepare=_prepare_works,
    )
    register_export(
        "ratings.grievances",
        title=_("What people say is wrong"),
        columns=[
            Column(_("Number"), "number"),
            Column(_("What it is about"), lambda row: row.get_topic_display()),
            Column(_("Department"), "department.display_name"),
            Column(_("Window"), "window.code"),
            Column(_("Told us on"), "made_on", "date"),
            Column(_("Reply by"), "due_on", "date"),
            Column(_("State"), lambda row: GRIEVANCE.states[row.state].label),
            Column(_("Handler"), "handler.name"),
        ],
        queryset=grievances.grievances_listed,
        policy=policies.may_take_grievances,
        filters=_grievance_filters,
    )
    register_export(
        "ratings.calls",
        title=_("Call-backs"),
        columns=[
            Column(_("Served on"), "served_on", "date"),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(SERVICE, "item_name"),
            Column(_("Department"), "department.display_name"),
            Column(_("Window"), "window.code"),
            Column(pgettext_lazy("call", "Tried"), "call_attempts", "integer"),
        ],
        queryset=lambda user, _params: calls.calls_listed(user),
        policy=policies.may_call,
        prepare=_prepare_calls,
    )
