"""Rating the experts and the agency of a tender, reading one's own ratings, and objecting."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import DomainError
from portal.core.time import today
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.bidders.policies import may_see_trading
from procurement.conduct import actions
from procurement.conduct.actions.rating import RATED_STATES, rateable_experts, raters_side, sheet_of
from procurement.conduct.forms import RateForm
from procurement.conduct.lifecycle import DECISION, DECISION_TONES, RATING, RATING_TONES
from procurement.conduct.models import Decision, Rating, Score, Subject
from procurement.conduct.querysets import own_subjects
from procurement.experts.views.common import actor_of_page, base_of, one_form
from procurement.tenders.models import Project
from procurement.tenders.views.public import public_one


def _rated_tender(request: HttpRequest, number: str) -> tuple[Project, str]:
    """A tender that can be rated, and the reader's slot; 404 for who rates nothing here."""
    project = public_one(number, request.user)
    user: Any = request.user
    _by, slot = raters_side(user, project)
    if not slot or project.state not in RATED_STATES:
        raise Http404
    return project, slot


def subjects_of(project: Project, user: Any) -> list[tuple[str, int, str, Any]]:
    """(kind, key, name, label) of everybody whom somebody may rate here, without oneself."""
    found = [
        (Subject.EXPERT.value, one.pk, one.name, Subject.EXPERT.label)
        for one in rateable_experts(project)
        if one.user_id != user.pk
    ]
    if project.agency is not None:
        found.insert(0, (Subject.AGENCY.value, project.agency.pk, project.agency.name, Subject.AGENCY.label))
    return found


@never_cache
@login_required
@require_safe
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """Whom one may rate for a tender, and what one has rated already."""
    project, slot = _rated_tender(request, number)
    held = {
        (one.subject, one.expert_id or one.agency_id): one
        for one in Rating.objects.filter(project=project, slot=slot).select_related("expert", "agency")
    }
    rows = [
        (kind, pk, name, label, held.get((kind, pk))) for kind, pk, name, label in subjects_of(project, request.user)
    ]
    return render(request, "conduct/tender.html", {"base": base_of(request), "tender": project, "rows": rows})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, number: str, subject: str, subject_id: int) -> HttpResponse:
    """Rate one of them, once."""
    project, _slot = _rated_tender(request, number)
    names = {(kind, pk): name for kind, pk, name, _label in subjects_of(project, request.user)}
    if (subject, subject_id) not in names:
        raise Http404
    form = RateForm(posted(request), sheet=sheet_of(subject, today()))

    def act() -> HttpResponse:
        actions.rate(
            actor_of_page(request), project.pk, subject=subject, subject_id=subject_id, acts=form.chosen(),
            note=form.cleaned_data["note"],
        )  # fmt: skip
        messages.success(request, _("The rating has been recorded."))
        return redirect("conduct:tender", number)

    title = _("Rate %(name)s") % {"name": names[subject, subject_id]}
    back = reverse("conduct:tender", args=[number])
    return one_form(request, form, act, title=title, submit=pgettext("conduct", "Rate"), back=back, intro=project.title)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The own scores, ratings and decisions, as an expert and for the agencies that one acts for."""
    user: Any = request.user
    rows = Rating.objects.filter(own_subjects(user)).select_related("expert", "agency", "project")
    page = page_of(rows.prefetch_related("acts"), "-rated_at", request.GET.get("cursor", ""))
    scores = Score.objects.filter(own_subjects(user)).select_related("expert", "agency").order_by("-year", "pk")[:20]
    decisions = Decision.objects.concerning(user).order_by("-proposed_at")[:20]
    context = {
        "page": page,
        "rows": [(one, *rating_face(one)) for one in page.rows],
        "scores": list(scores),
        "decisions": [(one, *decision_face(one)) for one in decisions],
    }
    return render(request, "conduct/mine.html", context)


def rating_face(one: Rating) -> tuple[Any, str]:
    return RATING.states[one.state].label, RATING_TONES[one.state]


def decision_face(one: Decision) -> tuple[Any, str]:
    """Label and tone; an honour in force is green, an ended one grey."""
    tone = DECISION_TONES[one.state]
    if one.state == "in_force" and one.kind == Decision.Kind.RED:
        tone = "green"
    if one.state == "in_force" and one.starts_on and not one.holds_on(today()):
        return _("Run out"), "grey"
    return DECISION.states[one.state].label, tone


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def rating(request: HttpRequest, rating_id: int) -> HttpResponse:
    """One rating with its acts; the rated one objects here, a second person answers. Who rated is not named."""
    user: Any = request.user
    rows = Rating.objects.visible_to(user).select_related("expert", "agency", "project", "sheet")
    one = get_object_or_404(rows, pk=rating_id)
    wrong = step_taken(request, actions.take_rating_step, one)
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("conduct:rating", one.pk)
    label, tone = rating_face(one)
    context = {
        "base": base_of(request), "rating": one, "label": label, "tone": tone, "acts": list(one.acts.all()),
        "steps": RATING.offered(one, user), "wrong": wrong, "typed": request.POST, "staff": may_see_trading(user),
    }  # fmt: skip
    return render(request, "conduct/rating.html", context, status=422 if wrong else 200)


def step_taken(request: HttpRequest, action: Any, one: Any) -> list[str]:
    """Take the step that was sent, if one was; what is wrong with it, in words."""
    if request.method != "POST":
        return []
    try:
        version = int(request.POST.get("state_version") or -1)
        action(actor_of_page(request), one.pk, request.POST.get("step", ""), request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        fields = getattr(error, "fields", {})
        return [str(text) for text in fields.values()] or [str(getattr(error, "message", _("This cannot be done.")))]
    return []
