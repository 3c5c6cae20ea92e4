"""The desk of a lot: overview with the chair's steps, questions to bidders, votes on rejections, the report."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.errors import DomainError, NotFound
from portal.core.forms import PortalForm
from procurement.bids.joint import joint_bids
from procurement.evaluation import actions
from procurement.evaluation.actions.common import attending
from procurement.evaluation.actions.deciding import asks_about_competition
from procurement.evaluation.actions.reporting import candidates_of
from procurement.evaluation.forms import AskForm, CorrectForm, SignForm, SmallForm, VoteForm
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import Clarification, Evaluation, Rejection
from procurement.evaluation.reckoning import remaining
from procurement.evaluation.views.common import at_desk, evaluator, page, seat_in, submitted, typed

STEPS = {
    "close_reviews": actions.close_reviews,
    "proceed": actions.proceed,
    "close_offers": actions.close_offers,
    "close_scoring": actions.close_scoring,
    "take_up": actions.take_up,
}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def lot(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """How far the lot has come, its bids, and the chair's next step."""
    context = at_desk(request, evaluation_id, "lot")
    one: Evaluation = context["one"]
    wrong = _step(request, one) if request.method == "POST" else ""
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect(request.path)
    user: Any = request.user
    context |= {
        "wrong": wrong,
        "steps": EVALUATION.offered(one, user) if context["running"] else [],
        "bids": list(one.bids.select_related("bid__bidder__organisation").prefetch_related("bid__files__file")),
        "joint": joint_bids(one.lot_id),
        "minutes": list(one.minutes.all()),
        "progress": progress_of(one),
    }
    return render(request, "evaluation/lot.html", context, status=422 if wrong else 200)


def _step(request: HttpRequest, one: Evaluation) -> str:
    """Take the chair's step that was sent; what is wrong with it, in words."""
    act = STEPS.get(request.POST.get("step", ""))
    version = request.POST.get("state_version", "")
    if act is None or not version.isdecimal() or len(version) > 9:
        return _("Please choose one of the answers.")
    try:
        act(evaluator(request), one.pk, state_version=int(version))
    except NotFound:
        raise
    except DomainError as error:
        return error.message
    return ""


def progress_of(one: Evaluation) -> list[tuple[Any, str, bool, bool, bool]]:
    """(seat, venue, judged, handed in, signed) for each member: who has done what, no content."""
    members = attending(one.session.project_id)
    judged = set(one.bids.values_list("verdicts__member", flat=True))
    done = set(one.cards.filter(handed_in_at__isnull=False).values_list("member", flat=True))
    signed = set(one.signatures.values_list("member", flat=True))
    return [(row, row.get_venue_display(), row.pk in judged, row.pk in done, row.pk in signed) for row in members]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """What bidders were asked and answered; the chair's questions, corrections and findings on small enterprises."""
    context = at_desk(request, evaluation_id, "questions")
    one, actor, bids = context["one"], evaluator(request), remaining(context["one"])
    asking = AskForm(typed(request, "ask"), bids=bids, prefix="ask")
    correcting = CorrectForm(typed(request, "correct"), bids=bids, prefix="correct")
    small = SmallForm(typed(request, "small"), bids=bids, prefix="small")

    def ask(data: dict[str, Any]) -> None:
        actions.ask(actor, one.pk, data["bid"], data["question"], minutes=data["minutes"])

    def correct(data: dict[str, Any]) -> None:
        more = {name: value for name, value in data.items() if name != "bid"}
        actions.correct(actor, one.pk, data["bid"], **more)

    def settle_small(data: dict[str, Any]) -> None:
        actions.accept_small(actor, one.pk, data["bid"], small=data["small"] == "1", note=data["note"])

    handled: tuple[tuple[PortalForm, Any], ...] = ((asking, ask), (correcting, correct), (small, settle_small))
    for form, act in handled:
        if done := submitted(request, form, act):
            return done
    context |= {"asked": _asked(one), "asking": asking, "correcting": correcting, "small": small}
    return page(request, "evaluation/questions.html", context, asking, correcting, small)


def _asked(one: Evaluation) -> list[Clarification]:
    rows = Clarification.objects.filter(bid__evaluation=one).select_related("bid__bid__bidder__organisation")
    return list(rows.order_by("-asked_at", "-pk"))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def rejections(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Bids that are about to be rejected: question, answer, the own vote; and whether competition is lacking."""
    context = at_desk(request, evaluation_id, "rejections")
    one, actor, seat = context["one"], evaluator(request), seat_in(context)
    related = ("bid__bid__bidder__organisation", "clarification")
    found = list(Rejection.objects.filter(bid__evaluation=one).select_related(*related).order_by("pk"))
    own = {row.rejection_id: row for row in one.ballots.filter(member=seat)}
    forms = {}
    for row in found:
        form = forms[row.pk] = VoteForm(
            typed(request, f"vote{row.pk}"), prefix=f"vote{row.pk}", initial=_held(own, row.pk)
        )
        if done := submitted(request, form, partial(_vote, actor, row.pk)):
            return done
    competing = VoteForm(typed(request, "competition"), prefix="competition", initial=_held(own, None))
    if done := submitted(request, competing, partial(_vote_all, actor, one.pk)):
        return done
    context |= {
        "rejections": [(row, forms[row.pk], own.get(row.pk)) for row in found],
        "competing": competing if one.state == "clarifying" and asks_about_competition(one) else None,
        "own_word": own.get(None),
    }
    return page(request, "evaluation/rejections.html", context, competing, *forms.values())


def _held(own: dict[int | None, Any], key: int | None) -> dict[str, str]:
    ballot = own.get(key)
    return {"reject": str(int(ballot.reject)), "reason": ballot.reason} if ballot else {}


def _vote(actor: Any, rejection_id: int, data: dict[str, Any]) -> None:
    actions.vote(actor, rejection_id, reject=data["reject"] == "1", reason=data["reason"])


def _vote_all(actor: Any, evaluation_id: int, data: dict[str, Any]) -> None:
    actions.vote_on_competition(actor, evaluation_id, reject=data["reject"] == "1", reason=data["reason"])


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def signing(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The result and one's word on it; the chair notes a refusal when the time for signing has passed."""
    context = at_desk(request, evaluation_id, "signing", "report")
    one, actor = context["one"], evaluator(request)
    form = SignForm(typed(request, "sign"))
    if done := submitted(request, form, partial(_sign, actor, one.pk)):
        return done
    if request.POST.get("do") == "refusal":
        if not (error := _note_refusal(actor, one.pk, request.POST.get("member", ""))):
            return redirect(request.path)
        context["errors"] = [error]
    signatures = {row.member_id: row for row in one.signatures.all()}
    context |= {
        "signing": form,
        "signatures": [(row, signatures.get(row.pk)) for row in attending(one.session.project_id)],
        "own": signatures.get(seat_in(context).pk),
        "bids": result_of(one),
        "candidates": candidates_of(one) if one.report_at and not one.failure else [],
        "minutes": list(one.minutes.all()),
    }
    return page(request, "evaluation/signing.html", context, form)


def result_of(one: Evaluation) -> list[Any]:
    """The bids in the order of their places, those rejected last; none before the report is written."""
    rows = one.bids.select_related("bid__bidder__organisation").order_by("rejected", "place", "pk")
    return list(rows) if one.report_at else []


def _sign(actor: Any, evaluation_id: int, data: dict[str, Any]) -> None:
    word = data["word"]
    actions.sign(
        actor, evaluation_id, agrees=word == "agree", refuses=word == "refuse",
        dissent=data["dissent"] if word == "dissent" else "",
    )  # fmt: skip


def _note_refusal(actor: Any, evaluation_id: int, member: str) -> str:
    try:
        actions.note_refusal(actor, evaluation_id, int(member) if member.isdecimal() and len(member) < 12 else 0)
    except NotFound:
        raise
    except DomainError as error:
        return error.message
    return ""
