"""The trading centre's pages of the pool: the list, one expert, entering somebody, blocks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.bidders.forms import LiftForm
from procurement.bidders.policies import may_manage_trading, may_restrict, may_see_trading
from procurement.experts import actions, policies
from procurement.experts.forms import EnterForm, StandingForm
from procurement.experts.lifecycle import EXPERT, EXPERT_TONES
from procurement.experts.models import Expert, Speciality, Standing
from procurement.experts.views.common import actor_of_page, one_form
from procurement.experts.views.own import expert_context, take_step

readers = allowed_to(may_see_trading)
officers = allowed_to(may_manage_trading)
blocking = allowed_to(may_restrict)


@never_cache
@require_safe
@readers
def pool(request: HttpRequest) -> HttpResponse:
    """The experts, the latest first; by state, speciality and name."""
    user: Any = request.user
    chosen = {name: request.GET.get(name, "").strip()[:60] for name in ("state", "speciality", "q")}
    rows = Expert.objects.visible_to(user).prefetch_related("specialities", "standings")
    if chosen["state"] in EXPERT.states:
        rows = rows.filter(state=chosen["state"])
    if chosen["speciality"]:
        rows = rows.filter(specialities__code=chosen["speciality"])
    if chosen["q"]:
        rows = rows.filter(name__startswith=chosen["q"])
    page = page_of(rows, "-applied_at", request.GET.get("cursor", ""))
    listed = [
        (one, EXPERT.states[one.state].label, EXPERT_TONES[one.state],
         any(block.holds_on(today()) for block in one.standings.all()))
        for one in page.rows
    ]  # fmt: skip
    context = {
        "page": page, "rows": listed, "chosen": chosen, "states": EXPERT.states.values(),
        "specialities": list(Speciality.objects.all()), "may_enter": may_manage_trading(user), "today": today(),
    }  # fmt: skip
    return render(request, "experts/pool.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def expert(request: HttpRequest, expert_id: int) -> HttpResponse:
    """One expert, numbers masked; that it was looked at is written down. Steps are taken here."""
    user: Any = request.user
    rows = Expert.objects.visible_to(user).select_related("user").prefetch_related("specialities")
    one = get_object_or_404(rows, pk=expert_id)
    wrong: list[str] = []
    if request.method == "POST":
        wrong = take_step(request, one)
        if not wrong:
            messages.success(request, _("Saved."))
            return redirect("experts:expert", one.pk)
    log_view(actor_of_page(request), "experts.expert", one.pk, "expert")
    context = {
        **expert_context(request, one),
        "standings": [(block, block.holds_on(today())) for block in one.standings.all()],
        "may_block": policies.may_block(user, one),
        "history": history_of(one),
        "wrong": wrong,
    }
    return render(request, "experts/expert.html", context, status=422 if wrong else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@officers
def enter(request: HttpRequest) -> HttpResponse:
    """Enter somebody who has an account."""
    form = EnterForm(posted(request))

    def act() -> HttpResponse:
        made = actions.enter(actor_of_page(request), form.cleaned_data["username"], form.draft())
        return redirect("experts:expert", made.pk)

    return one_form(request, form, act, title=_("Enter an expert"), submit=_("Enter"), back=reverse("experts:pool"))


@never_cache
@require_http_methods(["GET", "POST"])
@blocking
def block(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Record a suspension or removal."""
    user: Any = request.user
    one = get_object_or_404(Expert.objects.visible_to(user), pk=expert_id)
    form = StandingForm(posted(request), initial={"starts_on": today()})

    def act() -> HttpResponse:
        actions.block(actor_of_page(request), one.pk, form.draft())
        messages.success(request, _("The block has been recorded, and the expert was told."))
        return redirect("experts:expert", one.pk)

    title = _("Keep %(name)s out of the pool") % {"name": one.name}
    back = reverse("experts:expert", args=[one.pk])
    return one_form(request, form, act, title=title, submit=_("Record"), back=back)


@never_cache
@require_http_methods(["GET", "POST"])
@blocking
def lift(request: HttpRequest, standing_id: int) -> HttpResponse:
    """Lift a block before its time."""
    user: Any = request.user
    held = get_object_or_404(Standing.objects.visible_to(user).select_related("expert"), pk=standing_id)
    form = LiftForm(posted(request))

    def act() -> HttpResponse:
        actions.unblock(actor_of_page(request), held.pk, note=form.cleaned_data["note"])
        messages.success(request, _("The block was lifted, and the expert was told."))
        return redirect("experts:expert", held.expert_id)

    back = reverse("experts:expert", args=[held.expert_id])
    return one_form(request, form, act, title=_("Lift the block"), submit=_("Lift"), back=back)
