"""The expert's own pages: applying, the own data, employers, relatives, leave, and the calls."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, Invalid
from portal.core.time import now, today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.experts import actions, standing
from procurement.experts.forms import AnswerForm, EndForm, ExpertForm, JobForm, KinForm, LeaveForm, OwnForm, initial_of
from procurement.experts.lifecycle import EXPERT, EXPERT_TONES, MEMBER, MEMBER_TONES, is_open
from procurement.experts.models import Expert, PanelMember
from procurement.experts.views.common import actor_of_page, one_form


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What the pool holds of oneself, and the steps one can take."""
    one = Expert.objects.filter(user=request.user.pk).prefetch_related("specialities").first()
    if one is None:
        return render(request, "experts/none.html")
    wrong: list[str] = []
    if request.method == "POST":
        wrong = take_step(request, one)
        if not wrong:
            messages.success(request, _("Saved."))
            return redirect("experts:mine")
    return render(
        request, "experts/mine.html", {**expert_context(request, one), "wrong": wrong}, status=422 if wrong else 200
    )


def take_step(request: HttpRequest, one: Expert) -> list[str]:
    """Take the step that was sent; what is wrong with it, in words."""
    code = request.POST.get("step", "")
    try:
        version = int(request.POST.get("state_version") or -1)
        actions.take_step(actor_of_page(request), one.pk, code, request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        fields = getattr(error, "fields", {})
        return [str(text) for text in fields.values()] or [str(getattr(error, "message", _("This cannot be done.")))]
    return []


def expert_context(request: HttpRequest, one: Expert) -> dict[str, Any]:
    user: Any = request.user
    return {
        "expert": one,
        "label": EXPERT.states[one.state].label,
        "tone": EXPERT_TONES[one.state],
        "specialities": list(one.specialities.all()),
        "jobs": list(one.employments.all()),
        "kin": list(one.kin.all()),
        "leaves": list(one.leaves.filter(ends_on__gte=today())),
        "blocks": [(block, standing.words_of(block)) for block in standing.blocks_of(one, today())],
        "steps": EXPERT.offered(one, user),
        "typed": request.POST,
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply for the pool."""
    user: Any = request.user
    form = ExpertForm(posted(request), initial={"name": user.name, "phone": user.phone})

    def act() -> HttpResponse:
        actions.apply(actor_for(request), form.draft())
        messages.success(request, _("Your application has been received."))
        return redirect("experts:mine")

    return one_form(
        request, form, act, title=_("Apply for the pool of experts"), submit=_("Apply"), back=reverse("experts:mine")
    )


def visible(request: HttpRequest, expert_id: int) -> Expert:
    """The expert for who may see them; a missing one and somebody else's look alike."""
    user: Any = request.user
    return get_object_or_404(Expert.objects.visible_to(user), pk=expert_id)


def back_of(request: HttpRequest, one: Expert) -> str:
    own = one.user_id == request.user.pk
    return reverse("experts:mine") if own else reverse("experts:expert", args=[one.pk])


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Correct the data."""
    one = visible(request, expert_id)
    form = OwnForm(posted(request), initial=initial_of(one) if one.user_id == request.user.pk else {})

    def act() -> HttpResponse:
        actions.rewrite(actor_of_page(request), one.pk, form.draft())
        return saved(request, one)

    return one_form(request, form, act, title=_("Correct the data"), submit=_("Save"), back=back_of(request, one))


def saved(request: HttpRequest, one: Expert) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(back_of(request, one))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def employment_new(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Name an employer."""
    one = visible(request, expert_id)
    form = JobForm(posted(request))

    def act() -> HttpResponse:
        actions.add_employment(actor_of_page(request), one.pk, form.draft())
        return saved(request, one)

    return one_form(request, form, act, title=_("Add an employer"), submit=_("Save"), back=back_of(request, one))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def employment_end(request: HttpRequest, expert_id: int, employment_id: int) -> HttpResponse:
    """Enter the last day of an employment."""
    one = visible(request, expert_id)
    job = get_object_or_404(one.employments, pk=employment_id, ends_on__isnull=True)
    form = EndForm(posted(request), initial={"ends_on": today()})

    def act() -> HttpResponse:
        actions.end_employment(actor_of_page(request), one.pk, job.pk, ends_on=form.cleaned_data["ends_on"])
        return saved(request, one)

    title = _("End of the employment: %(name)s") % {"name": job.employer}
    return one_form(request, form, act, title=title, submit=_("Save"), back=back_of(request, one))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def kin_new(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Declare a close relative."""
    one = visible(request, expert_id)
    form = KinForm(posted(request))

    def act() -> HttpResponse:
        actions.add_kin(actor_of_page(request), one.pk, **form.cleaned_data)
        return saved(request, one)

    return one_form(request, form, act, title=_("Declare a relative"), submit=_("Save"), back=back_of(request, one))


@login_required
@require_POST
def kin_remove(request: HttpRequest, expert_id: int, kin_id: int) -> HttpResponse:
    """Take a relative off the list."""
    one = visible(request, expert_id)
    actions.remove_kin(actor_of_page(request), one.pk, kin_id)
    return saved(request, one)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def leave_new(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Days on which one is not drawn."""
    one = visible(request, expert_id)
    form = LeaveForm(posted(request))

    def act() -> HttpResponse:
        actions.add_leave(actor_of_page(request), one.pk, **form.cleaned_data)
        return saved(request, one)

    return one_form(request, form, act, title=_("Enter leave"), submit=_("Save"), back=back_of(request, one))


@login_required
@require_POST
def leave_end(request: HttpRequest, expert_id: int, leave_id: int) -> HttpResponse:
    """Take a leave back."""
    one = visible(request, expert_id)
    actions.end_leave(actor_of_page(request), one.pk, leave_id)
    return saved(request, one)


@never_cache
@login_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls that one got, the latest first."""
    rows = PanelMember.objects.filter(user=request.user.pk, called_at__isnull=False).select_related("panel", "draw")
    page = page_of(rows, "-called_at", request.GET.get("cursor", ""))
    context = {"page": page, "rows": [(one, *face(one)) for one in page.rows]}
    return render(request, "experts/calls.html", context)


def face(member: PanelMember) -> tuple[Any, str]:
    """Label and tone of a seat's state."""
    return MEMBER.states[member.state].label, MEMBER_TONES[member.state]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, member_id: int) -> HttpResponse:
    """One call: time and place, and the answer. The tender is not named."""
    rows = PanelMember.objects.filter(user=request.user.pk, called_at__isnull=False)
    one = get_object_or_404(rows.select_related("panel__project", "draw"), pk=member_id)
    form = AnswerForm(posted(request), initial={"state_version": one.state_version})
    if form.is_valid():
        data = form.cleaned_data
        try:
            done = actions.answer(
                actor_for(request), one.pk, data["answer"], note=data["note"], state_version=data["state_version"]
            )
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            told = done.rule and _("A rule of avoidance keeps you away from this evaluation; your seat was given up.")
            messages.success(request, told or _("Your answer has been recorded."))
            return redirect("experts:call", one.pk)
    label, tone = face(one)
    waiting = one.state == "called" and one.answer_by is not None and one.answer_by >= now()
    open_ = (waiting or one.state == "accepted") and is_open(one)
    context = {"seat": one, "label": label, "tone": tone, "form": form if open_ or form.errors else None}
    return render(request, "experts/call.html", context, status=422 if form.errors else 200)
