"""The trading centre's pages: scores, ratings, sheets, decisions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.bidders.policies import may_see_trading
from procurement.conduct import actions, policies
from procurement.conduct.forms import SPARE_ROWS, ProposeForm, SheetForm, rows_of
from procurement.conduct.lifecycle import DECISION, RATING
from procurement.conduct.marks import APPEAL, AUTHORITY
from procurement.conduct.models import Decision, Rating, Score, Sheet, Subject
from procurement.conduct.views.rating import decision_face, rating_face, step_taken
from procurement.experts.views.common import actor_of_page, base_of, one_form

readers = allowed_to(may_see_trading)
judges = allowed_to(policies.may_sit_in_judgement)
FIRST_YEAR = 2020
# What a room above may fill in when it sends somebody here to propose.
PREFILLED = ("kind", "about", "uscc", "name", "ground", "source")


@never_cache
@require_safe
@readers
def scores(request: HttpRequest) -> HttpResponse:
    """The scores of a year, the lowest first."""
    user: Any = request.user
    subject, year = chosen(request.GET)
    rows = Score.objects.visible_to(user).filter(subject=subject, year=year).select_related("expert", "agency")
    page = page_of(rows, "score", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": page.rows, "subject": subject, "year": year, "subjects": Subject.choices,
        "years": range(today().year, today().year - 5, -1), "may_judge": policies.may_sit_in_judgement(user),
    }  # fmt: skip
    return render(request, "conduct/scores.html", context)


def chosen(params: Any) -> tuple[str, int]:
    """Subject and year of the filters; what makes no sense is the experts of this year."""
    subject, typed = params.get("subject", ""), params.get("year", "")
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else today().year
    return subject if subject in Subject.values else Subject.EXPERT.value, max(FIRST_YEAR, year)


@never_cache
@require_safe
@readers
def ratings(request: HttpRequest) -> HttpResponse:
    """The ratings, the latest first; by state."""
    user: Any = request.user
    state = request.GET.get("state", "")
    rows = Rating.objects.visible_to(user).select_related("expert", "agency", "project")
    if state in RATING.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-rated_at", request.GET.get("cursor", ""))
    listed = [(one, *rating_face(one)) for one in page.rows]
    context = {"page": page, "rows": listed, "state": state, "states": RATING.states.values()}
    return render(request, "conduct/ratings.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets with their acts; who may, publishes the next version here."""
    user: Any = request.user
    subject, _year = chosen(request.POST if request.method == "POST" else request.GET)
    held = list(Sheet.objects.prefetch_related("acts").order_by("subject", "-number")[:20])
    present = next((one for one in held if one.subject == subject and one.valid_from <= today()), None)
    if not policies.may_sit_in_judgement(user):
        return render(request, "conduct/sheets.html", {"sheets": held})
    form = _sheet_form(request, subject, present)

    def act() -> HttpResponse:
        data = form.cleaned_data
        actions.publish_sheet(actor_of_page(request), data["subject"], form.drafts(), valid_from=data["valid_from"])
        messages.success(request, _("The new version has been published."))
        return redirect("conduct:sheets")

    return one_form(
        request, form, act, title=_("Rating sheets"), submit=_("Publish a new version"), back=reverse("conduct:scores"),
        sheets=held, template="conduct/sheet_form.html", subjects=Subject.choices, subject=subject,
    )  # fmt: skip


def _sheet_form(request: HttpRequest, subject: str, present: Sheet | None) -> SheetForm:
    """The rows of the sheet in force, or what was typed; where more rows are asked for, nothing is judged yet."""
    values, rows = rows_of(present)
    typed = request.POST.get("rows", "")
    rows = int(typed) if typed.isdecimal() and len(typed) < 4 else rows
    if "more" in request.POST:
        return SheetForm(None, initial=request.POST.dict(), rows=rows + SPARE_ROWS)
    return SheetForm(posted(request), initial={"subject": subject, **values}, rows=rows)


@never_cache
@require_safe
@readers
def decisions(request: HttpRequest) -> HttpResponse:
    """The decisions, the latest first; by state."""
    user: Any = request.user
    state = request.GET.get("state", "")
    rows = Decision.objects.visible_to(user)
    if state in DECISION.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-proposed_at", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [(one, *decision_face(one)) for one in page.rows], "state": state,
        "states": DECISION.states.values(), "may_judge": policies.may_sit_in_judgement(user),
    }  # fmt: skip
    return render(request, "conduct/decisions.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@judges
def decision_new(request: HttpRequest) -> HttpResponse:
    """Propose a decision."""
    given = {name: request.GET[name][:1000] for name in PREFILLED if name in request.GET}
    form = ProposeForm(posted(request), initial={"authority": AUTHORITY, "appeal": APPEAL, "about": "firm", **given})

    def act() -> HttpResponse:
        made = actions.propose(actor_of_page(request), form.draft())
        messages.success(request, _("The proposal has been recorded, and who is concerned was told."))
        return redirect("conduct:decision", made.pk)

    back = reverse("conduct:decisions")
    return one_form(request, form, act, title=_("Propose a decision"), submit=_("Propose"), back=back)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """One decision with everything that explains it; each takes the own steps here."""
    user: Any = request.user
    rows = Decision.objects.visible_to(user).select_related("expert__user", "organisation")
    one = get_object_or_404(rows, pk=decision_id)
    wrong = step_taken(request, actions.take_decision_step, one)
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("conduct:decision", one.pk)
    label, tone = decision_face(one)
    staff = may_see_trading(user)
    context = {
        "base": base_of(request), "decision": one, "label": label, "tone": tone, "steps": DECISION.offered(one, user),
        "wrong": wrong, "typed": request.POST, "staff": staff, "history": history_of(one) if staff else None,
    }  # fmt: skip
    return render(request, "conduct/decision.html", context, status=422 if wrong else 200)
