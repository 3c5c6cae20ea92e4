"""The trading centre's pages: bidders with what is known of them, and the restrictions of firms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.errors import DomainError
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import form_page, posted
from procurement.bidders import actions, policies
from procurement.bidders.forms import LiftForm, RestrictionForm
from procurement.bidders.models import Bidder, Restriction
from procurement.bidders.standing import blocks_of

readers = allowed_to(policies.may_see_trading)
restricting = allowed_to(policies.may_restrict)
ROLES = (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD)


def role_of(user: Any) -> str:
    """In which role somebody reads and acts here."""
    return next((role.value for role in ROLES if role in user.access.roles), Role.CITIZEN.value)


@never_cache
@require_safe
@readers
def bidders(request: HttpRequest) -> HttpResponse:
    """The registered bidders, the latest first, or those of a name or code."""
    typed = request.GET.get("q", "").strip()[:100]
    user: Any = request.user
    rows = Bidder.objects.visible_to(user).select_related("organisation")
    if typed:
        named = rows.filter(organisation__name__icontains=typed)
        rows = rows.filter(organisation__uscc=typed.upper()) if len(typed) == 18 and typed.isascii() else named
    page = page_of(rows, "-registered_at", request.GET.get("cursor", ""))
    return render(request, "bidders/bidders.html", {"page": page, "rows": page.rows, "typed": typed})


@never_cache
@require_safe
@readers
def bidder(request: HttpRequest, bidder_id: int) -> HttpResponse:
    """One bidder, numbers masked; that it was looked at is written down."""
    user: Any = request.user
    one = get_object_or_404(Bidder.objects.visible_to(user).select_related("organisation"), pk=bidder_id)
    log_view(actor_for(request, role_of(user)), "bidders.bidder", one.pk, "bidder")
    context = {
        "bidder": one,
        "people": one.people.all(),
        "certificates": list(one.certificates.select_related("authority")),
        "licences": list(one.licences.select_related("file")),
        "today": today(),
        "now": now(),
        "blocks": blocks_of(one.organisation.uscc, today()),
        "history": history_of(one),
    }
    return render(request, "bidders/bidder.html", context)


@never_cache
@require_safe
@readers
def restrictions(request: HttpRequest) -> HttpResponse:
    """All restrictions, the latest first."""
    user: Any = request.user
    page = page_of(Restriction.objects.visible_to(user), "-recorded_at", request.GET.get("cursor", ""))
    rows = [(one, one.holds_on(today())) for one in page.rows]
    context = {"page": page, "rows": rows, "may_restrict": policies.may_restrict(user)}
    return render(request, "bidders/restrictions.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@restricting
def restriction_new(request: HttpRequest) -> HttpResponse:
    """Record a decision."""
    form = RestrictionForm(posted(request), initial={"starts_on": today()})

    def act() -> HttpResponse:
        made = actions.restrict(actor_for(request, role_of(request.user)), form.draft())
        messages.success(request, _("The restriction has been recorded, and the firm's agents were told."))
        return redirect("bidders:restriction", made.pk)

    context = {"title": _("Record a restriction"), "submit": _("Record"), "back": reverse("bidders:restrictions")}
    return form_page(request, form, act, context)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def restriction(request: HttpRequest, restriction_id: int) -> HttpResponse:
    """One restriction; who may, lifts it here."""
    user: Any = request.user
    one = get_object_or_404(Restriction.objects.visible_to(user), pk=restriction_id)
    form = LiftForm(posted(request))
    if form.is_valid():
        try:
            actions.lift(actor_for(request, role_of(user)), one.pk, note=form.cleaned_data["note"])
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The restriction was lifted."))
            return redirect("bidders:restriction", one.pk)
    context = {
        "restriction": one,
        "holds": one.holds_on(today()),
        "form": form if policies.may_restrict(user) and one.lifted_on is None else None,
        "history": history_of(one),
    }
    return render(request, "bidders/restriction.html", context, status=422 if form.errors else 200)
