"""Penalties inside: the list with its lamps, a proposal, one penalty for supervisors and the firm."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.awards import actions, policies, reading
from procurement.awards.forms import PenaltyForm
from procurement.awards.lifecycle import PENALTY, PENALTY_TONES
from procurement.awards.models import Penalty
from procurement.awards.views.common import form_page, refusals, steps_of, version_of
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, readers

supervising = allowed_to(policies.may_supervise)


def listed(user: Any, params: Any) -> Any:
    """The penalties of the list's filter."""
    rows = Penalty.objects.visible_to(user).select_related("organisation", "project")
    state = params.get("state", "")
    return rows.filter(state=state) if state in PENALTY.states else rows


@never_cache
@require_safe
@readers
def penalties(request: HttpRequest) -> HttpResponse:
    """All penalties, the latest first; by state."""
    page = page_of(listed(request.user, request.GET), "-proposed_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [
            (one, PENALTY.states[one.state].label, PENALTY_TONES[one.state], reading.lamp(one)) for one in page.rows
        ],
        "states": PENALTY.states.values(),
        "state": request.GET.get("state", ""),
        "may_propose": policies.may_supervise(request.user),
    }
    return render(request, "awards/penalties.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@supervising
def new(request: HttpRequest) -> HttpResponse:
    """Propose a penalty."""
    names = ("project_number", "remedy_number", "uscc")
    form = PenaltyForm(posted(request), initial={name: request.GET.get(name, "")[:48] for name in names})

    def act(_files: Any) -> HttpResponse:
        made = actions.propose_penalty(actor_of_page(request), form.draft())
        messages.success(request, _("Proposed. A second supervisor decides."))
        return redirect("awards:penalty", made.pk)

    back = reverse("awards:penalties")
    return form_page(request, form, act, title=_("Propose a penalty"), submit=_("Propose"), back=back)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def penalty(request: HttpRequest, penalty_id: int) -> HttpResponse:
    """One penalty: supervisors decide, the firm reads."""
    rows = Penalty.objects.visible_to(request.user).select_related("organisation", "project", "remedy")
    one = get_object_or_404(rows.select_related("proposed_by", "decided_by"), pk=penalty_id)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("awards:penalty", penalty_id)
    context = {
        "base": base_of(request),
        "penalty": one,
        "label": PENALTY.states[one.state].label,
        "tone": PENALTY_TONES[one.state],
        "light": reading.lamp(one),
        "papers": reading.papers_of("awards.penalty", one.pk),
        "steps": steps_of(PENALTY, one, request.user, request.POST),
        "history": history_of(one),
        "wrong": wrong,
        "staff": may_see_trading(request.user),
    }
    return render(request, "awards/penalty.html", context, status=422 if wrong else 200)


def _act(request: HttpRequest, one: Penalty) -> list[str]:
    code = request.POST.get("step", "")
    return refusals(
        lambda: actions.take_penalty_step(
            actor_of_page(request), one.pk, code, request.POST, state_version=version_of(request)
        )
    )
