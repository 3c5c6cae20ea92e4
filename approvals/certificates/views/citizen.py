"""The holder's pages: my certificates, one of them with its code to show, consent to a use, renewal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.cases.models import Case
from approvals.catalogue.models import Material
from approvals.certificates import actions, reading
from approvals.certificates.actions.renewing import RENEWABLE, renewal_item
from approvals.certificates.actions.using import fits
from approvals.certificates.forms import ConsentForm
from approvals.certificates.models import Certificate
from approvals.certificates.standing import objection
from portal.core import documents
from portal.core.access import viewer
from portal.core.documents.typesetting import spaced
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.models.documents import Making
from portal.people.actors import actor_for
from portal.people.lists import page_of

ROWS = gettext_lazy("My certificates")


@never_cache
@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The person's certificates and those of the organisations that they act for; a fixed number of queries."""
    user: Any = request.user
    rows = Certificate.objects.held_by(user).select_related("type", "department", "organisation")
    page = page_of(rows, "-issued_on", request.GET.get("cursor", ""))
    return render(request, "certificates/mine.html", {"page": page, "rows": [reading.card(one) for one in page.rows]})


def _own(request: HttpRequest, pk: int) -> Certificate:
    user: Any = request.user
    rows = Certificate.objects.held_by(user).select_related(
        "type", "version", "department", "organisation", "document__file", "replaced_by", "case"
    )
    return get_object_or_404(rows, pk=pk)


@never_cache
@login_required
@require_GET
def mine_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: what it says, its code to show, its PDF, who got it, who looked at it."""
    certificate = _own(request, pk)
    item = renewal_item(certificate) if certificate.state in RENEWABLE else None
    context = {
        "certificate": certificate,
        "card": reading.card(certificate),
        "lines": reading.lines(certificate),
        "svg": reading.code_to_show(certificate),
        "check_url": reverse("core:checked", args=[certificate.document_id, certificate.check_code]),
        "code": spaced(certificate.check_code),
        "uses": reading.uses_of(certificate),
        "viewings": reading.viewings_of(certificate),
        "renewal": item,
    }
    return render(request, "certificates/mine_one.html", context)


@login_required
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the renewal, and go to its draft."""
    certificate = _own(request, pk)
    try:
        case = actions.renew(actor_for(request), certificate.pk)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("certificates:mine-one", pk)
    return redirect("cases:draft", case.pk)


# --- as material --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, case_pk: int, material_pk: int, pk: int) -> HttpResponse:
    """The holder's consent: which certificate goes to whom for what, once."""
    user: Any = request.user
    case = get_object_or_404(Case.objects.of_applicant(user).select_related("item", "department"), pk=case_pk)
    certificate, material = _own(request, pk), get_object_or_404(Material, pk=material_pk, version=case.version_id)
    if not fits(certificate, case):
        raise NotFound()
    form = ConsentForm(request.POST if request.method == "POST" else None)
    context = {
        "case": case, "certificate": certificate, "material": material, "card": reading.card(certificate),
        "problem": objection(certificate), "back": back_to(case), "form": form,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            return _given(request, certificate, case, material, form.cleaned_data["consent"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            context["problem"] = error.message
    status = 422 if request.method == "POST" else 200
    return render(request, "certificates/use.html", context, status=status)


def _given(
    request: HttpRequest, certificate: Certificate, case: Case, material: Material, consent: bool
) -> HttpResponse:
    document = certificate.document
    if document is not None and document.making == Making.ON_REQUEST:
        documents.ask_making(viewer(request), document.pk)
    actions.use(actor_for(request), certificate.pk, case.pk, material.pk, consent=consent)
    messages.success(
        request, _("%(number)s has been attached; you need not upload it.") % {"number": certificate.number}
    )
    return redirect(back_to(case))


def back_to(case: Case) -> str:
    """The page of uploads that the certificate was offered on."""
    if case.is_draft:
        return reverse("cases:draft-materials", args=[case.pk])
    return reverse("cases:supplement", args=[case.number])
