"""The holder's consent: a certificate goes in place of a material of a package, to the departments that ask for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.certificates import reading as certificate_reading
from approvals.certificates.forms import ConsentForm
from approvals.certificates.models import Certificate
from approvals.certificates.standing import objection
from approvals.packages import actions, given
from approvals.packages.draft import Draft
from approvals.packages.merging import MergedMaterial
from approvals.packages.models import PackageFiling
from portal.core import documents
from portal.core.access import viewer
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.models.documents import Making
from portal.people.actors import actor_for


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, pk: int, key: str, certificate: int) -> HttpResponse:
    """To whom it goes, for what, once; and the tick without which nothing happens."""
    rows = PackageFiling.objects.of_applicant(request.user).filter(state="draft")
    draft = Draft(get_object_or_404(rows.select_related("version", "department", "principal"), pk=pk))
    held = get_object_or_404(given.held_by_applicant(draft.filing), pk=certificate)
    merged = next((one for one in draft.materials if one.key == key), None)
    if merged is None or held.type_id not in given.types_for(draft).get(key, frozenset()):
        raise NotFound()
    form = ConsentForm(request.POST if request.method == "POST" else None)
    problem = objection(held)
    if request.method == "POST" and form.is_valid():
        try:
            return _given(request, draft.filing, held, key, consent=form.cleaned_data["consent"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {
        "filing": draft.filing, "certificate": held, "card": certificate_reading.card(held), "merged": merged,
        "parts": _asking(draft, merged), "form": form, "problem": problem,
    }  # fmt: skip
    return render(request, "packages/give.html", context, status=422 if request.method == "POST" else 200)


def _asking(draft: Draft, merged: MergedMaterial) -> list[object]:
    codes = {code for code, _material in merged.asked}
    return [part for part in draft.parts if part.item.code in codes]


def _given(
    request: HttpRequest, filing: PackageFiling, certificate: Certificate, key: str, *, consent: bool
) -> HttpResponse:
    document = certificate.document
    if document is not None and document.making == Making.ON_REQUEST:
        documents.ask_making(viewer(request), document.pk)
    actions.give_certificate(actor_for(request), filing.pk, certificate.pk, key=key, consent=consent)
    said = _("%(number)s has been attached; you need not upload it.")
    messages.success(request, said % {"number": certificate.number})
    return redirect("packages:draft-papers", filing.pk)
