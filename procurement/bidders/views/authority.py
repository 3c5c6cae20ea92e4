"""The pages of the demonstration's certification authority: in demo mode only, for one's own firm only."""

import json
import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import Invalid
from portal.core.time import now
from portal.people.actors import actor_for
from portal.people.models import Organisation
from portal.people.roles import Role
from portal.people.throttle import count
from procurement.bidders import actions, demo_authority
from procurement.bidders.models import Bidder
from procurement.bidders.signers import signer
from procurement.bidders.views.own import registered

LARGEST = 2_000  # bytes of a request for a certificate
REQUESTS_AN_HOUR = 20
PUBLIC = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")


def _firm(request: HttpRequest, organisation_id: int) -> tuple[Organisation, Bidder]:
    """One's own firm, where the demonstration's authority exists at all."""
    found = signer()
    if found is None or found.code != "demo":
        raise Http404
    return registered(request, organisation_id)


@never_cache
@login_required
@require_safe
def authority(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Ask for a certificate, and see or revoke the ones that were issued."""
    organisation, bidder = _firm(request, organisation_id)
    held = bidder.certificates.filter(ended_at__isnull=True).select_related("authority")[:50]
    context = {
        "organisation": organisation,
        "request_text": demo_authority.request_text(organisation, ""),
        "certificates": [one for one in held if demo_authority.issued(one)],
        "now": now(),
    }
    return render(request, "bidders/authority.html", context)


@never_cache
@login_required
@require_POST
def issue(request: HttpRequest, organisation_id: int) -> JsonResponse:
    """Issue a certificate for the key that the browser has made; its holder then shows that the file works."""
    organisation, bidder = _firm(request, organisation_id)
    count("demo-authority", str(request.user.pk), limit=REQUESTS_AN_HOUR)
    told = _told(request)
    content = demo_authority.issue(organisation, told["public"], told["signature"], str(told.get("term", "")))
    made = actions.add_certificate(actor_for(request, Role.AGENT), bidder.pk, content)
    page = reverse("bidders:certificate-prove", args=[organisation_id, made.pk])
    return JsonResponse({"id": made.pk, "page": page}, status=201)


def _told(request: HttpRequest) -> dict[str, Any]:
    """The request as the browser wrote it. Raises Invalid."""
    try:
        told = json.loads(request.read(LARGEST))
    except (ValueError, UnicodeDecodeError):
        told = None
    if not isinstance(told, dict):
        raise Invalid(demo_authority.NOT_SHOWN)
    if not PUBLIC.fullmatch(str(told.get("public"))) or not SIGNATURE.fullmatch(str(told.get("signature"))):
        raise Invalid(demo_authority.NOT_SHOWN)
    return told


@login_required
@require_POST
def revoke(request: HttpRequest, organisation_id: int, certificate_id: int) -> HttpResponse:
    """The authority revokes a certificate as its holder asks, and tells the portal so."""
    _organisation, bidder = _firm(request, organisation_id)
    one = get_object_or_404(bidder.certificates.filter(ended_at__isnull=True), pk=certificate_id)
    if not demo_authority.issued(one):
        raise Http404
    actions.enter_revocation(actor_for(request, Role.AGENT), one.pk, reason=_("asked for by its holder"))
    messages.success(request, _("The certificate is revoked. Nothing can be signed with it any more."))
    return redirect("bidders:authority", organisation_id)
