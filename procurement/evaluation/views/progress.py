"""Beginning an evaluation, and how far it has come: for officers and overseers, without names and scores."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import log_view
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from procurement.bidders.policies import may_see_trading
from procurement.bids.policies import may_supervise
from procurement.clock import deciding_now
from procurement.evaluation import actions, policies, rounds
from procurement.evaluation.forms import LongerForm
from procurement.evaluation.lifecycle import EVALUATION, TONES
from procurement.evaluation.models import Evaluation, Session
from procurement.evaluation.views.committee import lots_of
from procurement.evaluation.views.desk import progress_of
from procurement.tenders.views.desk import actor_of_page, opened

readers = allowed_to(may_see_trading)


@login_required
@require_POST
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the evaluation of an opened tender; what is missing is said on the tender's inner page."""
    one = opened(request, number)
    try:
        actions.begin(actor_of_page(request), one.pk)
    except WrongState as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The evaluation has begun. The committee was told."))
    return redirect("tenders:project", number)


@never_cache
@require_safe
@readers
def progress_list(request: HttpRequest) -> HttpResponse:
    """All evaluations, the latest first."""
    user: Any = request.user
    rows = Session.objects.visible_to(user).select_related("project__buyer")
    found = page_of(rows, "-begun_at", request.GET.get("cursor", ""))
    return render(request, "evaluation/progress_list.html", {"page": found, "rows": found.rows})


@never_cache
@require_safe
@readers
def progress(request: HttpRequest, session_id: int) -> HttpResponse:
    """Who has done what, by seat and venue: no names, no scores, no content. Each look is logged."""
    user: Any = request.user
    if not may_see_trading(user):
        raise NotAllowed()
    one = get_object_or_404(Session.objects.visible_to(user).select_related("project__buyer"), pk=session_id)
    log_view(actor_of_page(request), "evaluation.session", one.pk, "evaluation:progress", purpose="oversight")
    return _page(request, one)


@never_cache
@require_POST
@allowed_to(may_supervise)
def decide_round(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """A supervisor lengthens a round of final offers after an outage, or lets it stand."""
    user: Any = request.user
    found = Evaluation.objects.visible_to(user).select_related("session__project__buyer")
    one = get_object_or_404(found, pk=evaluation_id)
    form = LongerForm(request.POST, prefix=f"lot-{one.pk}")
    if form.is_valid():
        try:
            actions.decide_round(actor_for(request, Role.SUPERVISOR), one.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except WrongState as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Decided. The bidders and the committee were told."))
            return redirect("evaluation:progress", one.session_id)
    return _page(request, one.session, form, one.pk)


def _page(request: HttpRequest, one: Session, form: LongerForm | None = None, decided: int = 0) -> HttpResponse:
    """The page; `form` is what was refused of a decision about the round of the evaluation `decided`."""
    declared = dict(one.declarations.values_list("member", "avoids"))
    lots = []
    for row in lots_of(one):
        row.session = one
        lots.append((row, EVALUATION.states[row.state].label, TONES[row.state], _seats(progress_of(row))))
    context = {
        "one": one,
        "project": one.project,
        "form": form,
        "rounds": [_round(row, request.user, form if row.pk == decided else None) for row, *_rest in lots],
        "declared": sum(not avoids for avoids in declared.values()),
        "avoiding": sum(declared.values()),
        "lots": lots,
        "running": one.ended_at is None and one.project.state == "opened",
        "refresh": reverse("evaluation:progress", args=[one.pk]),
    }
    return render(request, "evaluation/progress.html", context, status=422 if form else 200)


def _round(one: Evaluation, user: Any, form: LongerForm | None) -> dict[str, Any]:
    """What was decided about the round of a lot, and what there is to decide now."""
    negotiation = getattr(one, "negotiation", None)
    if negotiation is None or negotiation.due_at is None:
        return {}
    found: dict[str, Any] = {"lot": one.lot, "evaluation": one, "decisions": negotiation.decisions.all()}
    if negotiation.closed_at is not None or one.state != "negotiating":
        return found
    negotiation.evaluation = one
    ground = rounds.ground_of(negotiation, deciding_now())
    may = bool(ground.outages) and policies.may_decide_round(user, one)
    shown = form or LongerForm(prefix=f"lot-{one.pk}", initial={"minutes": ground.least})
    return {**found, "ground": ground, "longer": shown if may else None}


def _seats(rows: list[tuple[Any, str, bool, bool, bool]]) -> list[tuple[int, str, bool, bool, bool]]:
    """Numbers in place of names."""
    return [(n, *rest) for n, (_member, *rest) in enumerate(rows, start=1)]  # type: ignore[misc]
