"""Proposals of other promises: the list, one of them, and the head's decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.catalogue.policies import can_manage
from approvals.promises import actions
from approvals.promises.forms import DeclineForm, TakeOverForm
from approvals.promises.lifecycle import PROPOSAL
from approvals.promises.models import Proposal
from approvals.promises.views.items import readers, role_of
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.people.actors import actor_for
from portal.people.lists import page_of

TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "proposed": (pgettext_lazy("promise proposals", "Waiting for the head"), ("proposed",)),
    "drafted": (pgettext_lazy("promise proposals", "In a draft version"), ("drafted",)),
    "in_force": (pgettext_lazy("promise proposals", "In force"), ("in_force",)),
    "ended": (pgettext_lazy("promise proposals", "Declined or lapsed"), ("declined", "lapsed")),
}
FORMS: dict[str, Any] = {"take_over": TakeOverForm, "decline": DeclineForm}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "proposed"


def proposals_listed(user: Any, params: QueryDict) -> Any:
    """The proposals of the page that these filters ask for."""
    rows = Proposal.objects.visible_to(user).filter(state__in=TABS[tab_of(params)][1])
    return rows.select_related("item", "department", "proposed_by")


@require_safe
@readers
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals of one group, the newest first."""
    tab = tab_of(request.GET)
    page = page_of(proposals_listed(request.user, request.GET), "-proposed_on", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, PROPOSAL.states[one.state].label) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, (label, _states) in TABS.items()],
        "tab": tab,
        "here": "proposals",
    }
    return render(request, "promises/proposals.html", context)


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user)
    wanted = ("item__current", "department", "proposed_by", "decided_by", "version", "finding__cleanup")
    return get_object_or_404(rows.select_related(*wanted), pk=pk)


@require_safe
@readers
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal with what the history said, and what can be done."""
    return render(request, "promises/proposal.html", _context(request, _proposal(request, pk)))


def _context(request: HttpRequest, row: Proposal, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user: Any = request.user
    initial = {"state_version": row.state_version}
    forms = [
        (step, (bound or {}).get(step.code) or FORMS[step.code](initial=initial, prefix=step.code))
        for step in PROPOSAL.offered(row, user)
    ]
    return {
        "proposal": row, "item": row.item, "label": PROPOSAL.states[row.state].label, "forms": forms,
        "kept": row.cases - row.late_cases, "kept_share": (row.cases - row.late_cases) / row.cases if row.cases else None,
        "opens_draft": row.state == "drafted" and can_manage(user, row.item), "here": "proposals",
    }  # fmt: skip


@require_POST
@readers
def proposal_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take over or decline; what is refused stands on the page with all that was typed."""
    row = _proposal(request, pk)
    if act not in FORMS:
        raise NotFound()
    form = FORMS[act](request.POST, prefix=act)
    if form.is_valid():
        try:
            actor = actor_for(request, role_of(request.user), department_id=row.department_id)
            actions.decide_proposal(actor, row.pk, act, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("promises:proposal", pk)
    context = {**_context(request, _proposal(request, pk), {act: form}), "faulty": form}
    return render(request, "promises/proposal.html", context, status=422)
