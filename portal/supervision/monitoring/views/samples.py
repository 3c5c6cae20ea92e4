"""Sample reviews: the list, one review, and a draw that everybody can repeat."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import NotFound
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.supervision.monitoring import actions, policies
from portal.supervision.monitoring.actions.samples import replayed
from portal.supervision.monitoring.forms import StepForm
from portal.supervision.monitoring.lifecycle import SAMPLE, SAMPLE_TONES
from portal.supervision.monitoring.listing import samples_listed
from portal.supervision.monitoring.models import Sample, SampleDraw
from portal.supervision.monitoring.reading import asked_of
from portal.supervision.monitoring.views.common import forms_of, readers, take

DRAWS_SHOWN = 8


@require_safe
@readers
def sample_list(request: HttpRequest) -> HttpResponse:
    """What was drawn, the latest first; a head sees what was found improper in the own department."""
    user: Any = request.user
    page = page_of(samples_listed(user, request.GET), "-happened_on", request.GET.get("cursor", ""))
    whole = user.access.centre_wide
    context = {
        "page": page, "rows": [(one, SAMPLE.states[one.state].label, SAMPLE_TONES[one.state]) for one in page.rows],
        "kinds": Sample.Kind.choices, "states": SAMPLE.states.values(), "asked": asked_of(user, request.GET),
        "kind": request.GET.get("kind", ""), "state": request.GET.get("state", ""),
        "draws": SampleDraw.objects.order_by("-week")[:DRAWS_SHOWN] if whole else (),
    }  # fmt: skip
    return render(request, "monitoring/samples.html", context)


@require_safe
@readers
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """One act of a unit and what the review says of it."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, faulty: StepForm | None = None) -> HttpResponse:
    user: Any = request.user
    rows = Sample.objects.visible_to(user).select_related("department", "done_by", "reviewed_by", "act", "draw")
    one = get_object_or_404(rows, pk=pk)
    context = {
        "sample": one, "label": SAMPLE.states[one.state].label, "tone": SAMPLE_TONES[one.state],
        **forms_of(SAMPLE, one, user, faulty), "history": history_of(one),
        "whole": user.access.centre_wide, "may_supervise": policies.may_supervise(user),
    }  # fmt: skip
    return render(request, "monitoring/sample.html", context, status=422 if faulty else 200)


@require_POST
@readers
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Proper or improper."""
    get_object_or_404(Sample.objects.visible_to(request.user), pk=pk)  # type: ignore[arg-type]
    return take(request, SAMPLE, code, actions.review, pk, "monitoring:sample", lambda form: _page(request, pk, form))


@require_safe
@readers
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """A draw with pool, seed and what it gives when it is repeated now; for who looks over the centre."""
    user: Any = request.user
    one = SampleDraw.objects.filter(pk=pk).first()
    if one is None or not user.access.centre_wide:
        raise NotFound()
    samples = one.samples.select_related("department").order_by("department__code", "pk")
    context = {"draw": one, "samples": samples, "problems": replayed(one), "tones": SAMPLE_TONES}
    return render(request, "monitoring/draw.html", context)
