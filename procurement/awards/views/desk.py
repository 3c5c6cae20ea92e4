"""The inner pages of an award, for the trading centre, the buyer and the agency: report, publicity, choice, award."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import NotAllowed
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.awards import actions, limits, policies, reading
from procurement.awards.actions.awarding import FILE_KIND
from procurement.awards.forms import ChooseForm, PublishForm, SaleForm
from procurement.awards.models import Procedure
from procurement.awards.views.common import form_page, refusals
from procurement.tenders.stops import stopped_by
from procurement.tenders.views.desk import actor_of_page, base_of, may_see_trading, opened, readers
from procurement.tenders.views.public import face


def listed(user: Any, params: Any) -> Any:
    """The procedures of the list's filter."""
    rows = Procedure.objects.visible_to(user).select_related("project__buyer")
    stage = params.get("stage", "")
    return rows.filter(stage=stage) if stage in Procedure.Stage.values else rows


@never_cache
@require_safe
@readers
def desk(request: HttpRequest) -> HttpResponse:
    """Tenders after their evaluation, the latest first; by stage."""
    stage = request.GET.get("stage", "")
    page = page_of(listed(request.user, request.GET), "-evaluated_on", request.GET.get("cursor", ""))
    lamps = reading.stage_lamps(page.rows)
    rows = [(one, *face(one.project), lamps[one.pk]) for one in page.rows]
    context = {"page": page, "rows": rows, "stages": Procedure.Stage.choices, "stage": stage}
    return render(request, "awards/desk.html", context)


@never_cache
@login_required
@require_safe
def project(request: HttpRequest, number: str) -> HttpResponse:
    """One tender after its evaluation: where it stands, its lots with candidates, award and contract."""
    one, user = opened(request, number), request.user
    procedure = Procedure.objects.filter(project=one).first()
    label, tone = face(one)
    context = {
        "base": base_of(request),
        "tender": one,
        "label": label,
        "tone": tone,
        "procedure": procedure,
        "light": reading.stage_lamps([procedure])[procedure.pk] if procedure else "",
        "left": (procedure.due_on - today()).days if procedure and procedure.due_on else None,
        "government": limits.is_government(one),
        "lots": reading.lots_of(one),
        "stopped": stopped_by(one),
        "running": bool(procedure and procedure.public_until_on and today() <= procedure.public_until_on),
        "remedies": reading.remedies_of(one),
        "papers": reading.publicity_papers(procedure),
        "may_choose": policies.may_prepare(user, one),  # type: ignore[arg-type]
        "may_award": policies.may_review(user, one),  # type: ignore[arg-type]
        "stage": procedure.stage if procedure else reading.waiting_stage(one),
        "history": history_of(one),
        "staff": may_see_trading(user),
    }
    return render(request, "awards/project.html", context)


def _reviewed(request: HttpRequest, number: str) -> Any:
    one = opened(request, number)
    if not policies.may_review(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    return one


@login_required
@require_POST
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The report went to the buyer."""
    one = _reviewed(request, number)
    wrong = refusals(lambda: actions.report(actor_of_page(request), one.pk, state_version=None))
    _say(request, wrong, _("The buyer was given the report; the time for the choice runs."))
    return redirect("awards:project", number)


def _say(request: HttpRequest, wrong: list[str], done: str) -> None:
    for text in wrong:
        messages.error(request, text)
    if not wrong:
        messages.success(request, done)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish the candidates, or what a sale ended with."""
    one = _reviewed(request, number)
    initial = {"until_on": limits.publicity_end(one, today()), "state_version": one.state_version}
    form = PublishForm(posted(request), initial=initial)

    def act(_files: Any) -> HttpResponse:
        data = form.cleaned_data
        actions.publish(
            actor_of_page(request), one.pk, until_on=data["until_on"], text=data["text"],
            state_version=data["state_version"],
        )  # fmt: skip
        messages.success(request, _("The candidates are public, and the bidders were told."))
        return redirect("awards:project", number)

    return form_page(request, form, act, **_texts(one, _("Publish the candidates"), _("Publish")))


def _texts(one: Any, title: str, submit: str, **more: Any) -> dict[str, Any]:
    back = reverse("awards:project", args=[one.number])
    return {"title": title, "submit": submit, "back": back, "intro": f"{one.title} · {one.number}", **more}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sale(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """Record what a listing or an auction ended with."""
    one = _reviewed(request, number)
    found = get_object_or_404(one.lots, number=lot)
    form = SaleForm(posted(request), initial=reading.sale_initial(found))

    def act(_files: Any) -> HttpResponse:
        actions.record_sale(actor_of_page(request), found.pk, form.draft())
        messages.success(request, _("The result was recorded. Publish it next."))
        return redirect("awards:project", number)

    return form_page(request, form, act, **_texts(one, _("Result of the sale"), _("Save"), notes=[str(found)]))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """The tenderer chooses for a lot."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    found = get_object_or_404(one.lots, number=lot)
    candidates = list(found.candidates.select_related("bidder__organisation").order_by("rank", "pk"))
    form = ChooseForm(posted(request), candidates=candidates)
    actor = actor_of_page(request)

    def act(files: Any) -> HttpResponse:
        actions.choose(actor, found.pk, form.draft(files[-1].pk if files else None))
        messages.success(request, _("The choice is on record. The trading centre announces the result."))
        return redirect("awards:project", number)

    texts = _texts(one, _("Choose the winner"), _("Choose"), notes=[str(found)])
    return form_page(request, form, act, files=("minutes", FILE_KIND), owner=actor, **texts)


@login_required
@require_POST
def award(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """Award a lot; what stands against it is said on the page of the tender."""
    one = _reviewed(request, number)
    found = get_object_or_404(one.lots, number=lot)
    wrong = refusals(lambda: actions.award(actor_of_page(request), found.pk, state_version=None))
    _say(request, wrong, _("The lot was awarded; winner and other bidders were told."))
    return redirect("awards:project", number)
