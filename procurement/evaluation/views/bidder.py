"""What the committee asks a bidder, for the bidder's agents alone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.time import now
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from procurement.evaluation import actions
from procurement.evaluation.forms import AnswerForm, CorrectionAnswerForm
from procurement.evaluation.models import Clarification
from procurement.evaluation.views.common import page, submitted, typed

RELATED = ("bid__bid__bidder__organisation", "bid__evaluation__lot__project", "bid__evaluation__session")


@never_cache
@login_required
@require_safe
def clarifications(request: HttpRequest) -> HttpResponse:
    """The questions put to one's own firms, the latest first."""
    user: Any = request.user
    rows = Clarification.objects.own(user).select_related(*RELATED)
    found = page_of(rows, "-asked_at", request.GET.get("cursor", ""))
    return render(request, "evaluation/clarifications.html", {"page": found, "rows": found.rows, "now": now()})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def clarification(request: HttpRequest, clarification_id: int) -> HttpResponse:
    """One question with its limit, and the answer; others than the bidder's agents get 404."""
    user: Any = request.user
    one = get_object_or_404(Clarification.objects.own(user).select_related(*RELATED), pk=clarification_id)
    correction = one.kind == Clarification.Kind.ARITHMETIC
    form = (CorrectionAnswerForm if correction else AnswerForm)(typed(request, "answer"))
    actor = actor_for(request, Role.AGENT)

    def act(data: dict[str, Any]) -> None:
        accepted = data["accepted"] == "1" if correction else None
        actions.answer(actor, one.pk, data["answer"], accepted=accepted)

    if done := submitted(request, form, act):
        return done
    if request.method == "GET":
        log_view(actor, "evaluation.evaluation", one.bid.evaluation_id, "evaluation:question", purpose="bidder")
    running = one.bid.evaluation.ended_at is None and one.bid.evaluation.lot.project.state == "opened"
    is_open = running and one.answered_at is None and one.lapsed_at is None and now() <= one.due_at
    context = {"one": one, "project": one.bid.evaluation.lot.project, "answering": form, "is_open": is_open}
    return page(request, "evaluation/clarification.html", context, form)
