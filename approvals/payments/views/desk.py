"""The window's pages of fees: the list, one order with what can be done, refunds."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.cases import dossier
from approvals.payments import actions, fees, policies
from approvals.payments.forms import AssessForm, CancelForm, DecideForm, GrantForm, ReduceForm, RefundForm, TakeForm
from approvals.payments.lifecycle import ORDER, REFUND
from approvals.payments.models import Order, ProviderNotice, Refund
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_desk)
TABS: dict[str, tuple[Any, dict[str, Any]]] = {
    "open": (pgettext_lazy("fees", "To be paid"), {"state__in": ("assessing", "due", "started")}),
    "paid": (pgettext_lazy("fees", "Paid"), {"state__in": ("paid", "part_refunded", "refunded")}),
    "reduced": (pgettext_lazy("fees", "Reduced or exempt"), {"reduced_fen__gt": 0}),
    "ended": (pgettext_lazy("fees", "Cancelled or expired"), {"state__in": ("cancelled", "expired")}),
}


def orders_of(user: Any) -> Any:
    """The orders that somebody sees at work: of their departments, or of all for centre-wide roles."""
    rows = Order.objects.all()
    if not user.access.centre_wide:
        rows = rows.filter(department__in=user.access.departments("clerk", "reviewer", "department_head"))
    return rows


def tab_of(params: QueryDict) -> str:
    """The group that is asked for; those that are to be paid where none is."""
    return params.get("tab", "") if params.get("tab", "") in TABS else "open"


def searched(params: QueryDict) -> str:
    return params.get("q", "").replace("\0", "").strip()


def orders_listed(user: Any, params: QueryDict) -> Any:
    """The orders of the page that these filters ask for."""
    rows = orders_of(user).filter(**TABS[tab_of(params)][1])
    if text := searched(params).upper():
        rows = rows.filter(case__number__startswith=text) | rows.filter(number__startswith=text)
    return rows.select_related("case", "item")


@require_safe
@readers
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders of one group, the newest first; a fixed number of queries."""
    tab = tab_of(request.GET)
    page = page_of(orders_listed(request.user, request.GET), "-made_on", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, ORDER.states[one.state].label) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, (label, _filter) in TABS.items()],
        "tab": tab,
        "q": searched(request.GET),
        **ways_on(request.user),
    }
    return render(request, "payments/desk.html", context)


def ways_on(user: Any) -> dict[str, bool]:
    """Which of the other pages of fees are open to the person."""
    return {"takes_money": policies.takes_money(user), "sees_accounts": policies.may_see_accounts(user)}


def order_for_staff(request: HttpRequest, number: str) -> Order:
    """404 for missing ones, and for whoever does not see the case at work."""
    user: Any = request.user
    rows = orders_of(user).select_related(
        "case__item", "case__version", "case__department", "case__applicant", "department", "reduced_by"
    )
    return get_object_or_404(rows, number=number.replace("\0", ""))


@require_safe
@readers
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order: its lines, tries, refunds, receipts, and what can be done."""
    row = order_for_staff(request, number)
    return render(request, "payments/order.html", _context(request, row))


def _context(request: HttpRequest, row: Order, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user: Any = request.user
    refunds = list(row.refunds.select_related("proposed_by", "decided_by", "attempt").order_by("pk"))
    return {
        "order": row,
        "case": row.case,
        "state": ORDER.states[row.state].label,
        "lines": fees.in_words(row.lines),
        "attempts": row.attempts.select_related("clerk").order_by("pk"),
        "refunds": [_with_steps(user, refund) for refund in refunds],
        "receipts": row.receipts.order_by("pk"),
        "notices": ProviderNotice.objects.filter(attempt__order=row, outcome="mismatch").select_related("settled_by"),
        **asked_reduction(row, user),
        "may_settle": policies.may_settle(user, row.department_id),
        "forms": [(code, ACTS[code][0], form) for code, form in _forms(user, row, bound or {}).items()],
        **ways_on(user),
    }


def asked_reduction(row: Order, user: Any) -> dict[str, Any]:
    """The reduction that the applicant waits for, and the form that answers it."""
    asked = row.case.reduction_requests.filter(state="asked").first() if row.state in {"due", "started"} else None
    initial = {"state_version": row.state_version, "amount_fen": row.gross_fen}
    may = asked is not None and row.state == "due" and policies.may_reduce(user, row)
    return {"asked": asked, "may_reduce": may, "grant_form": GrantForm(initial=initial)}


def _with_steps(user: Any, refund: Refund) -> tuple[Refund, Any, list[Any]]:
    return refund, REFUND.states[refund.state].label, REFUND.offered(refund, user)


def _forms(user: Any, row: Order, bound: dict[str, PortalForm]) -> dict[str, PortalForm]:
    """One form for each thing that the person can do with the order now."""
    seen = {"state_version": row.state_version}
    found: dict[str, PortalForm] = {}
    codes = {step.code for step in ORDER.offered(row, user)}
    if "assess" in codes and row.case.version and row.case.version.fee_schedule:
        found["assess"] = _assess(row, None)
    if "take" in codes:
        found["take"] = TakeForm(initial={**seen, "received_fen": row.amount_fen}, prefix="take")
    if "reduce" in codes:
        found["reduce"] = ReduceForm(initial=seen, prefix="reduce")
    if "cancel" in codes:
        found["cancel"] = CancelForm(initial=seen, prefix="cancel")
    if row.left_fen and policies.may_propose_refund(user, row):
        found["refund"] = RefundForm(initial={"amount_fen": row.left_fen}, prefix="refund")
    return {**found, **bound}


def _assess(row: Order, data: Any) -> AssessForm:
    version = row.case.version
    schedule = version.local_fee_schedule if version else []
    known = {line["code"]: line["quantity"] for line in row.lines}
    lines = [{**line, "label": _line_label(line)} for line in schedule]
    initial = {"state_version": row.state_version, **{line["code"]: known.get(line["code"], 0) for line in schedule}}
    return AssessForm(data, lines=lines, initial=initial, prefix="assess")


def _line_label(line: dict[str, Any]) -> str:
    from portal.core.templatetags.portal import money

    unit = f" / {line['unit']}" if line["unit"] else ""
    return f"{line['name']} ({money(line['price_fen'])}{unit})"


def _do_assess(actor: Any, row: Order, data: dict[str, Any], form: Any) -> None:
    actions.assess(actor, row.pk, form.quantities(), state_version=data["state_version"])


def _do_take(actor: Any, row: Order, data: dict[str, Any], _form: Any) -> None:
    actions.take_money(actor, row.pk, **data)


def _do_reduce(actor: Any, row: Order, data: dict[str, Any], _form: Any) -> None:
    actions.reduce(actor, row.pk, **data)


def _do_cancel(actor: Any, row: Order, data: dict[str, Any], _form: Any) -> None:
    actions.cancel(actor, row.pk, **data)


def _do_refund(actor: Any, row: Order, data: dict[str, Any], _form: Any) -> None:
    actions.propose_refund(actor, row.pk, **data)


Act = Callable[[Any, Order, dict[str, Any], Any], None]
# code → (title, form, what it does)
ACTS: dict[str, tuple[Any, Any, Act]] = {
    "assess": (pgettext_lazy("fees", "Set the amount"), AssessForm, _do_assess),
    "take": (pgettext_lazy("fees", "Take the money"), TakeForm, _do_take),
    "reduce": (pgettext_lazy("fees", "Reduce or exempt"), ReduceForm, _do_reduce),
    "cancel": (pgettext_lazy("fees", "Cancel the order"), CancelForm, _do_cancel),
    "refund": (pgettext_lazy("fees", "Propose a refund"), RefundForm, _do_refund),
}


@require_POST
@readers
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Do one thing with the order; what is refused stands beside the field with all that was typed."""
    row = order_for_staff(request, number)
    if act not in ACTS:
        raise NotFound()
    made = ACTS[act][1]
    form = _assess(row, request.POST) if act == "assess" else made(request.POST, prefix=act)
    if form.is_valid():
        actor = _actor(request, row)
        try:
            ACTS[act][2](actor, row, dict(form.cleaned_data), form)
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("payments:order", number)
    fresh = order_for_staff(request, number)
    context = {**_context(request, fresh, {act: form}), "faulty": form}
    return render(request, "payments/order.html", context, status=422)


def _actor(request: HttpRequest, row: Order) -> Any:
    role = dossier.role_for(request.user, row.case)  # type: ignore[arg-type]
    return actor_for(request, role, department_id=row.department_id)


# --- refunds --------------------------------------------------------------------------------------------------------


def shows_done(params: QueryDict) -> bool:
    return params.get("tab") == "done"


def refunds_listed(user: Any, params: QueryDict) -> Any:
    """The refunds of the page that these filters ask for."""
    done = ("done", "rejected")
    states = done if shows_done(params) else ("proposed", "approved", "sending", "unknown", "failed")
    rows = Refund.objects.filter(order__in=orders_of(user), state__in=states)
    return rows.select_related("order__case__item", "proposed_by")


@require_safe
@readers
def refund_list(request: HttpRequest) -> HttpResponse:
    """Refunds that wait for somebody first, then those that are done."""
    page = page_of(refunds_listed(request.user, request.GET), "-proposed_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, REFUND.states[one.state].label) for one in page.rows],
        "done": shows_done(request.GET),
        **ways_on(request.user),
    }
    return render(request, "payments/refunds.html", context)


@require_POST
@readers
def decide(request: HttpRequest, refund_id: int, code: str) -> HttpResponse:
    """The second pair of eyes, or the hand-over of the money; a refusal is said on the order's page."""
    refund = get_object_or_404(Refund.objects.filter(order__in=orders_of(request.user)), pk=refund_id)
    row = order_for_staff(request, refund.order.number)
    form = DecideForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid()
        text, version = form.cleaned_data["text"], form.cleaned_data["state_version"]
        if code == "hand_back":
            actions.hand_back(_actor(request, row), refund.pk, proof=text, state_version=version)
        else:
            actions.decide_refund(_actor(request, row), refund.pk, code, text=text, state_version=version)
    except NotAllowed:
        raise
    except DomainError as error:
        fields = getattr(error, "fields", {})
        said = " ".join(str(one) for one in fields.values()) or error.message
        context = {**_context(request, row), "refund_problem": said, "refund_text": request.POST.get("text", "")}
        return render(request, "payments/order.html", context | {"refund_at": refund.pk}, status=error.status)
    messages.success(request, _("Done."))
    return redirect(reverse("payments:order", args=[row.number]) + "#refunds")
