"""The promises of all items at work, and the simulator of one with the way to a proposal."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from approvals.catalogue.models import Item
from approvals.promises import actions, charts, facts, policies, rules
from approvals.promises.forms import ProposalForm, SimulatorForm
from approvals.promises.models import Proposal
from approvals.promises.simulator import History, history_of, year_until
from portal.core.errors import DomainError, Invalid
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_desk)


def role_of(user: Any) -> str:
    """The highest role in which the person works here."""
    order = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.REVIEWER)
    return next((role for role in order if user.access.has(role) or role in user.access.roles), Role.CITIZEN)


def promises_listed(user: Any, params: QueryDict) -> Any:
    """The items of the page that these filters ask for."""
    rows = facts.promises_of(user)
    if (chosen := params.get("department", "")).isdecimal():
        rows = rows.filter(department_id=int(chosen[:18]))
    if params.get("flagged"):
        rows = facts.flagged(rows)
    if text := params.get("q", "").replace("\0", "").strip():
        rows = rows.filter(Q(name__icontains=text) | Q(code__istartswith=text) | Q(name_en__icontains=text))
    return rows


@require_safe
@readers
def item_list(request: HttpRequest) -> HttpResponse:
    """Promises with what they compress, by department and one by one; a fixed number of queries."""
    page = page_of(promises_listed(request.user, request.GET), "code", request.GET.get("cursor", ""))
    departments = facts.by_department(facts.promises_of(request.user))
    context = {
        "page": page,
        "rows": facts.shown(page.rows),
        "departments": departments,
        "total": {
            "items": sum(one.items for one in departments),
            "flagged": sum(one.flagged for one in departments),
            "compression": facts.ratio(
                sum(one.compressed_days for one in departments), sum(one.legal for one in departments)
            ),
        },
        "chosen": {name: request.GET.get(name, "") for name in ("department", "flagged", "q")},
        "filtered": any(request.GET.get(name) for name in ("department", "flagged", "q")),
        "least": float(rules.min_compression()),
        "here": "items",
    }
    return render(request, "promises/items.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def simulator(request: HttpRequest, item_id: int) -> HttpResponse:
    """What the item's history says about a promise; a POST proposes one."""
    item = get_object_or_404(facts.promises_of(request.user), pk=item_id)
    form = ProposalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actor = actor_for(request, role_of(request.user), department_id=item.department_id)
            proposal = actions.propose(actor, item.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The proposal waits for the head of the department."))
            return redirect("promises:proposal", proposal.pk)
    return render(request, "promises/simulator.html", _context(request, item, form), status=422 if form.errors else 200)


def _context(request: HttpRequest, item: Item, form: ProposalForm) -> dict[str, Any]:
    first, last = year_until(today())
    history = history_of(item.pk, first, last)
    asked = SimulatorForm(request.GET if request.GET else None)
    asked.is_valid()
    asked_for = getattr(asked, "cleaned_data", {})
    share: Fraction = asked_for.get("share") or rules.kept_share()
    shortest = history.shortest(share)
    present = item.current.promised_days if item.current else None
    trial = asked_for.get("days") or max(shortest or 1, 1)
    if not form.is_bound:
        form.initial = {"days": trial}
    asked.initial = {"share": f"{float(share * 100):g}", "days": trial}
    promise = facts.shown([item])[0]
    return {
        "item": item,
        "promise": promise,
        "history": history,
        "few": history.total < rules.days("few_cases"),
        "share": share,
        "share_text": f"{float(share * 100):g}%",
        "shortest": shortest,
        "tries": _tries(history, trial, present),
        "trial": trial,
        "asked": asked,
        "form": form,
        "open_proposal": Proposal.objects.filter(item=item, state__in=("proposed", "drafted")).first(),
        "may_propose": policies.may_propose(request.user, item),
        "charts": [charts.distribution(history), charts.late_by_month(history, trial)] if history.total else [],
    }


def _tries(history: History, trial: int, present: int | None) -> list[dict[str, Any]]:
    """The promise that is tried and the present one: how many cases each would have made late."""
    wanted = [(trial, False)] + ([(present, True)] if present is not None and present != trial else [])
    return [
        {"days": days, "present": is_present or days == present, "late": history.late(days), "kept": history.kept(days)}
        for days, is_present in wanted
    ]
