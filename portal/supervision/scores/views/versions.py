"""Versions of the indicators: the list, one version, its draft, and what a draft would have made of past weeks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from portal.supervision.scores import actions, policies, showing, weeks
from portal.supervision.scores.actions.schemes import drafts_of
from portal.supervision.scores.drawing import Drawn, draw
from portal.supervision.scores.forms import SchemeForm
from portal.supervision.scores.lifecycle import SCHEME, SCHEME_TONES
from portal.supervision.scores.models import Scheme, Span
from portal.supervision.scores.views.common import (
    actor,
    answered,
    done,
    kept,
    overseers,
    step_form,
    steps_of,
    supervisors,
    take,
)

TRIED = 12  # past weeks that a draft can be tried on


@require_safe
@overseers
def versions(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first."""
    page = page_of(
        Scheme.objects.select_related("drafted_by", "published_by"), "-number", request.GET.get("cursor", "")
    )
    in_force = Scheme.objects.in_force(weeks.last_week())
    shown = [(one, SCHEME.states[one.state].label, SCHEME_TONES[one.state]) for one in page.rows]
    context = {"page": page, "rows": shown, "in_force": in_force, "may_draft": policies.may_supervise(request.user)}  # type: ignore[arg-type]
    return render(request, "scores/versions.html", context)


@require_POST
@supervisors
def new(request: HttpRequest) -> HttpResponse:
    """A draft with the indicators in force."""
    try:
        made = actions.new_draft(actor(request))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("scores:versions")
    return redirect("scores:version-edit", made.pk)


def _scheme(pk: int) -> Scheme:
    return get_object_or_404(Scheme.objects.select_related("drafted_by", "published_by"), pk=pk)


def _context(request: HttpRequest, scheme: Scheme, faulty: Any = None) -> dict[str, Any]:
    user: Any = request.user
    indicators = list(scheme.indicators.all())
    steps = steps_of(SCHEME, scheme, user, faulty=faulty)
    return {
        "scheme": scheme, "state": SCHEME.states[scheme.state].label, "tone": SCHEME_TONES[scheme.state],
        "indicators": showing.with_ends(indicators),
        "total": sum(one.weight for one in indicators), "steps": steps,
        "may_edit": scheme.state == "draft" and policies.may_edit_scheme(user, scheme), "history": history_of(scheme),
        "faulty": faulty, "kept": kept(steps, faulty),
    }  # fmt: skip


@require_safe
@overseers
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The indicators of a version with weight, target, floor and source."""
    return render(request, "scores/version.html", _context(request, _scheme(pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@supervisors
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft; what is refused stays as it was typed."""
    scheme = _scheme(pk)
    if not policies.may_edit_scheme(request.user, scheme):  # type: ignore[arg-type]
        raise NotAllowed()
    initial = {name: getattr(scheme, name) for name in ("valid_from", "least_weight", "reason", "state_version")}
    form = SchemeForm(posted(request), drafts=drafts_of(scheme), initial=initial)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in initial}
        try:
            actions.rewrite_draft(actor(request), pk, indicators=form.drafts(), **given)
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return done(request, "scores:version", pk, said=_("The draft has been kept."))
        form.show_version(_scheme(pk).state_version)
    context = {"scheme": scheme, "form": form, "rows": form.rows()}
    return render(request, "scores/version_edit.html", context, status=422 if form.errors else 200)


@require_safe
@overseers
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """A past week by the version in force and by this one, side by side, from the same cells; nothing is kept."""
    scheme = _scheme(pk)
    offered = [weeks.last_week() - n * weeks.SEVEN_DAYS for n in range(TRIED)]
    asked = weeks.week_named(request.GET.get("week", ""))
    week = asked if asked in offered else offered[0]
    present = Scheme.objects.in_force(week)
    if present is None:
        raise NotFound()
    span = request.GET.get("span", "")
    span = span if span in Span.values else Span.WEEK.value
    now_, then = draw(week, [present, scheme])
    context = {
        "scheme": scheme, "present": present, "week": week, "span": span, "spans": Span.choices,
        "weeks": [(one, weeks.name_of(one)) for one in offered], "rows": _beside(now_[span], then[span]),
    }  # fmt: skip
    return render(request, "scores/version_try.html", context)


def _beside(present: list[Drawn], draft: list[Drawn]) -> list[dict[str, Any]]:
    """Department by department: rank and points now and by the draft, in the order of the draft."""
    by_department = {one.department.pk: one for one in present}
    rows = []
    for one in draft:
        now_ = by_department.get(one.department.pk)
        places = now_.rank - one.rank if now_ and now_.rank and one.rank else 0
        rows.append(
            {
                "department": one.department, "rank_now": now_.rank if now_ else None, "rank_then": one.rank,
                "points_now": showing.points(now_.score.points if now_ else None),
                "points_then": showing.points(one.score.points), "up": max(places, 0), "down": max(-places, 0),
                "entered": bool(one.rank and not (now_ and now_.rank)),
                "left": bool(now_ and now_.rank and not one.rank),
            }
        )  # fmt: skip
    return rows


@require_POST
@overseers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Lay before the publisher, publish, send back, drop."""
    scheme = _scheme(pk)
    form = step_form(SCHEME, code, request)
    if take(
        form, lambda given, version: actions.take_scheme_step(actor(request), pk, code, given, state_version=version)
    ):
        return done(request, "scores:version", pk, said=SCHEME.transitions[code].told)
    scheme.refresh_from_db(fields=["state", "state_version"])
    return answered(request, "scores/version.html", _context(request, scheme, form))
