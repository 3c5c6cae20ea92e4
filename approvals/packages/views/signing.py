"""The commitment of an item in the draft of a package: read it, sign it, take the signature back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from approvals.packages import actions, later, policies, signing
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from approvals.packages.views.drafting import if_filed, own_draft, shown
from approvals.pledges import reading
from approvals.pledges.forms import SignForm
from approvals.pledges.signing import second_step
from portal.core.errors import DomainError, Invalid, NotFound
from portal.people.actors import actor_for
from portal.people.second_factor import has_device


def _own(request: HttpRequest, pk: int) -> PackageFiling:
    """The applicant's own draft. Raises NotFound for a clerk, who signs nothing for anybody."""
    filing = own_draft(request, pk)
    if not policies.is_applicant(request.user, filing):
        raise NotFound()
    return filing


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Read the text and sign it."""
    filing, user = _own(request, pk), _user(request)
    if gone := if_filed(request, filing):
        return gone
    offer = next((one for one in signing.offers(Draft(filing)) if one.part.pk == part), None)
    if offer is None:
        raise NotFound()
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
    filing = _own(request, pk)
    if gone := if_filed(request, filing):
        return gone
    actions.unsign_commitment(actor_for(request), pk, part)
    messages.success(request, _("The signature has been taken back. Please upload the materials."))
    return redirect("packages:draft-papers", pk)
