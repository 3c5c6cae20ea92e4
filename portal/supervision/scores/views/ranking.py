"""The ranking of a week, its editions, one department's row, and the cases behind an indicator."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline.lifecycle import TICKET
from portal.core.errors import DomainError, NotAllowed, NotFound
from portal.people.lists import page_of
from portal.supervision.scores import actions, policies, showing, weeks
from portal.supervision.scores.behind import LISTS
from portal.supervision.scores.forms import ComputeForm
from portal.supervision.scores.lifecycle import EDITION, EDITION_TONES, OPEN_STATES
from portal.supervision.scores.models import Edition, Proposal, Row, Span
from portal.supervision.scores.views.common import (
    actor,
    answered,
    kept,
    readers,
    step_form,
    steps_of,
    supervisors,
    take,
)

OFFERED = 60  # weeks of the choice
SHOWN = 500  # departments of a ranking; a city has fewer


def edition_asked(params: Any, rows: Any) -> Edition | None:
    """The edition that the address means: one by its key, a week's current one, or the latest. One query each."""
    rows = rows.select_related("scheme", "published_by")
    key = params.get("edition", "")
    if key.isdecimal() and len(key) < 19:
        found: Edition = get_object_or_404(rows, pk=int(key))
        return found
    week = weeks.week_named(params.get("week", ""))
    chosen = rows.filter(week=week, is_current=True).first() if week else None
    return chosen or rows.filter(is_current=True).order_by("-week").first()


@require_safe
@readers
def ranking(request: HttpRequest) -> HttpResponse:
    """The departments of a week or of the year to date, ranked; those with too little to say stand apart."""
    return render(request, "scores/ranking.html", _ranking(request))


def _ranking(request: HttpRequest, *, edition: Edition | None = None, faulty: Any = None) -> dict[str, Any]:
    user: Any = request.user
    editions = Edition.objects.visible_to(user)
    edition = edition or edition_asked(request.GET, editions)
    span = request.GET.get("span", "")
    span = span if span in Span.values else Span.WEEK.value
    context: dict[str, Any] = {
        "edition": edition, "span": span, "spans": Span.choices, "faulty": faulty,
        "may_supervise": policies.may_supervise(user), "may_see_versions": policies.may_see_versions(user),
        "compute_form": ComputeForm(initial={"week": weeks.last_week()}),
    }  # fmt: skip
    if edition is None:
        return context
    rows = list(
        edition.rows.filter(span=span).select_related("department").order_by("rank", "department__code")[:SHOWN]
    )
    indicators = list(edition.scheme.indicators.all())
    first, last = edition.days(span)
    steps = steps_of(EDITION, edition, user, faulty=faulty)
    return context | {
        "ranked": [_ranked(row, indicators) for row in rows if row.rank],
        "apart": [_ranked(row, indicators) for row in rows if not row.rank],
        "indicators": indicators, "first": first, "last": last,
        "weeks": _weeks(editions),
        "state": EDITION.states[edition.state].label, "tone": EDITION_TONES[edition.state],
        "steps": steps, "kept": kept(steps, faulty),
        "changes": showing.changes(edition, indicators),
        "editions": list(editions.filter(week=edition.week).order_by("-number").only("pk", "number", "week", "state")),
    }  # fmt: skip


def _weeks(editions: Any) -> list[tuple[Any, str]]:
    """The weeks to choose from, the latest first."""
    rows = editions.current().order_by("-week").values_list("week", flat=True)[:OFFERED]
    return [(one, weeks.name_of(one)) for one in rows]


def _ranked(row: Row, indicators: list[Any]) -> dict[str, Any]:
    cells = [(one, showing.value_text(one.unit, row.part(one.code)), row.part(one.code)) for one in indicators]
    return {
        "row": row, "move": showing.move(row), "points": showing.points(row.points),
        "change": showing.points_change(row), "cells": cells, "cost": showing.cost(row, indicators),
    }  # fmt: skip


@require_safe
@readers
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition of every week, the newest first, by state."""
    state = request.GET.get("state", "")
    rows = Edition.objects.visible_to(request.user).select_related("scheme", "published_by")
    if state in EDITION.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-computed_at", request.GET.get("cursor", ""))
    shown = [(one, EDITION.states[one.state].label, EDITION_TONES[one.state]) for one in page.rows]
    states = [(one.code, one.label) for one in EDITION.states.values()]
    return render(request, "scores/editions.html", {"page": page, "rows": shown, "states": states, "state": state})


@require_http_methods(["POST"])
@supervisors
def compute(request: HttpRequest) -> HttpResponse:
    """Compute a week, or compute it anew: unchanged figures leave everything as it is."""
    form = ComputeForm(request.POST)
    if form.is_valid():
        week = weeks.monday_of(form.cleaned_data["week"])
        try:
            edition, made = actions.compute(actor(request), week, reason=form.cleaned_data["reason"])
        except NotAllowed:
            raise
        except DomainError as error:
            fields = getattr(error, "fields", {})
            form.add_error("week", str(fields.get("week") or error.message))
        else:
            said = _("A new edition of the ranking was made.") if made else _("Nothing has changed: the ranking stays.")
            messages.success(request, said)
            return redirect(f"{reverse('scores:ranking')}?week={edition.week}")
    return answered(request, "scores/ranking.html", {**_ranking(request), "compute_form": form, "faulty": form})


@require_POST
@readers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Publish a ranking, or withdraw it with a reason."""
    edition = get_object_or_404(
        Edition.objects.visible_to(request.user).select_related("scheme", "published_by"), pk=pk
    )
    form = step_form(EDITION, code, request)
    if take(
        form, lambda given, version: actions.take_edition_step(actor(request), pk, code, given, state_version=version)
    ):
        messages.success(request, str(EDITION.transitions[code].told))
        return redirect(f"{reverse('scores:ranking')}?edition={pk}")
    edition.refresh_from_db(fields=["state", "state_version"])
    return answered(request, "scores/ranking.html", _ranking(request, edition=edition, faulty=form))


def _row(request: HttpRequest, pk: int) -> Row:
    rows = Row.objects.visible_to(request.user).select_related("edition__scheme", "department")
    return get_object_or_404(rows, pk=pk)


def _spans(found: Row) -> list[tuple[int, Any, str]]:
    """The department's rows of the edition: week and year to date."""
    rows = Row.objects.filter(edition=found.edition_id, department=found.department_id).only("pk", "span")
    return [(one.pk, Span(one.span).label, one.span) for one in rows.order_by("span")]


@require_safe
@readers
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """What cost a department its points: value, target, loss, a sentence and the cases, indicator by indicator."""
    user: Any = request.user
    found = _row(request, pk)
    indicators = list(found.edition.scheme.indicators.all())
    past = showing.history(found.department_id, found.edition, found.span)
    asked = Proposal.objects.visible_to(user).filter(department=found.department_id, state__in=OPEN_STATES)
    open_ones = dict(asked.values_list("indicator__code", "pk"))
    context = {
        "row": found, "edition": found.edition, "move": showing.move(found), "points": showing.points(found.points),
        "change": showing.points_change(found), "summary": showing.summary(found, indicators),
        "lines": [
            (line, open_ones.get(line.indicator.code))
            for line in showing.lines(found, indicators, opens=policies.may_open_cases(user, found))
        ],
        "chart": showing.history_chart(past), "first": found.edition.days(found.span)[0], "last": found.edition.last,
        "may_ask": policies.may_supervise(user) and found.span == Span.WEEK,
        "spans": _spans(found),
    }  # fmt: skip
    return render(request, "scores/row.html", context)


@require_safe
@readers
def behind(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The cases, ratings or tickets that cost the points; heads of departments see those of their own."""
    user: Any = request.user
    found = _row(request, pk)
    indicator = get_object_or_404(found.edition.scheme.indicators, code=code)
    listed = LISTS.get(indicator.path)
    if listed is None or not policies.may_open_cases(user, found):
        raise NotFound()
    first, last = found.edition.days(found.span)
    page = page_of(listed.rows(user, found.department_id, first, last), listed.order, request.GET.get("cursor", ""))
    labels = {code: state.label for code, state in TICKET.states.items()}
    context = {
        "row": found, "indicator": indicator, "listed": listed, "first": first, "last": last, "page": page,
        "rows": [(one, labels.get(getattr(one, "state", ""), "")) for one in page.rows],
    }  # fmt: skip
    return render(request, "scores/behind.html", context)
