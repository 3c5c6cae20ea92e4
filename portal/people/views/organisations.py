"""Organisations: the citizen's own, registering one, its agents; and the centre's page that confirms legal persons."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.views.guards import allowed_to
from portal.people.actions import organisations as actions
from portal.people.actors import actor_for
from portal.people.forms_public import AgentForm, OrganisationForm, RejectForm
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.models import Membership, Organisation
from portal.people.policies import is_legal_person, may_confirm_memberships
from portal.people.querysets import MembershipQuerySet
from portal.people.roles import Role
from portal.people.throttle import count
from portal.people.views.common import form_page, posted

PUBLIC_FORM = "people/form.html"
CLAIMS_AN_HOUR = 10


@require_safe
@login_required
def my_organisations(request: HttpRequest) -> HttpResponse:
    """Whom one acts for; one query for the list."""
    rows = Membership.objects.in_force().filter(user=request.user.pk).select_related("organisation")
    return render(request, "people/organisations.html", {"memberships": list(rows.order_by("organisation__name"))})


@require_http_methods(["GET", "POST"])
@login_required
def organisation_register(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(posted(request))

    def act() -> HttpResponse:
        data, actor = form.cleaned_data, actor_for(request, Role.AGENT)
        count("organisation", str(actor.user_id), limit=CLAIMS_AN_HOUR)
        made = actions.register_organisation(actor, uscc=data["uscc"], name=data["name"])
        messages.success(request, _("The organisation is on your list."))
        return redirect("people:my-organisation", made.organisation_id)

    context = {
        "title": _("Register an organisation"),
        "intro": _("For the legal person named on the licence. The centre compares the licence before you can act."),
        "submit": _("Register"),
        "back": reverse("people:my-organisations"),
    }
    return form_page(request, form, act, context, template=PUBLIC_FORM)


@require_http_methods(["GET", "POST"])
@login_required
def my_organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation with its agents; the confirmed legal person appoints here."""
    user: Any = request.user
    mine = Organisation.objects.filter(memberships__in=Membership.objects.in_force().filter(user=user))
    organisation = get_object_or_404(mine.prefetch_related("memberships").distinct(), pk=organisation_id)
    form = AgentForm(posted(request))

    def act() -> HttpResponse:
        actor = actor_for(request, Role.AGENT)
        count("agent", str(user.pk), limit=CLAIMS_AN_HOUR * 3)
        actions.appoint_agent(actor, organisation_id, **form.cleaned_data)
        messages.success(request, _("The agent was appointed and told."))
        return redirect("people:my-organisation", organisation_id)

    rows = Membership.objects.visible_to(user).filter(organisation=organisation).select_related("user")
    context = {
        "organisation": organisation,
        "running": list(rows.in_force().order_by("kind", "pk")),
        "past": list(rows.exclude(pk__in=rows.in_force().values("pk")).order_by("-ends_on", "-pk")[:50]),
        "governs": is_legal_person(user, organisation),
    }
    return form_page(request, form, act, context, template="people/organisation.html")


@require_POST
@login_required
def agent_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    ended = actions.end_agent(actor_for(request, Role.AGENT), membership_id)
    messages.success(request, _("The agent's right to act has ended."))
    if ended.user_id == request.user.pk:
        return redirect("people:my-organisations")
    return redirect("people:my-organisation", ended.organisation_id)


# --- the centre -----------------------------------------------------------------------------------------------------


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The filters of the centre's list."""
    return {name: query.get(name, "").strip() for name in ("q", "state")}


def listed(asked: Mapping[str, str]) -> MembershipQuerySet:
    """Those who wait to be confirmed, or all in force."""
    rows: MembershipQuerySet = Membership.objects.in_force().select_related("organisation", "user")
    if asked["state"] != "all":
        rows = rows.filter(confirmed_at__isnull=True)
    if text := asked["q"]:
        rows = rows.filter(Q(organisation__uscc__istartswith=text) | Q(organisation__name__contains=text))
    return rows


@require_safe
@allowed_to(may_confirm_memberships)
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Legal persons that wait to be confirmed, or all in force; the oldest first. One query."""
    asked = asked_for(request.GET)
    page = page_of(listed(asked), "starts_on", request.GET.get("cursor", ""))
    context = {"page": page, "asked": asked, "filtered": bool(asked["q"])}
    return render(request, "people/admin/organisations.html", context)


@require_POST
@allowed_to(may_confirm_memberships)
def membership_confirm(request: HttpRequest, membership_id: int) -> HttpResponse:
    actions.confirm_membership(actor_for(request, _role(request)), membership_id)
    messages.success(request, _("The legal person is confirmed and was told."))
    return redirect("people:organisations")


@require_http_methods(["GET", "POST"])
@allowed_to(may_confirm_memberships)
def membership_reject(request: HttpRequest, membership_id: int) -> HttpResponse:
    membership = get_object_or_404(
        Membership.objects.in_force().filter(confirmed_at__isnull=True).select_related("organisation", "user"),
        pk=membership_id,
    )
    form = RejectForm(posted(request))

    def act() -> HttpResponse:
        actions.reject_membership(actor_for(request, _role(request)), membership_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The person was told why."))
        return redirect("people:organisations")

    title = f"{_('Do not confirm')}: {membership.organisation.name}"
    context = {"title": title, "submit": _("Do not confirm"), "back": reverse("people:organisations"), "warning": True}
    return form_page(request, form, act, {**context, "history": history_of(membership.organisation)})


def _role(request: HttpRequest) -> str:
    user: Any = request.user
    return Role.ADMINISTRATOR if user.access.has(Role.ADMINISTRATOR) else Role.HALL_MANAGER
