"""The bidder's pages: what concerns one's firms, questions, bonds, and which categories one follows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import DomainError, Invalid
from portal.core.registries import panels
from portal.core.rules import rule
from portal.core.templatetags.portal import money
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.throttle import count
from portal.people.views.common import posted
from procurement.bidders.agents import organisation_ids, organisations_of
from procurement.models import Method
from procurement.tenders import actions
from procurement.tenders.forms import AskForm, BondForm, SubscribeForm
from procurement.tenders.lifecycle import BOND, BOND_TONES
from procurement.tenders.models import Bond, Download, Invitation, Project, Subscription
from procurement.tenders.rules import REFUND_AMBER
from procurement.tenders.views.bonds import light_of
from procurement.tenders.views.public import face, public_one

FORM = "bidders/form.html"
QUESTIONS_AN_HOUR = 20
RECENT = 30


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Tenders that one's organisations run or took the documents of, and their bonds."""
    user: Any = request.user
    own = Project.objects.of_party(user).select_related("buyer").order_by("-registered_at")[:RECENT]
    taken = Project.objects.read_by(user).filter(_concerns(user)).select_related("buyer")
    page = page_of(taken, "-announced_at", request.GET.get("cursor", ""))
    bonds = Bond.objects.of_firms(user).select_related("lot__project", "organisation").order_by("-declared_at")
    amber = rule(REFUND_AMBER, today()).days
    context = {
        "own": [(one, *face(one)) for one in own],
        "page": page,
        "rows": [(one, *face(one)) for one in page.rows],
        "bonds": [
            (one, BOND.states[one.state].label, BOND_TONES[one.state], light_of(one, amber)) for one in bonds[:RECENT]
        ],
        "acts": organisations_of(user).exists(),
        "panels": panels("tenders.mine", request, user),
    }
    return render(request, "tenders/mine.html", context)


def _concerns(user: Any) -> Q:
    """The tenders of which one's firms took documents, or to which they are invited."""
    mine = organisation_ids(user)
    taken = Download.objects.filter(organisation__in=mine).values("project")
    invited = Invitation.objects.filter(organisation__in=mine, project__method=Method.INVITED).values("project")
    return Q(pk__in=taken) | Q(pk__in=invited)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """Which categories one hears of."""
    held = Subscription.objects.filter(user=request.user.pk)
    initial = {"categories": [one.category for one in held], "by_email": any(one.by_email for one in held)}
    form = SubscribeForm(posted(request), initial=initial)

    def act() -> HttpResponse:
        actions.subscribe(actor_for(request), form.cleaned_data["categories"], by_email=form.cleaned_data["by_email"])
        messages.success(request, _("Saved."))
        return redirect("tenders:mine")

    context = {
        "title": _("Follow new tenders"),
        "intro": _("You are told as soon as a tender of these categories is announced."),
        "submit": _("Save"),
        "back": reverse("tenders:mine"),
    }
    return _page(request, form, act, context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """A question on the documents."""
    one = public_one(number, request.user)
    firms = organisations_of(request.user).filter(bidder__isnull=False)
    form = AskForm(posted(request), firms=firms)

    def act() -> HttpResponse:
        actor = actor_for(request, Role.AGENT)
        count("tender-question", str(actor.user_id), limit=QUESTIONS_AN_HOUR)
        actions.ask(actor, one.pk, form.cleaned_data["organisation"].pk, form.cleaned_data["text"])
        messages.success(request, _("Your question was sent. The answer goes to everybody, without your name."))
        return redirect("tenders:tender", number)

    context = {
        "title": _("Ask about the documents"),
        "intro": one.title,
        "submit": _("Send"),
        "back": reverse("tenders:tender", args=[number]),
        "notes": [] if firms else [_("Only registered bidders ask. Register your organisation as a bidder first.")],
    }
    return _page(request, form, act, context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def bond_new(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """Say how the bond of a lot is given."""
    one = public_one(number, request.user)
    found = get_object_or_404(one.lots.filter(bond_fen__gt=0), number=lot)
    form = BondForm(posted(request), firms=organisations_of(request.user).filter(bidder__isnull=False))

    def act() -> HttpResponse:
        actor = actor_for(request, Role.AGENT)
        made = actions.declare_bond(actor, found.pk, form.cleaned_data["organisation"].pk, form.draft())
        messages.success(request, _("The bond was declared. You are told as soon as it is confirmed."))
        return redirect("tenders:bond-one", made.pk)

    context = {
        "title": _("Give the bid bond"),
        "intro": f"{one.title} · {found.name}",
        "notes": [_("Bid bond: %(amount)s") % {"amount": money(found.bond_fen)}],
        "submit": _("Declare"),
        "back": reverse("tenders:tender", args=[number]),
    }
    return _page(request, form, act, context)


def _page(request: HttpRequest, form: Any, act: Callable[[], HttpResponse], context: dict[str, Any]) -> HttpResponse:
    """The page of one form; whatever the rules refuse stands on it, and nothing typed is lost."""
    if form.is_valid():
        try:
            return act()
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
    return render(request, FORM, {"form": form, **context}, status=422 if form.errors else 200)
