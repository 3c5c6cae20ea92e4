"""The inner pages of draws: the plan, the seeds of both parties, the call-out and the door."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.time import local_date, today
from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.bidders.agents import people_of
from procurement.bidders.policies import may_see_trading
from procurement.experts import actions, committee, policies
from procurement.experts.actions.drawing import party_of
from procurement.experts.forms import CheckInForm, CommitForm, FailForm, PlanForm, ReplaceForm, RevealForm
from procurement.experts.lifecycle import DRAW, DRAW_TONES, MEMBER, REPLACING
from procurement.experts.models import Draw, PanelMember, Speciality
from procurement.experts.rules import BY_CODE
from procurement.experts.views.common import actor_of_page, base_of, one_form
from procurement.experts.views.own import face
from procurement.tenders.views.desk import opened

readers = allowed_to(may_see_trading)
STEPS: dict[str, Any] = {"commit": CommitForm, "reveal": RevealForm, "fail": FailForm}
NAMING = gettext_lazy(
    "A single source is not judged by a committee: people with experience negotiate, and the buyer says who. Tick them"
    " below and leave the specialities empty; or draw experts as well."
)
SHOWN = 8  # characters of a code that stand for a person whose name is secret


@never_cache
@require_safe
@readers
def draws(request: HttpRequest) -> HttpResponse:
    """The draws, the latest first."""
    rows = Draw.objects.visible_to(request.user).select_related("project").defer("pool", "orders")
    state = request.GET.get("state", "")
    if state in DRAW.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-frozen_at", request.GET.get("cursor", ""))
    listed = [(one, DRAW.states[one.state].label, DRAW_TONES[one.state]) for one in page.rows]
    context = {"page": page, "rows": listed, "state": state, "states": DRAW.states.values()}
    return render(request, "experts/draws.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Plan the committee and freeze the pool."""
    one = opened(request, number)
    user: Any = request.user
    if not policies.may_run_draw(user, Draw(project=one)):
        raise NotAllowed()
    named = committee.is_negotiated(one)
    form = PlanForm(posted(request), people=people_of(one.buyer_id), initial=_suggested(one), may_name=named)

    def act() -> HttpResponse:
        made = actions.freeze(actor_of_page(request), one.pk, form.draft())
        told = _("The pool is frozen, and its digest is public. Both parties were asked for their seeds.")
        messages.success(request, _("The people whom the buyer named have been called.") if made.named else told)
        return redirect("experts:draw", made.pk)

    least = committee.least(one, False, today())
    note = _("At least %(n)s members: %(source)s") % {"n": least.days, "source": least.display_source}
    back = reverse("tenders:project", args=[number])
    return one_form(
        request, form, act, title=_("Plan the draw of experts"), submit=_("Freeze the pool"), back=back, intro=one.title,
        notes=[note, NAMING] if named else [note],
    )  # fmt: skip


def _suggested(one: Any) -> dict[str, Any]:
    """The day of the opening, and the smallest committee."""
    found: dict[str, Any] = {"size": committee.least(one, False, today()).days, "evaluates_time": "14:00"}
    if one.deadline_at is not None:
        found["evaluates_day"] = local_date(one.deadline_at)
    return found


def _visible(request: HttpRequest, draw_id: int) -> Draw:
    rows = Draw.objects.visible_to(request.user).select_related("project__buyer", "project__agency", "frozen_by")
    return get_object_or_404(rows, pk=draw_id)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, draw_id: int) -> HttpResponse:
    """One draw: what is sealed and revealed, who sits where as far as the reader may know, and the next step."""
    one = _visible(request, draw_id)
    step = request.POST.get("step", "")
    form = STEPS[step](request.POST) if step in STEPS else None
    if form is not None and form.is_valid() and _take(request, one, step, form):
        messages.success(request, _("Saved."))
        return redirect("experts:draw", one.pk)
    refused = request.method == "POST"
    return render(request, "experts/draw.html", _context(request, one, step, form), status=422 if refused else 200)


def _take(request: HttpRequest, one: Draw, step: str, form: Any) -> bool:
    """Take the step; what is refused stands on the form."""
    data, actor = form.cleaned_data, actor_of_page(request)
    version = data["state_version"]
    try:
        if step == "commit":
            actions.commit(actor, one.pk, data["commitment"], state_version=version)
        elif step == "reveal":
            actions.reveal(actor, one.pk, data["seed"], state_version=version)
        else:
            actions.declare_failed(actor, one.pk, note=data["note"], state_version=version)
    except Invalid as error:
        form.add_domain_error(error)
    except NotFound:
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    return not form.errors


def _context(request: HttpRequest, one: Draw, step: str, form: Any) -> dict[str, Any]:
    user: Any = request.user
    one.refresh_from_db(fields=["state", "state_version", "short_of", "reveal_by", "note"])
    seeds = {seed.party: seed for seed in one.seeds.all()}
    offered = {transition.code for transition in DRAW.offered(one, user)}
    party = party_of(user, one) if offered & {"commit", "reveal"} else ""
    mine = seeds.get(party)
    if mine is not None:
        offered -= {"commit"} if not mine.seed else {"commit", "reveal"}
    forms = {
        code: form if code == step and form is not None else STEPS[code](initial={"state_version": one.state_version})
        for code in ("commit", "reveal", "fail")
        if code in offered or (code == step and form is not None)
    }
    if one.state == "drawn" and may_see_trading(user):
        log_view(actor_of_page(request), "experts.draw", one.pk, "committee")
    specialities = {one.code: str(one) for one in Speciality.objects.all()}
    return {
        "base": base_of(request), "draw": one, "tender": one.project, "label": DRAW.states[one.state].label,
        "tone": DRAW_TONES[one.state], "seeds": list(seeds.values()), "party": party, "forms": forms,
        "problem": form if form is not None and form.errors else None,
        "places": [(specialities.get(p["speciality"], p["speciality"]), p["count"]) for p in one.places],
        "candidates": len(one.pool["candidates"]), "left_out": left_out(one), "seats": seats_of(request, one),
        "runs": policies.may_run_draw(user, one) and one.state == "drawn", "replacing": REPLACING,
        "venues": PanelMember.Venue.choices, "people": _free_representatives(one, user),
        "on_the_day": local_date(one.evaluates_at) <= today(), "history": history_of(one),
    }  # fmt: skip


def left_out(one: Draw) -> list[tuple[Any, int]]:
    """How many were left out under each rule; the rules say nothing about whom."""
    counts: dict[str, int] = {}
    for exclusion in one.pool["exclusions"]:
        counts[exclusion["rule"]] = counts.get(exclusion["rule"], 0) + 1
    return [(rule, counts[code]) for code, rule in BY_CODE.items() if code in counts]


def seats_of(request: HttpRequest, one: Draw) -> list[dict[str, Any]]:
    """The seats; a name only where the reader may know it, else the beginning of the code. Four queries."""
    user: Any = request.user
    rows = list(one.members.select_related("expert", "user", "panel__project").order_by("pk"))
    known = set(one.members.visible_to(user).values_list("pk", flat=True))
    names = {speciality.code: str(speciality) for speciality in Speciality.objects.all()}
    codes = dict(one.codes.values_list("expert", "code"))
    found = []
    for member in rows:
        hidden = codes[member.expert_id][:SHOWN] + "…" if member.expert_id else _("Representative of the buyer")
        name = member.expert.name if member.expert else member.user.name
        label, tone = face(member)
        found.append(
            {
                "seat": member, "name": name if member.pk in known else hidden, "label": label, "tone": tone,
                "speciality": names.get(member.speciality, ""), "rule": BY_CODE.get(member.rule),
                "live": member.state in ("called", "accepted", "attending"),
                "steps": {step.code for step in MEMBER.offered(member, user)} if user.is_authenticated else set(),
            }
        )  # fmt: skip
    return found


def _free_representatives(one: Draw, user: Any) -> list[Any]:
    """Whom the officer may call where a representative has left."""
    if one.state != "drawn" or not policies.may_run_draw(user, one) or not one.representatives:
        return []
    held = {seat.user_id for seat in one.members.live().filter(expert__isnull=True)}
    if len(held) >= len(one.representatives):
        return []
    return [person for person in people_of(one.project.buyer_id) if person.pk not in held]


@login_required
@require_POST
def seat(request: HttpRequest, draw_id: int, member_id: int) -> HttpResponse:
    """Check somebody in, or give the seat to the next; the refusal stands on top of the draw's page."""
    one = _visible(request, draw_id)
    member = get_object_or_404(one.members, pk=member_id)
    step = request.POST.get("step", "")
    form: Any = CheckInForm(request.POST) if step == "check_in" else ReplaceForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(fields={name: words[0] for name, words in form.errors.items()})
        told = _move_seat(request, member, step, form.cleaned_data)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        words = [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
        context = {**_context(request, one, "", None), "wrong": words, "typed": request.POST, "typed_seat": member.pk}
        return render(request, "experts/draw.html", context, status=error.status)
    messages.success(request, told)
    return redirect("experts:draw", one.pk)


def _move_seat(request: HttpRequest, member: PanelMember, step: str, data: dict[str, Any]) -> str:
    actor, version = actor_of_page(request), data["state_version"]
    if step != "check_in":
        actions.replace(actor, member.pk, why=data["why"], note=data["note"], state_version=version)
        return _("The seat was given to the next reserve.")
    done = actions.check_in(actor, member.pk, venue=data["venue"], state_version=version)
    if done.rule:
        rule = BY_CODE[done.rule]
        words = _("This expert must avoid the tender: %(rule)s (%(source)s). The next reserve has been called.")
        return words % {"rule": rule.label, "source": rule.display_source}
    return _("Checked in.")


@login_required
@require_POST
def representative(request: HttpRequest, draw_id: int) -> HttpResponse:
    """Call another representative of the buyer."""
    one = _visible(request, draw_id)
    typed = request.POST.get("user", "")
    chosen = int(typed) if typed.isdecimal() and len(typed) < 12 else 0
    try:
        actions.name_representative(actor_of_page(request), one.pk, chosen)
    except (NotFound, NotAllowed):
        raise
    except DomainError as error:
        words = [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
        context = {**_context(request, one, "", None), "wrong": words}
        return render(request, "experts/draw.html", context, status=error.status)
    messages.success(request, _("The representative has been called."))
    return redirect("experts:draw", one.pk)
