"""The commitment of an item in the draft of a package: read it, sign it, on paper at the window; take it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.packages import actions, later, policies, signing
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from approvals.packages.registrations import FILE_KIND
from approvals.packages.views.drafting import acting, if_filed, own_draft, shown
from approvals.pledges import papers, reading
from approvals.pledges.forms import CertifyForm, SignForm
from approvals.pledges.signing import second_step
from approvals.pledges.views.window import as_form
from portal.core import files
from portal.core.errors import DomainError, Invalid, NotFound
from portal.people.actors import actor_for
from portal.people.second_factor import has_device


def _draft(request: HttpRequest, pk: int, may: Callable[[Any, PackageFiling], bool]) -> PackageFiling:
    """A draft in which this person signs, or certifies: `may`. Raises NotFound; a clerk signs nothing for anybody."""
    filing = own_draft(request, pk)
    if filing.is_draft and not may(request.user, filing):
        raise NotFound()
    return filing


def _offer(filing: PackageFiling, part: int) -> signing.Offer:
    """What can be signed for this part. Raises NotFound where it is decided on no commitment."""
    offer = next((one for one in signing.offers(Draft(filing)) if one.part.pk == part), None)
    if offer is None:
        raise NotFound()
    return offer


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Read the text and sign it."""
    filing, user = _draft(request, pk, policies.may_sign), _user(request)
    if gone := if_filed(request, filing):
        return gone
    offer = _offer(filing, part)
    device = has_device(user)
    form = SignForm(
        request.POST if request.method == "POST" else None, initial={"text": offer.text.pk}, with_device=device
    )
    problem: Any = later.bar(filing)
    if request.method == "POST" and form.is_valid():
        try:
            return _signed(request, pk, part, form, device=device)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {
        "offer": offer, "form": form, "problem": problem, "text": reading.parts(offer.text),
        "days": offer.text.check_days or reading.check_days(), "signer": signing.signer_of(filing, user),
    }  # fmt: skip
    return shown(request, filing, "sign.html", context, refused=request.method == "POST")


def _user(request: HttpRequest) -> Any:
    return request.user


def _signed(request: HttpRequest, pk: int, part: int, form: SignForm, *, device: bool) -> HttpResponse:
    data = form.cleaned_data
    step = second_step(_user(request), data["secret"], device=device)
    actions.sign_commitment(actor_for(request), pk, part, data["text"], name=data["name"], read=data["read"], step=step)
    messages.success(request, _("You have signed the commitment. What it stands for need not be uploaded."))
    return redirect("packages:draft-papers", pk)


@login_required
@require_POST
def unsign(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The materials come with the filing after all."""
    filing = _draft(request, pk, policies.may_unsign)
    if gone := if_filed(request, filing):
        return gone
    actions.unsign_commitment(acting(request, filing), pk, part)
    messages.success(request, _("The signature has been taken back. Please upload the materials."))
    return redirect("packages:draft-papers", pk)


# --- on paper, at the window ------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def certify(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The text to read out, the paper to print, the scan that comes back."""
    filing = _draft(request, pk, policies.may_certify)
    if gone := if_filed(request, filing):
        return gone
    offer = _offer(filing, part)
    form = CertifyForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"text": offer.text.pk}
    )
    problem: Any = later.bar(filing)
    if request.method == "POST" and form.is_valid():
        try:
            return _certified(request, filing, part, form)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {
        "offer": offer, "form": form, "problem": problem, "text": reading.parts(offer.text),
        "days": offer.text.check_days or reading.check_days(), "signer": _signer(filing),
    }  # fmt: skip
    return shown(request, filing, "certify.html", context, refused=request.method == "POST")


def _signer(filing: PackageFiling) -> str:
    """Whose hand signs: the person's who stands at the window."""
    return signing.signer_of(filing, filing.applicant) if filing.applicant is not None else filing.applicant_name


def _certified(request: HttpRequest, filing: PackageFiling, part: int, form: CertifyForm) -> HttpResponse:
    actor, data = acting(request, filing), form.cleaned_data
    try:
        scan = files.store(data["scan"], owner=actor, kind=FILE_KIND)
    except Invalid as error:
        raise Invalid(fields={"scan": error.message}) from None
    actions.certify_commitment(
        actor, filing.pk, part, data["text"], scan, name=data["name"], before_my_eyes=data["before_my_eyes"]
    )
    messages.success(request, _("The signed commitment is kept. What it stands for need not be brought."))
    return redirect("packages:draft-papers", filing.pk)


@never_cache
@login_required
@require_safe
def form_to_print(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The text in force as a PDF with a line for the signature."""
    filing = _draft(request, pk, policies.may_certify)
    if gone := if_filed(request, filing):
        return gone
    offer = _offer(filing, part)
    item = offer.part.item
    content = papers.form_to_sign(
        item, offer.text, authority=item.department, applicant=filing.applicant_name, signer=_signer(filing)
    )
    return as_form(content, item.code)
