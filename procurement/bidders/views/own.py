"""The firm's own pages: registering as a bidder, the people behind it, certificates, and what keeps it out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.access import log_view
from portal.core.time import now, today
from portal.people.actors import actor_for
from portal.people.models import Organisation
from portal.people.roles import Role
from portal.people.views.common import form_page, posted
from procurement.bidders import actions, signatures
from procurement.bidders.agents import organisations_of
from procurement.bidders.forms import CertificateForm, PersonForm, ProfileForm, ProofForm
from procurement.bidders.issuers import NAMED
from procurement.bidders.models import Bidder, TrustedIssuer
from procurement.bidders.signatures import LARGEST_BYTES
from procurement.bidders.signers import signer, signer_of
from procurement.bidders.standing import blocks_of

FORM = "bidders/form.html"


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The organisations that one may bid for; two queries for the list."""
    rows = list(organisations_of(request.user).select_related("bidder")[:200])
    return render(request, "bidders/mine.html", {"rows": [(one, getattr(one, "bidder", None)) for one in rows]})


@never_cache
@login_required
@require_safe
def profile(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One bidder as its agents see it."""
    organisation, bidder = _own(request, organisation_id)
    if bidder is None:
        return redirect("bidders:edit", organisation_id)
    log_view(actor_for(request, Role.AGENT), "bidders.bidder", bidder.pk, "bidder")
    context = {
        "organisation": organisation,
        "bidder": bidder,
        "people": bidder.people.filter(ended_at__isnull=True),
        "certificates": list(bidder.certificates.filter(ended_at__isnull=True).select_related("authority")),
        "licences": list(bidder.licences.select_related("file")),
        "today": today(),
        "blocks": blocks_of(organisation.uscc, today()),
        "signer": signer(),
        "now": now(),
    }
    return render(request, "bidders/profile.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Register, or change what was registered."""
    organisation, bidder = _own(request, organisation_id)
    form = ProfileForm(posted(request), initial=_initial(bidder))

    def act() -> HttpResponse:
        actions.save_profile(actor_for(request, Role.AGENT), organisation_id, form.draft())
        messages.success(request, _("The bidder's data has been saved."))
        return redirect("bidders:profile", organisation_id)

    context = {
        "title": _("Register as a bidder") if bidder is None else _("Change the bidder's data"),
        "intro": organisation.name,
        "submit": _("Save"),
        "back": reverse("bidders:mine") if bidder is None else reverse("bidders:profile", args=[organisation_id]),
    }
    return form_page(request, form, act, context, template=FORM)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Name somebody behind the bidder."""
    _organisation, bidder = registered(request, organisation_id)
    form = PersonForm(posted(request))

    def act() -> HttpResponse:
        actions.add_person(actor_for(request, Role.AGENT), bidder.pk, **form.values())
        messages.success(request, _("The person has been added."))
        return redirect("bidders:profile", organisation_id)

    context = {
        "title": _("Add a person"),
        "intro": _(
            "Legal person, shareholders, senior managers and project leaders. The numbers are kept encrypted and are"
            " compared between bidders when a tender is opened."
        ),
        "submit": _("Add"),
        "back": reverse("bidders:profile", args=[organisation_id]),
    }
    return form_page(request, form, act, context, template=FORM)


@login_required
@require_POST
def person_end(request: HttpRequest, organisation_id: int, person_id: int) -> HttpResponse:
    _organisation, bidder = registered(request, organisation_id)
    actions.end_person(actor_for(request, Role.AGENT), bidder.pk, person_id)
    messages.success(request, _("The person was taken off the list."))
    return redirect("bidders:profile", organisation_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def certificate_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Upload the public certificate; then its possession is shown."""
    _organisation, bidder = registered(request, organisation_id)
    form = CertificateForm(posted(request), request.FILES or None)

    def act() -> HttpResponse:
        content = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
        made = actions.add_certificate(actor_for(request, Role.AGENT), bidder.pk, content)
        return redirect("bidders:certificate-prove", organisation_id, made.pk)

    trusted = TrustedIssuer.objects.trusted(now()).order_by("name", "pk").values_list("name", flat=True)
    names = "、".join(dict.fromkeys(trusted[:NAMED]))
    context = {
        "title": _("Add a certificate"),
        "notes": [_("Certificates of these authorities are accepted: %(names)s.") % {"names": names}] if names else [],
        "submit": _("Upload"),
        "back": reverse("bidders:profile", args=[organisation_id]),
    }
    return form_page(request, form, act, context, template=FORM)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def certificate_prove(request: HttpRequest, organisation_id: int, certificate_id: int) -> HttpResponse:
    """Sign the challenge with the private key, on one's own machine."""
    _organisation, bidder = registered(request, organisation_id)
    rows = bidder.certificates.filter(ended_at__isnull=True, proved_at__isnull=True)
    certificate = get_object_or_404(rows, pk=certificate_id)
    form, by = ProofForm(posted(request)), signer_of(certificate)

    def act() -> HttpResponse:
        actor = actor_for(request, Role.AGENT)
        actions.prove_certificate(actor, bidder.pk, certificate_id, **form.cleaned_data)
        messages.success(request, _("The certificate can be used now."))
        return redirect("bidders:profile", organisation_id)

    context = {
        "title": _("Show that the key is yours"),
        "intro": _("Sign this text (SHA-256) with your certificate's private key and paste the signature:"),
        "code": certificate.challenge,
        "submit": _("Check"),
        "back": reverse("bidders:profile", args=[organisation_id]),
        "signer": by,
        "public": signatures.public_of(certificate.pem) if by else "",
    }
    return form_page(request, form, act, context, template="bidders/prove.html")


@login_required
@require_POST
def certificate_end(request: HttpRequest, organisation_id: int, certificate_id: int) -> HttpResponse:
    _organisation, bidder = registered(request, organisation_id)
    actions.end_certificate(actor_for(request, Role.AGENT), bidder.pk, certificate_id)
    messages.success(request, _("The certificate is no longer used."))
    return redirect("bidders:profile", organisation_id)


def _own(request: HttpRequest, organisation_id: int) -> tuple[Organisation, Bidder | None]:
    """One's own organisation and its profile; somebody else's looks like none."""
    rows = organisations_of(request.user).select_related("bidder")
    organisation = get_object_or_404(rows, pk=organisation_id)
    return organisation, getattr(organisation, "bidder", None)


def registered(request: HttpRequest, organisation_id: int) -> tuple[Organisation, Bidder]:
    """One's own organisation that is a bidder, or 404."""
    organisation = get_object_or_404(organisations_of(request.user), pk=organisation_id)
    return organisation, get_object_or_404(Bidder.objects.select_related("organisation"), organisation=organisation)


def _initial(bidder: Bidder | None) -> dict[str, Any]:
    names = ("contact_name", "phone", "email", "address", "bank_name", "bank_account", "trades")
    return {} if bidder is None else {name: getattr(bidder, name) for name in names}
