"""Rating by a link: the page behind a QR code, an SMS or the portal's own note. Works without JavaScript."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hall.ratings import actions, hooks
from hall.ratings.actions.rating import check_reader
from hall.ratings.forms import RateForm
from hall.ratings.links import origin_of, qr_svg, rate_url
from hall.ratings.models import Channel, Invitation, Rating
from hall.ratings.reasons import reasons_in_force
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.time import now

LINKS = {"qr": Channel.QR, "sms": Channel.SMS}


def invitation_of(request: HttpRequest, token: str) -> Invitation:
    """The invitation behind a link; 404 for a wrong one and for somebody else's, alike."""
    rows = Invitation.objects.select_related("department", "window")
    invitation = rows.filter(token=token).first()
    if invitation is None:
        raise NotFound()
    check_reader(invitation, reader_of(request))
    return invitation


def reader_of(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def subject_of(invitation: Invitation) -> dict[str, Any]:
    """What is rated, in words; nobody's name."""
    return {
        "invitation": invitation,
        "item": hooks.item_names([invitation.item_code]).get(invitation.item_code, ""),
    }


@never_cache
@sensitive_post_parameters("comment", "phone")
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """The form; a link that was used or is too old says so."""
    invitation = invitation_of(request, token)
    if invitation.is_settled or invitation.is_expired:
        return closed(request, invitation)
    form = RateForm(request.POST if request.method == "POST" else None, reasons=reasons_in_force(now())[1])
    if form.is_valid():
        channel = LINKS.get(request.GET.get("by", ""), Channel.WEB)
        try:
            actions.rate(token, form.draft(channel=channel, origin=origin_of(request)), reader=reader_of(request))
            return redirect("ratings:thanks", token)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError:
            invitation.refresh_from_db()
            return closed(request, invitation)
    context = {"form": form, **subject_of(invitation)}
    return render(request, "ratings/rate.html", context, status=422 if form.errors else 200)


def closed(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Rated already, or too late: what that means, and where else to go."""
    is_rated = Rating.objects.filter(invitation=invitation, is_default=False).exists()
    context = {"is_rated": is_rated, **subject_of(invitation)}
    return render(request, "ratings/closed.html", context, status=409 if is_rated else 410)


@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """After rating: thanks, and what follows a bad one."""
    invitation = invitation_of(request, token)
    rating = Rating.objects.filter(invitation=invitation, is_default=False).first()
    if rating is None:
        return redirect("ratings:rate", token)
    work = getattr(rating, "rectification", None)
    return render(request, "ratings/thanks.html", {"rating": rating, "work": work, **subject_of(invitation)})


@require_safe
def qr(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code of a link, for a slip of paper or a screen."""
    if not Invitation.objects.filter(token=token).exists():
        raise NotFound()
    return HttpResponse(qr_svg(rate_url(token, by="qr")), content_type="image/svg+xml")
