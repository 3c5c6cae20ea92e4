"""The administrators' pages of the staff: list, one person, create, change, lock, deactivate, passwords, leave."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.crypto import blind
from portal.core.registries import panels
from portal.people.actions import postings as posting_actions
from portal.people.actions import staff as actions
from portal.people.actors import actor_for
from portal.people.closing import open_with
from portal.people.forms_admin import ROLES, LeaveForm, ReasonForm, StaffForm
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Leave, Posting, User
from portal.people.policies import may_administer
from portal.people.querysets import UserQuerySet
from portal.people.roles import Role
from portal.people.second_factor import has_device
from portal.people.views.common import administrators, form_page, overseers, posted

STATES = {
    "active": Q(is_active=True, locked_at__isnull=True),
    "locked": Q(is_active=True, locked_at__isnull=False),
    "inactive": Q(is_active=False),
}
FIELDS = ("username", "name", "name_en", "phone", "email")


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of the list."""
    return {name: query.get(name, "").strip() for name in ("q", "role", "state")}


def listed(asked: Mapping[str, str]) -> UserQuerySet:
    """The people that the filters leave."""
    rows: UserQuerySet = User.objects.staff()
    if text := asked["q"]:
        found = Q(username__istartswith=text) | Q(name__contains=text) | Q(name_en__icontains=text)
        rows = rows.filter(found | Q(phone_blind=blind("phone", text)))
    if asked["state"] in STATES:
        rows = rows.filter(STATES[asked["state"]])
    if asked["role"] in Role.values:
        rows = rows.filter(Exists(Posting.objects.in_force().filter(user=OuterRef("pk"), role=asked["role"])))
    return rows


@require_safe
@overseers
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the staff by user name, with their roles of today; three queries however long the list."""
    asked = asked_for(request.GET)
    rows = listed(asked)
    page = page_of(rows, "username", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": _with_postings(page.rows),
        "asked": asked,
        "filtered": any(asked.values()),
        "roles": ROLES,
        "may_edit": may_administer(request.user),
    }
    return render(request, "people/admin/staff.html", context)


def _with_postings(people: list[User]) -> list[tuple[User, list[Posting]]]:
    held: dict[int, list[Posting]] = {person.pk: [] for person in people}
    for posting in Posting.objects.in_force().filter(user__in=held).select_related("department").order_by("pk"):
        held[posting.user_id].append(posting)
    return [(person, held[person.pk]) for person in people]


def person_or_404(user_id: int) -> User:
    """A person of the staff; a citizen's account has no page here."""
    found: User = get_object_or_404(User.objects.staff(), pk=user_id)
    return found


@never_cache
@require_safe
@overseers
def person_page(request: HttpRequest, user_id: int) -> HttpResponse:
    return _person(request, person_or_404(user_id))


def _person(request: HttpRequest, person: User, password: str = "") -> HttpResponse:
    """One person; `password` is shown this once."""
    postings = Posting.objects.filter(user=person).select_related("department", "substitute")
    context = {
        "person": person,
        "postings": list(postings.order_by("-starts_on", "-pk")[:100]),
        "leaves": list(Leave.objects.filter(user=person).order_by("-starts_on")[:20]),
        "has_device": has_device(person),
        "waiting": open_with(person.pk),
        "panels": panels("people.person", request, person),
        "history": history_of(person),
        "password": password,
        "may_edit": may_administer(request.user),
    }
    return render(request, "people/admin/person.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@administrators
def person_new(request: HttpRequest) -> HttpResponse:
    """The one-time password stands on the page that follows, and nowhere else."""
    form = StaffForm(posted(request))

    def act() -> HttpResponse:
        person, password = actions.make_staff(actor_for(request, Role.ADMINISTRATOR), form.draft())
        return _person(request, person, password)

    context = {"title": _("New account"), "submit": _("Create"), "back": reverse("people:staff")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@administrators
def person_edit(request: HttpRequest, user_id: int) -> HttpResponse:
    person = person_or_404(user_id)
    form = StaffForm(posted(request), initial={name: getattr(person, name) for name in FIELDS})

    def act() -> HttpResponse:
        actions.change_staff(actor_for(request, Role.ADMINISTRATOR), user_id, form.draft())
        messages.success(request, _("The account was saved."))
        return redirect("people:person", user_id)

    back = reverse("people:person", args=[user_id])
    return form_page(request, form, act, {"title": _("Change the account"), "submit": _("Save"), "back": back})


@never_cache
@require_POST
@administrators
def person_password(request: HttpRequest, user_id: int) -> HttpResponse:
    person, password = actions.give_one_time_password(actor_for(request, Role.ADMINISTRATOR), user_id)
    return _person(request, person, password)


@never_cache
@require_POST
@administrators
def person_reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    person, password = actions.reactivate_staff(actor_for(request, Role.ADMINISTRATOR), user_id)
    return _person(request, person, password)


@require_POST
@administrators
def person_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    actions.unlock_staff(actor_for(request, Role.ADMINISTRATOR), user_id)
    messages.success(request, _("The account is unlocked, and failed attempts are forgotten."))
    return redirect("people:person", user_id)


@require_POST
@administrators
def person_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    actions.reset_second_factor(actor_for(request, Role.ADMINISTRATOR), user_id)
    messages.success(request, _("The second factor was reset. A new one is set up at the next sign-in."))
    return redirect("people:person", user_id)


@require_http_methods(["GET", "POST"])
@administrators
def person_lock(request: HttpRequest, user_id: int) -> HttpResponse:
    words = (_("Lock the account"), _("The account was locked."))
    return _with_reason(request, user_id, actions.lock_staff, words)


@require_http_methods(["GET", "POST"])
@administrators
def person_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    words = (_("Deactivate the account"), _("The account was deactivated, and its postings have ended."))
    return _with_reason(request, user_id, actions.deactivate_staff, words)


def _with_reason(
    request: HttpRequest, user_id: int, act_on: Callable[..., Any], words: tuple[str, str]
) -> HttpResponse:
    person, form = person_or_404(user_id), ReasonForm(posted(request))

    def act() -> HttpResponse:
        act_on(actor_for(request, Role.ADMINISTRATOR), user_id, reason=form.cleaned_data["reason"])
        messages.success(request, words[1])
        return redirect("people:person", user_id)

    title = f"{words[0]}: {person.name}"
    back = reverse("people:person", args=[user_id])
    context = {"title": title, "submit": words[0], "back": back, "waiting": open_with(user_id), "warning": True}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@administrators
def leave_new(request: HttpRequest, user_id: int) -> HttpResponse:
    person, form = person_or_404(user_id), LeaveForm(posted(request))

    def act() -> HttpResponse:
        data, actor = form.cleaned_data, actor_for(request, Role.ADMINISTRATOR)
        posting_actions.take_leave(actor, user_id=user_id, **data)
        messages.success(request, _("The leave was entered. The substitutes stand in on these days."))
        return redirect("people:person", user_id)

    back = reverse("people:person", args=[user_id])
    context = {"title": f"{_('Enter leave')}: {person.name}", "submit": _("Enter"), "back": back}
    return form_page(request, form, act, context)


@require_POST
@administrators
def leave_cancel(request: HttpRequest, leave_id: int) -> HttpResponse:
    leave = posting_actions.cancel_leave(actor_for(request, Role.ADMINISTRATOR), leave_id)
    messages.success(request, _("The leave was cancelled. Nobody stands in any more."))
    return redirect("people:person", leave.user_id)
