"""The staff's pages: ratings that were given, and what another role decides about them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.ratings import actions, hooks, policies
from hall.ratings.actions.review import ReasonDraft
from hall.ratings.forms import PublishForm, ReasonForm, ReasonListForm
from hall.ratings.models import Channel, Grade, Rating, ReasonList
from hall.ratings.models.rating import CommentState
from hall.ratings.reasons import reason_words
from hall.ratings.texts import proposed_text
from hall.ratings.views.common import role_of
from portal.core.access import log_view
from portal.core.errors import NotAllowed
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted

readers = allowed_to(policies.may_see_ratings)
overseers = allowed_to(policies.oversees)
VIEWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "": (pgettext_lazy("tab of ratings", "All"), {}),
    "bad": (pgettext_lazy("tab of ratings", "Bad"), {"grade__lte": 2, "is_default": False}),
    "comments": (pgettext_lazy("tab of ratings", "Comments to review"), {"comment_state": "waiting"}),
    "flags": (pgettext_lazy("tab of ratings", "Unusual"), {"reviewed_at__isnull": True}),
    "excluded": (pgettext_lazy("tab of ratings", "Excluded"), {"excluded_at__isnull": False}),
}
FLAGS = {
    "burst": pgettext_lazy("flag of a rating", "Many from one place in a short time"),
    "phone": pgettext_lazy("flag of a rating", "Many with one telephone number"),
    "repeated": pgettext_lazy("flag of a rating", "The same person again and again"),
}


def asked_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "") for name in ("view", "grade", "channel", "window")}


def tab_of(user: Any, asked: dict[str, str]) -> str:
    """The group that is asked for; what is to be decided on is for those who see all."""
    open_to = set(VIEWS) if policies.sees_all(user) else {"", "bad"}
    return asked["view"] if asked["view"] in open_to else ""


def ratings_listed(user: Any, asked: dict[str, str]) -> Any:
    """The ratings of the page that these filters ask for."""
    tab = tab_of(user, asked)
    rows = Rating.objects.received_by(user).select_related("department", "window", "staff").filter(**VIEWS[tab][1])
    if tab == "flags":
        rows = rows.exclude(flags=[])
    if asked["grade"] in {"1", "2", "3", "4", "5"}:
        rows = rows.filter(grade=int(asked["grade"]), is_default=False)
    if asked["channel"] in Channel.values:
        rows = rows.filter(channel=asked["channel"])
    if text := asked["window"].replace("\0", "").strip():
        rows = rows.filter(window__code__istartswith=text)
    return rows


@never_cache
@require_safe
@readers
def ratings(request: HttpRequest) -> HttpResponse:
    """What was given, the newest first. The day and never the hour: an hour would tell who it was."""
    user: Any = request.user
    asked, all_of_them = asked_of(request.GET), policies.sees_all(user)
    tab = tab_of(user, asked)
    page = page_of(ratings_listed(user, asked), "-rated_at", request.GET.get("cursor", ""))
    words, items = reason_words(page.rows), hooks.item_names(one.item_code for one in page.rows)
    context = {
        "page": page,
        "rows": [shown(rating, words, items) for rating in page.rows],
        "asked": asked,
        "filtered": any(asked[name] for name in ("grade", "channel", "window")),
        "tabs": [(code, label) for code, (label, _f) in VIEWS.items() if all_of_them or code in {"", "bad"}],
        "tab": tab,
        "grades": Grade.choices,
        "channels": Channel.choices,
        "all": all_of_them,
        "may_review": policies.oversees(user),
        "may_ask": bool(user.access.departments("clerk")),
    }
    return render(request, "ratings/list.html", context)


def shown(rating: Rating, words: dict[tuple[int, str], str], items: dict[str, str]) -> dict[str, Any]:
    """One row: nothing that tells who rated."""
    return {
        "rating": rating,
        "item": items.get(rating.item_code, rating.item_code),
        "reasons": [words.get((rating.reason_list or 0, code), code) for code in rating.reasons],
        "flags": [FLAGS.get(flag, flag) for flag in rating.flags] if rating.reviewed_at is None else [],
    }


@never_cache
@require_http_methods(["GET", "POST"])
@overseers
def review(request: HttpRequest, rating_id: int) -> HttpResponse:
    """One rating for who decides about it: publish or withhold the comment, exclude or let it count."""
    user: Any = request.user
    rows = Rating.objects.visible_to(user).select_related("department", "window", "staff", "excluded_by")
    rating = get_object_or_404(rows, pk=rating_id)
    if not policies.may_exclude(user, rating):
        raise NotAllowed()
    publish = PublishForm(
        posted(request) if "publish" in request.POST else None,
        initial={"text": rating.published_text or proposed_text(rating.comment)},
        prefix="publish",
    )
    reason = ReasonForm(posted(request) if _reasoned(request) else None, prefix="reason")
    if rating.comment and request.method == "GET":
        log_view(actor_for(request, role_of(user)), "ratings.rating", rating.pk, "rating_comment")
    context = {
        **shown(rating, reason_words([rating]), hooks.item_names([rating.item_code])),
        "publish": publish,
        "reason": reason,
        "waiting": rating.comment_state == CommentState.WAITING,
    }
    form = publish if "publish" in request.POST else reason
    if "clear" in request.POST:
        actions.clear_flags(actor_for(request, role_of(user)), rating.pk)
        return _done(request, rating)
    return form_page(request, form, lambda: _decide(request, rating, form), context, template="ratings/review.html")


def _reasoned(request: HttpRequest) -> bool:
    return any(name in request.POST for name in ("exclude", "take_in", "withhold"))


def _decide(request: HttpRequest, rating: Rating, form: Any) -> HttpResponse:
    actor = actor_for(request, role_of(request.user))
    if "publish" in request.POST:
        actions.publish_comment(actor, rating.pk, text=form.cleaned_data["text"])
    elif "withhold" in request.POST:
        actions.withhold(actor, rating.pk, reason=form.cleaned_data["reason"])
    elif "exclude" in request.POST:
        actions.exclude(actor, rating.pk, reason=form.cleaned_data["reason"])
    else:
        actions.take_in_again(actor, rating.pk, reason=form.cleaned_data["reason"])
    return _done(request, rating)


def _done(request: HttpRequest, rating: Rating) -> HttpResponse:
    messages.success(request, _("Your decision was saved."))
    return redirect("ratings:review", rating.pk)


@require_http_methods(["GET", "POST"])
@overseers
def reasons(request: HttpRequest) -> HttpResponse:
    """The lists of reasons, the newest first, and a form that begins a new one."""
    lists = list(ReasonList.objects.prefetch_related("reasons").order_by("-number")[:10])
    form = ReasonListForm(posted(request), initial=_as_text(lists[0]) if lists else {})

    def act() -> HttpResponse:
        drafts = {grade: [ReasonDraft(*pair) for pair in rows] for grade, rows in form.reasons().items()}
        actor = actor_for(request, role_of(request.user))
        actions.new_reason_list(actor, drafts, valid_from=form.cleaned_data["valid_from"])
        messages.success(request, _("The new list begins on the day you entered."))
        return redirect("ratings:reasons")

    context = {"lists": lists, "today": today()}
    return form_page(request, form, act, context, template="ratings/reasons.html")


def _as_text(held: ReasonList) -> dict[str, str]:
    """The list as the form's fields write it."""
    lines: dict[str, list[str]] = {}
    for one in held.reasons.all():
        lines.setdefault(f"grade_{one.grade}", []).append(f"{one.name} / {one.name_en}" if one.name_en else one.name)
    return {name: "\n".join(rows) for name, rows in lines.items()}
