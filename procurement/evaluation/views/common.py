"""What the pages of the committee share: who may open them, the log of each look, errors beside their fields."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.core.access import log_view
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.people.actors import actor_for
from procurement.evaluation import policies
from procurement.evaluation.actions.common import check_seat
from procurement.evaluation.lifecycle import EVALUATION, TONES
from procurement.evaluation.models import Evaluation
from procurement.experts.models import PanelMember

EVALUATOR = "evaluator"
STREAM = "evaluation.evaluation"
RELATED = ("session__project", "session__chair", "lot__project__buyer", "lot__sheet")
# The pages of a lot's desk, in the order of the work.
TABS = (
    ("lot", pgettext_lazy("evaluation page", "Overview")),
    ("reviews", pgettext_lazy("evaluation page", "My reviews")),
    ("questions", pgettext_lazy("evaluation page", "Questions")),
    ("rejections", pgettext_lazy("evaluation page", "Rejections")),
    ("offers", pgettext_lazy("evaluation page", "Negotiation")),
    ("scores", pgettext_lazy("evaluation page", "My scores")),
    ("comparison", pgettext_lazy("evaluation page", "Comparison")),
    ("signing", pgettext_lazy("evaluation page", "Report")),
)


def evaluator(request: HttpRequest) -> Actor:
    return actor_for(request, EVALUATOR)


def at_desk(request: HttpRequest, evaluation_id: int, page: str, what: str = "desk") -> dict[str, Any]:
    """The context of a page of the desk; others than the attending committee get 404. Each look is logged."""
    user: Any = request.user
    one = get_object_or_404(Evaluation.objects.seated(user).select_related(*RELATED), pk=evaluation_id)
    seat = policies.seat_of(user, one.session.project_id)
    if seat is None:
        raise NotFound()
    check_seat(one.session, seat)
    if request.method == "GET":
        log_view(evaluator(request), STREAM, one.pk, f"evaluation:{what}", purpose="evaluation")
    running = one.session.ended_at is None and one.lot.project.state == "opened"
    shown = {"scores": one.lot.sheet.has_cards, "comparison": one.lot.sheet.has_cards}
    shown["offers"] = policies.negotiates(one.lot.project)
    tabs = [tab for tab in TABS if shown.get(tab[0], True)]
    return {
        "base": "base.html",
        "one": one,
        "project": one.lot.project,
        "sheet": one.lot.sheet,
        "seat": seat,
        "is_chair": running and one.session.chair_id == seat.pk,
        "running": running,
        "label": EVALUATION.states[one.state].label,
        "tone": TONES[one.state],
        "tabs": tabs,
        "page": page,
    }


def seat_in(context: Mapping[str, Any]) -> PanelMember:
    seat: PanelMember = context["seat"]
    return seat


def typed(request: HttpRequest, do: str) -> Any:
    """What was sent for this one of a page's forms; None for the others."""
    return request.POST if request.method == "POST" and request.POST.get("do") == do else None


def submitted(request: HttpRequest, form: PortalForm, act: Callable[[dict[str, Any]], object]) -> HttpResponse | None:
    """Take the form's step with what was typed and go back to the page.

    None leaves the page to show what is wrong; nothing typed is lost.
    """
    if not form.is_bound or not form.is_valid():
        return None
    try:
        act(form.cleaned_data)
    except Invalid as error:
        form.add_domain_error(error)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    else:
        messages.success(request, _("Saved."))
        return redirect(request.path)
    return None


def page(request: HttpRequest, template: str, context: Mapping[str, Any], *form_list: PortalForm) -> HttpResponse:
    """The page; 422 when one of its forms was refused, whose errors stand in the summary."""
    wrong = next((form for form in form_list if form.is_bound and form.errors), None)
    refused = context.get("errors")
    status = 422 if wrong is not None or refused else 200
    return render(request, template, {**context, "form": wrong}, status=status)
