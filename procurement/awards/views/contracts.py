"""Contracts inside: the list with its lamps, one contract with its register of performance, and its forms."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import NotAllowed
from portal.core.money import format_yuan
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.awards import actions, policies, reading
from procurement.awards.actions.awarding import FILE_KIND
from procurement.awards.forms import (
    AcceptForm,
    ContractChangeForm,
    ContractForm,
    MilestoneForm,
    PayForm,
    PaymentForm,
    SubcontractForm,
)
from procurement.awards.lifecycle import CONTRACT, CONTRACT_TONES, OWN_FORM
from procurement.awards.models import Contract
from procurement.awards.views.common import form_page, refusals, steps_of, version_of
from procurement.bids.joint import consortium_of
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, readers


def listed(user: Any, params: Any) -> Any:
    """The contracts of the list's filter."""
    rows = Contract.objects.visible_to(user).select_related("lot__project", "bidder__organisation")
    state = params.get("state", "")
    return rows.filter(state=state) if state in CONTRACT.states else rows


@never_cache
@require_safe
@readers
def contracts(request: HttpRequest) -> HttpResponse:
    """All contracts, the latest first; by state."""
    page = page_of(listed(request.user, request.GET), "-created_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, *_face(one), reading.lamp(one)) for one in page.rows],
        "states": CONTRACT.states.values(),
        "state": request.GET.get("state", ""),
    }
    return render(request, "awards/contracts.html", context)


def _face(one: Contract) -> tuple[Any, str]:
    return CONTRACT.states[one.state].label, CONTRACT_TONES[one.state]


def _opened(request: HttpRequest, contract_id: int) -> Contract:
    """The contract for its inner page; a missing one and somebody else's look alike."""
    rows = Contract.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("lot__project__buyer", "lot__project__agency", "bidder__organisation", "file"),
        pk=contract_id,
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """One contract: its sides read, the buyer's people and the trading centre keep it."""
    one = _opened(request, contract_id)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("awards:contract", contract_id)
    label, tone = _face(one)
    changes = list(one.changes.select_related("proposed_by", "decided_by"))
    steps = steps_of(CONTRACT, one, request.user, request.POST, OWN_FORM)
    keeps = policies.may_keep_contract(request.user, one)
    context = {
        "base": base_of(request),
        "contract": one,
        "consortium": consortium_of(one.lot_id, one.bidder_id),
        "tender": one.lot.project,
        "label": label,
        "tone": tone,
        "light": reading.lamp(one),
        "milestones": [(row, "" if row.accepted_on else reading.lamp(row)) for row in one.milestones.all()],
        "payments": [(row, "" if row.paid_on else reading.lamp(row)) for row in one.payments.all()],
        "subcontracts": list(one.subcontracts.all()),
        "changes": [(row, keeps and row.proposed_by_id != request.user.pk) for row in changes],
        "flagged": reading.flagged(changes),
        "change_limit": reading.change_limit(one) if changes else "",
        "liability": reading.liability(one),
        "steps": steps,
        "keeps": keeps,
        "history": history_of(one),
        "wrong": wrong,
        "staff": may_see_trading(request.user),
    }
    return render(request, "awards/contract.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, one: Contract) -> list[str]:
    code = request.POST.get("step", "")
    return refusals(
        lambda: actions.take_contract_step(
            actor_of_page(request), one.pk, code, request.POST, state_version=version_of(request)
        )
    )


def _kept(request: HttpRequest, contract_id: int) -> Contract:
    one = _opened(request, contract_id)
    if not policies.may_keep_contract(request.user, one):
        raise NotAllowed()
    return one


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Enter the signed contract."""
    one = _kept(request, contract_id)
    initial = {"amount": one.award_fen, "signed_on": today(), "state_version": one.state_version}
    form = ContractForm(posted(request), initial=initial)
    actor = actor_of_page(request)

    def act(files: Any) -> HttpResponse:
        upload = files[-1].pk if files else None
        actions.sign(actor, one.pk, form.draft(), upload, state_version=form.cleaned_data["state_version"])
        messages.success(request, _("The contract is on record; bonds go back by rule."))
        return redirect("awards:contract", contract_id)

    notes = [_("The amount is that of the award: %(amount)s yuan.") % {"amount": format_yuan(one.award_fen)}]
    texts = _texts(one, _("Enter the signed contract"), notes=notes)
    return form_page(request, form, act, files=("paper", FILE_KIND), owner=actor, **texts)


def _texts(one: Contract, title: str, **more: Any) -> dict[str, Any]:
    back = reverse("awards:contract", args=[one.pk])
    return {
        "title": title,
        "submit": _("Save"),
        "back": back,
        "intro": f"{one.number} · {one.lot.project.title}",
        **more,
    }


# --- the register of performance: one row at a time -----------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def row_new(request: HttpRequest, contract_id: int, kind: str) -> HttpResponse:
    """A new milestone, payment, subcontract or change."""
    one = _kept(request, contract_id)
    made: dict[str, tuple[str, Any, Callable[[Any], Any]]] = {
        "milestones": (_("New milestone"), MilestoneForm, lambda data: _add_milestone(request, one, data)),
        "payments": (_("New payment"), PaymentForm, lambda data: _add_payment(request, one, data)),
        "subcontracts": (_("New subcontract"), SubcontractForm, lambda data: _add_subcontract(request, one, data)),
        "changes": (_("Propose a change"), ContractChangeForm, lambda _data: _propose(request, one, form)),
    }
    if kind not in made:
        raise Http404
    title, form_class, add = made[kind]
    form = form_class(posted(request))

    def act(_files: Any) -> HttpResponse:
        add(form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("awards:contract", contract_id)

    return form_page(request, form, act, **_texts(one, title))


def _add_milestone(request: HttpRequest, one: Contract, data: Any) -> Any:
    return actions.add_milestone(actor_of_page(request), one.pk, name=data["name"], due_on=data["due_on"])


def _add_payment(request: HttpRequest, one: Contract, data: Any) -> Any:
    return actions.add_payment(
        actor_of_page(request), one.pk, name=data["name"], amount_fen=data["amount"], due_on=data["due_on"]
    )


def _add_subcontract(request: HttpRequest, one: Contract, data: Any) -> Any:
    names = ("uscc", "name", "part", "signed_on")
    values = {name: data[name] for name in names}
    return actions.add_subcontract(actor_of_page(request), one.pk, amount_fen=data["amount"], **values)


def _propose(request: HttpRequest, one: Contract, form: Any) -> Any:
    return actions.propose_change(
        actor_of_page(request), one.pk, amount_fen=form.change_fen(), reason=form.cleaned_data["reason"]
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def row(request: HttpRequest, contract_id: int, kind: str, row: int) -> HttpResponse:
    """Accept a milestone, enter a payment, decide a change."""
    one = _kept(request, contract_id)
    if kind not in ("milestones", "payments", "changes"):
        raise Http404
    found = get_object_or_404(getattr(one, kind), pk=row)
    if kind == "changes":
        return _decide(request, one, row)
    form: Any = (
        AcceptForm(posted(request)) if kind == "milestones" else PayForm(posted(request), initial={"paid_on": today()})
    )

    def act(_files: Any) -> HttpResponse:
        data, actor = form.cleaned_data, actor_of_page(request)
        if kind == "milestones":
            actions.accept_milestone(actor, one.pk, row, opinion=data["opinion"])
        else:
            actions.pay(actor, one.pk, row, paid_on=data["paid_on"], reference=data["reference"])
        messages.success(request, _("Saved."))
        return redirect("awards:contract", contract_id)

    title = _("Accept what was delivered") if kind == "milestones" else _("Enter the payment")
    return form_page(request, form, act, **_texts(one, title, notes=[str(found)]))


def _decide(request: HttpRequest, one: Contract, row: int) -> HttpResponse:
    """A change is decided with one of two buttons on the contract's page."""
    if request.method == "POST":
        approve = request.POST.get("verdict") == "approve"
        wrong = refusals(lambda: actions.decide_change(actor_of_page(request), one.pk, row, approve=approve))
        for text in wrong:
            messages.error(request, text)
        if not wrong:
            messages.success(request, _("Saved."))
    return redirect("awards:contract", one.pk)
