"""The pages of rectifications: the lists of those who work on them and of those who oversee them, one page for each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.ratings import actions, hooks, policies, story
from hall.ratings.forms import NamedForm, step_form
from hall.ratings.lifecycle import RECTIFICATION
from hall.ratings.models import Rectification
from hall.ratings.people import may_be_named
from hall.ratings.reasons import reason_words
from hall.ratings.views.common import role_of
from hall.ratings.views.staff import shown
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_ratings)
OPEN = Q(ended_on__isnull=True)
TABS: dict[str, Any] = {
    "open": pgettext_lazy("tab of rectifications", "Open"),
    "mine": pgettext_lazy("tab of rectifications", "Mine"),
    "late": pgettext_lazy("tab of rectifications", "Overdue"),
    "call": pgettext_lazy("tab of rectifications", "To be called back"),
    "appeals": pgettext_lazy("tab of rectifications", "Appeals"),
    "ended": pgettext_lazy("tab of rectifications", "Ended"),
}


def _condition(tab: str, user: Any) -> Q:
    day = today()
    late = Q(rectified_on__isnull=True, due_on__lt=day) | Q(contacted_on__isnull=True, contact_due_on__lt=day)
    return {
        "open": OPEN,
        "mine": OPEN & Q(handler=user),
        "late": OPEN & late,
        "call": Q(state__in=["rectified", "called_back"]),
        "appeals": Q(state="appealed"),
        "ended": ~OPEN,
    }[tab]


def tab_of(params: QueryDict) -> str:
    """The group that is asked for; the open ones where none is."""
    return params.get("tab", "") if params.get("tab", "") in TABS else "open"


def rectifications_listed(user: Any, params: QueryDict) -> Any:
    """The rectifications of the page that these filters ask for."""
    rows = Rectification.objects.visible_to(user).filter(_condition(tab_of(params), user))
    if (department := params.get("department", "")).isdecimal() and len(department) < 18:
        rows = rows.filter(department=int(department))
    return rows.select_related("rating__window", "department", "handler")


@never_cache
@require_safe
@readers
def rectifications(request: HttpRequest) -> HttpResponse:
    """The most urgent first; what has ended, the last due first."""
    user: Any = request.user
    tab = tab_of(request.GET)
    page = page_of(
        rectifications_listed(user, request.GET),
        "-due_on" if tab == "ended" else "due_on",
        request.GET.get("cursor", ""),
    )
    words, soon = reason_words([work.rating for work in page.rows]), story.soon()
    context = {
        "page": page,
        "rows": [
            {"work": work, "light": story.light_of(work, soon), "state": RECTIFICATION.states[work.state].label,
             **shown(work.rating, words, {})}
            for work in page.rows
        ],
        "tabs": TABS.items(),
        "tab": tab,
    }  # fmt: skip
    return render(request, "ratings/rectifications.html", context)


def work_for(request: HttpRequest, work_id: int) -> Rectification:
    """404 for what the reader may not see."""
    user: Any = request.user
    rows = Rectification.objects.visible_to(user)
    rows = rows.select_related("rating__window", "rating__invitation__invited", "department", "handler", "staff")
    return get_object_or_404(rows, pk=work_id)


def _page(request: HttpRequest, work: Rectification, *, problem: Any = None, status: int = 200) -> HttpResponse:
    user: Any = request.user
    contact = story.contact_of(work) if policies.may_see_contact(user, work) and work.is_open else None
    if contact:
        log_view(actor_for(request, role_of(user)), "ratings.rectification", work.pk, "phone")
    sees_words = policies.may_see_contact(user, work)
    if sees_words and work.rating.comment:
        log_view(actor_for(request, role_of(user)), "ratings.rating", work.rating_id, "rating_comment")
    named = may_be_named(work.department_id, work.staff_id) if policies.may_name_handler(user, work) else []
    context = {
        **shown(work.rating, reason_words([work.rating]), hooks.item_names([work.rating.item_code])),
        "work": work,
        "light": story.light_of(work, story.soon()),
        "state": RECTIFICATION.states[work.state].label,
        "entries": story.entries(work, reads_all=sees_words),
        "offered": RECTIFICATION.offered(work, user),
        "contact": contact,
        "sees_words": sees_words,
        "named": NamedForm(people=named, initial={"state_version": work.state_version, "handler": work.handler_id})
        if named and work.is_open
        else None,
        "problem": problem,
    }
    return render(request, "ratings/rectification.html", context, status=status)


@never_cache
@require_safe
@login_required
def rectification(request: HttpRequest, work_id: int) -> HttpResponse:
    """One bad rating: what was said, what was done, what is to be done by when."""
    return _page(request, work_for(request, work_id))


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def step(request: HttpRequest, work_id: int, code: str) -> HttpResponse:
    """The form of a step; POST takes it."""
    work, user = work_for(request, work_id), request.user
    transition = RECTIFICATION.transitions.get(code)
    if transition is None:
        raise NotFound()
    if not transition.may(user, work):  # type: ignore[arg-type]
        raise NotAllowed()
    form = step_form(transition, work, request.POST if request.method == "POST" else None)
    problem: DomainError | None = None
    if form.is_valid():
        actor = actor_for(request, role_of(user, work.department_id), department_id=work.department_id)
        try:
            actions.take_step(actor, work.pk, code, form.inputs(), state_version=form.cleaned_data["state_version"])
            messages.success(request, _("Done: %(step)s") % {"step": transition.told})
            return redirect("ratings:rectification", work.pk)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
            work.refresh_from_db()
    context = {
        "work": work, "transition": transition, "form": form, "problem": problem,
        "possible": transition.possible(work), "light": story.light_of(work, story.soon()),
        "contact": story.contact_of(work) if code in story.CALLING else None,
    }  # fmt: skip
    if context["contact"]:
        log_view(actor_for(request, role_of(user)), "ratings.rectification", work.pk, "phone")
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "ratings/step.html", context, status=status)


@require_POST
@login_required
def handler(request: HttpRequest, work_id: int) -> HttpResponse:
    """Name another handler."""
    work, user = work_for(request, work_id), request.user
    if not policies.may_name_handler(user, work):  # type: ignore[arg-type]
        raise NotAllowed()
    form = NamedForm(request.POST, people=may_be_named(work.department_id, work.staff_id))
    if not form.is_valid():
        return _page(request, work, problem=Invalid(_("Choose somebody of the list.")), status=422)
    data = form.cleaned_data
    try:
        actor = actor_for(request, role_of(user, work.department_id))
        actions.name_handler(actor, work.pk, data["handler"], state_version=data["state_version"])
    except DomainError as error:
        work.refresh_from_db()
        return _page(request, work, problem=error, status=error.status)
    messages.success(request, _("The handler was named and told."))
    return redirect("ratings:rectification", work.pk)
