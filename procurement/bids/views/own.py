"""Decrypting at the opening: what a bidder's browser asks and sends, and what is decided about the window."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import Invalid
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.people.throttle import count
from procurement.bidders.agents import organisations_of
from procurement.bidders.policies import may_manage_trading
from procurement.bids import actions, own, policies
from procurement.bids.models import Opening, OwnLayer
from procurement.bids.views.common import agent, body_of, officer, opening_or_404, public_project
from procurement.bids.views.opening import done
from procurement.bids.watch import noting_failures

KEYS_AN_HOUR = 240


def layers_for(user: Any, opening: Opening) -> list[OwnLayer]:
    """The bids of one's firms whose outer layer is off, decrypted ones too."""
    rows = OwnLayer.objects.filter(
        submission__book__lot__project=opening.project_id,
        submission__bidder__organisation__in=organisations_of(user).values("pk"),
    )
    rows = rows.select_related("submission__book__lot", "submission__bidder__organisation")
    return list(rows.order_by("submission__book__lot__number"))


@never_cache
@login_required
@require_safe
def boxes(request: HttpRequest, number: str) -> JsonResponse:
    """The boxes that only the bidder's key opens, for one's own bids."""
    opening = opening_or_404(public_project(number, request.user))
    waiting = [one for one in layers_for(request.user, opening) if one.given_at is None]
    told = [
        {
            "submission": one.submission_id,
            "firm": one.submission.bidder.organisation_id,
            "lot": one.submission.book.lot.number,
            "public": one.submission.own_key,
            "box": one.box,
        }
        for one in waiting
    ]
    return JsonResponse({"state": opening.state, "boxes": told})


@never_cache
@login_required
@require_POST
@noting_failures
def keys(request: HttpRequest, number: str) -> JsonResponse:
    """The keys of one's own bids, out of the boxes; answers with what is left to be decrypted."""
    opening = opening_or_404(public_project(number, request.user))
    count("bid-decrypt", str(request.user.pk), limit=KEYS_AN_HOUR)
    given = body_of(request).get("keys")
    if not isinstance(given, dict) or not given or not all(one.isdecimal() and len(one) < 16 for one in given):
        raise Invalid()
    found = own.hand_in(agent(request), opening.project_id, {int(one): str(key) for one, key in given.items()})
    left = [one for one in layers_for(request.user, opening) if one.given_at is None]
    return JsonResponse({"state": found.state, "left": len(left)})


@never_cache
@require_POST
@allowed_to(policies.may_supervise)
def window(request: HttpRequest, number: str) -> HttpResponse:
    """A supervisor lengthens the window, or lets it stand after an outage."""
    minutes = request.POST.get("minutes", "")

    def act(opening: Opening) -> object:
        if not minutes.isascii() or not minutes.isdecimal() or len(minutes) > 4:
            raise Invalid(fields={"minutes": _("Please give a whole number of minutes.")})
        actor = actor_for(request, Role.SUPERVISOR)
        return actions.decide_window(actor, opening.project_id, int(minutes), request.POST.get("reason", ""))

    said = (
        _("The window was lengthened; every bidder was told.") if minutes != "0" else _("The window stands as it is.")
    )
    return done(request, number, act, said)


@never_cache
@require_POST
@allowed_to(may_manage_trading)
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """An officer ends the decryption when its time is over."""

    def act(opening: Opening) -> object:
        return actions.conclude(officer(request), opening.project_id)

    return done(request, number, act, _("The decryption has ended. All bids that were decrypted are open."))
