"""The trading centre's pages of the certification authorities that are trusted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import DomainError, Invalid
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted
from procurement.bidders import issuers, policies
from procurement.bidders.forms import EndIssuerForm, IssuerForm
from procurement.bidders.models import TrustedIssuer
from procurement.bidders.views.desk import role_of

readers = allowed_to(policies.may_see_trading)
keepers = allowed_to(policies.may_trust)


def state_of(one: TrustedIssuer) -> str:
    """Which of the words of the page fits: trusted, ended, over, coming."""
    if one.is_trusted(now()):
        return "trusted"
    if one.ended_at is not None:
        return "ended"
    return "coming" if one.starts_on > today() or one.valid_from > now() else "over"


@never_cache
@require_safe
@readers
def issuers_list(request: HttpRequest) -> HttpResponse:
    """All authorities, the latest entered first; one query for the list."""
    page = page_of(TrustedIssuer.objects.listed().defer("pem"), "-entered_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, state_of(one)) for one in page.rows],
        "may_trust": policies.may_trust(request.user),
    }
    return render(request, "bidders/issuers.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@keepers
def issuer_new(request: HttpRequest) -> HttpResponse:
    """Enter an authority."""
    form = IssuerForm(posted(request), initial={"starts_on": today()})

    def act() -> HttpResponse:
        made = issuers.enter_issuer(actor_for(request, role_of(request.user)), form.draft())
        messages.success(
            request, _("The authority has been entered. Its certificates count from the day that you gave.")
        )
        return redirect("bidders:issuer", made.pk)

    context = {"title": _("Enter a trusted authority"), "submit": _("Enter"), "back": reverse("bidders:issuers")}
    return form_page(request, form, act, context)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def issuer(request: HttpRequest, issuer_id: int) -> HttpResponse:
    """One authority; who may, ends it here."""
    user: Any = request.user
    one = get_object_or_404(TrustedIssuer.objects.listed().select_related("entered_by"), pk=issuer_id)
    form = EndIssuerForm(posted(request))
    if form.is_valid():
        try:
            issuers.end_issuer(actor_for(request, role_of(user)), one.pk, reason=form.cleaned_data["reason"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, _("The authority is no longer trusted. Nothing can be signed with its certificates.")
            )
            return redirect("bidders:issuer", one.pk)
    context = {
        "issuer": one,
        "state": state_of(one),
        "used": one.certificates.filter(ended_at__isnull=True).count(),
        "form": form if policies.may_trust(user) and one.ended_at is None else None,
        "history": history_of(one),
    }
    return render(request, "bidders/issuer.html", context, status=422 if form.errors else 200)
