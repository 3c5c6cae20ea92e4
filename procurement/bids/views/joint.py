"""Bidding together: proposing a consortium, its agreement, and what each member answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import files
from portal.core.errors import DomainError, Invalid
from portal.core.rules import rule
from portal.core.time import today
from portal.people.throttle import count
from portal.people.views.common import posted
from procurement.bidders.agents import organisation_ids, organisations_of
from procurement.bids import actions
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.forms import AgreementForm, ConsortiumForm, initial_of
from procurement.bids.incoming import whole
from procurement.bids.joint import counted_grades
from procurement.bids.models import Consortium
from procurement.bids.rules import JOINT, JOINT_MEMBERS, LIABILITY
from procurement.bids.views.common import agent, public_project
from procurement.tenders.periods import by_law

PROPOSALS_AN_HOUR = 20
FORM = "bidders/form.html"
BEFORE = ("announced", "receiving")  # the deadline


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a consortium for a tender whose notice admits one."""
    project = public_project(number, request.user)
    if not project.joint_allowed:
        messages.error(request, _("This tender does not accept joint bids; its notice says so."))
        return redirect("tenders:tender", number)
    firms = organisations_of(request.user).filter(bidder__isnull=False)
    form = ConsortiumForm(posted(request), firms=firms, most=rule(JOINT_MEMBERS, today()).days)

    def act() -> HttpResponse:
        actor = agent(request)
        count("consortium", str(actor.user_id), limit=PROPOSALS_AN_HOUR)
        made = actions.propose_consortium(actor, project.pk, form.cleaned_data["lead"].pk, form.drafts())
        messages.success(request, _("Hand in the signed agreement now; then the members are asked."))
        return redirect("bids:consortium", made.pk)

    notes = [
        _("All members answer to the buyer for the whole contract, jointly and severally (%(source)s).")
        % {"source": rule(by_law(LIABILITY, project), today()).display_source},
        _("Where several members share a speciality, the lowest of their grades counts for it."),
    ]
    context = {
        "title": _("Bid jointly"),
        "intro": project.title,
        "notes": notes,
        "submit": _("Propose"),
        "back": reverse("tenders:tender", args=[number]),
    }
    return _page(request, form, act, context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, consortium_id: int) -> HttpResponse:
    """Other members: the next version of the agreement."""
    one = _one(request, consortium_id)
    firms = organisations_of(request.user).filter(pk=one.lead.organisation_id, bidder__isnull=False)
    get_object_or_404(firms)
    most = rule(JOINT_MEMBERS, today()).days
    form = ConsortiumForm(posted(request), firms=firms, most=most, initial=initial_of(one))

    def act() -> HttpResponse:
        actor = agent(request)
        count("consortium", str(actor.user_id), limit=PROPOSALS_AN_HOUR)
        made = actions.revise_consortium(actor, one.pk, form.drafts())
        messages.success(request, _("Hand in the signed agreement now; then the members are asked."))
        return redirect("bids:consortium", made.pk)

    context = {
        "title": _("Change the members"),
        "intro": one.project.title,
        "notes": [_("This makes a new version with an agreement of its own, and every other member agrees anew."
                    " Possible until the deadline, as long as the consortium has no bid.")],
        "submit": _("Make the new version"),
        "back": reverse("bids:consortium", args=[one.pk]),
    }  # fmt: skip
    return _page(request, form, act, context)


@never_cache
@login_required
@require_safe
def consortium(request: HttpRequest, consortium_id: int) -> HttpResponse:
    """One consortium: members, parts, the grades that count, and what the reader can do."""
    one = _one(request, consortium_id)
    members = list(one.members.select_related("bidder__organisation"))
    mine = set(organisation_ids(request.user).values_list("organisation", flat=True))
    leads = one.lead.organisation_id in mine
    forming = one.state == Consortium.State.FORMING
    context = {
        "one": one,
        "tender": one.project,
        "members": members,
        "counted": counted_grades(members),
        "ground": rule(by_law(JOINT, one.project), today()),
        "to_answer": [each for each in members if forming and one.agreement_id and not each.agreed_at
                      and each.bidder.organisation_id in mine],
        "may_attach": leads and forming and one.agreement_id is None,
        "may_dissolve": leads and one.state != Consortium.State.DISSOLVED and one.project.state in BEFORE,
        "before": one.replaces_id,
        "lots": list(one.project.lots.all()) if leads and one.state == Consortium.State.FORMED else [],
        "tone": {"forming": "amber", "formed": "green", "dissolved": "grey"}[one.state],
    }  # fmt: skip
    return render(request, "bids/consortium.html", context)


def _one(request: HttpRequest, consortium_id: int) -> Consortium:
    rows = Consortium.objects.visible_to(request.user).select_related("project", "lead__organisation", "agreement")
    return get_object_or_404(rows, pk=consortium_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, consortium_id: int) -> HttpResponse:
    """Hand in the signed agreement."""
    one = _one(request, consortium_id)
    form = AgreementForm(posted(request), request.FILES or None)

    def act() -> HttpResponse:
        actor = agent(request)
        stored = files.store(form.cleaned_data["agreement"], owner=actor, kind=AGREEMENT_KIND)
        actions.attach_agreement(actor, one.pk, stored.pk)
        messages.success(request, _("The agreement was handed in, and the members have been asked."))
        return redirect("bids:consortium", one.pk)

    context = {
        "title": _("Agreement of the consortium"),
        "intro": one.project.title,
        "notes": [_("Signed by all members: who does which part, and that all answer for the whole.")],
        "submit": _("Hand in"),
        "back": reverse("bids:consortium", args=[one.pk]),
    }
    return _page(request, form, act, context)


@never_cache
@login_required
@require_POST
def answer(request: HttpRequest, consortium_id: int) -> HttpResponse:
    """A member agrees or declines."""
    one = _one(request, consortium_id)
    organisation = whole(request.POST.get("organisation", ""))
    agrees = request.POST.get("answer") == "agree"
    actions.answer_consortium(agent(request), one.pk, organisation, agrees=agrees)
    messages.success(request, _("Your answer has been recorded."))
    return redirect("bids:consortium", one.pk)


@never_cache
@login_required
@require_POST
def dissolve(request: HttpRequest, consortium_id: int) -> HttpResponse:
    """The leading firm ends it."""
    one = _one(request, consortium_id)
    actions.dissolve_consortium(agent(request), one.pk)
    messages.success(request, _("The consortium was dissolved."))
    return redirect("bids:consortium", one.pk)


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
