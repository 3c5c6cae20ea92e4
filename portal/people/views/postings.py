"""The administrators' pages of postings: list, one posting with its history, create, end, substitute."""

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.time import today
from portal.people.actions import postings as actions
from portal.people.actors import actor_for
from portal.people.forms_admin import ROLES, EndPostingForm, PostingForm, SubstituteForm
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Department, Posting
from portal.people.policies import may_administer
from portal.people.querysets import PostingQuerySet
from portal.people.roles import Role
from portal.people.views.common import administrators, form_page, overseers, posted


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of the list; those in force unless asked for others."""
    asked = {name: query.get(name, "").strip() for name in ("q", "role", "department", "state")}
    return asked | {"state": asked["state"] or "now"}


def listed(asked: Mapping[str, str]) -> PostingQuerySet:
    """The postings that the filters leave."""
    rows: PostingQuerySet = Posting.objects.select_related("user", "department", "substitute")
    if text := asked["q"]:
        rows = rows.filter(Q(user__username__istartswith=text) | Q(user__name__contains=text))
    if asked["role"] in Role.values:
        rows = rows.filter(role=asked["role"])
    if asked["department"].isdecimal():
        rows = rows.filter(department=int(asked["department"]))
    return _of_state(rows, asked["state"])


@require_safe
@overseers
def posting_list(request: HttpRequest) -> HttpResponse:
    """Those in force unless asked for others; the newest first. Three queries however long the list."""
    asked = asked_for(request.GET)
    rows = listed(asked)
    context = {
        "page": page_of(rows, "-starts_on", request.GET.get("cursor", "")),
        "asked": asked,
        "filtered": any(asked[name] for name in ("q", "role", "department")) or asked["state"] != "now",
        "roles": ROLES,
        "departments": Department.objects.open_on(today()),
        "may_edit": may_administer(request.user),
    }
    return render(request, "people/admin/postings.html", context)


def _of_state(rows: PostingQuerySet, state: str) -> PostingQuerySet:
    day = today()
    if state == "ended":
        return rows.filter(Q(ends_on__lt=day) | Q(ended_at__isnull=False))
    if state == "coming":
        return rows.filter(starts_on__gt=day, ended_at__isnull=True)
    return rows if state == "all" else rows.in_force()


def _posting(posting_id: int) -> Posting:
    found: Posting = get_object_or_404(
        Posting.objects.select_related("user", "department", "substitute"), pk=posting_id
    )
    return found


@require_safe
@overseers
def posting_page(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _posting(posting_id)
    context = {"posting": posting, "history": history_of(posting), "may_edit": may_administer(request.user)}
    return render(request, "people/admin/posting.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def posting_new(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in ("user", "department", "role")}
    form = PostingForm(posted(request), initial={**asked, "starts_on": today()})

    def act() -> HttpResponse:
        made = actions.make_posting(actor_for(request, Role.ADMINISTRATOR), form.draft())
        messages.success(request, _("The posting was entered."))
        return redirect("people:person", made.user_id)

    context = {"title": _("New posting"), "submit": _("Enter"), "back": reverse("people:postings")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@administrators
def posting_end(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _posting(posting_id)
    form = EndPostingForm(posted(request), initial={"on": today()})

    def act() -> HttpResponse:
        actions.end_posting(actor_for(request, Role.ADMINISTRATOR), posting_id, on=form.last_day)
        messages.success(request, _("The end of the posting was entered."))
        return redirect("people:person", posting.user_id)

    title = f"{_('End the posting')}: {posting.user.name}, {posting.get_role_display()}"
    back = reverse("people:posting", args=[posting_id])
    return form_page(request, form, act, {"title": title, "submit": _("End it"), "back": back, "warning": True})


@require_http_methods(["GET", "POST"])
@administrators
def posting_substitute(request: HttpRequest, posting_id: int) -> HttpResponse:
    posting = _posting(posting_id)
    form = SubstituteForm(posted(request), initial={"substitute": posting.substitute})

    def act() -> HttpResponse:
        chosen = form.cleaned_data["substitute"]
        actor = actor_for(request, Role.ADMINISTRATOR)
        actions.set_substitute(actor, posting_id, chosen.pk if chosen else None)
        messages.success(request, _("The substitute was entered."))
        return redirect("people:posting", posting_id)

    title = f"{_('Substitute')}: {posting.user.name}, {posting.get_role_display()}"
    back = reverse("people:posting", args=[posting_id])
    return form_page(request, form, act, {"title": title, "submit": _("Save"), "back": back})
