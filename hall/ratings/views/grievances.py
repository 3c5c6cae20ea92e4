"""What somebody says is wrong: the public form, the reply by number and code, and the staff's pages."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.ratings import actions, policies, story
from hall.ratings.actions.grievances import grievance_handlers
from hall.ratings.forms import GrievanceForm, GrievanceTrackForm, NamedForm, step_form
from hall.ratings.lifecycle import GRIEVANCE
from hall.ratings.models import Grievance
from hall.ratings.views.common import role_of
from portal.core.access import log_view
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.numbers import normalise_query_code
from portal.core.views.guards import allowed_to
from portal.people import throttle
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted

staff_only = allowed_to(policies.may_take_grievances)
A_HOUR, TRIES_A_HOUR = 10, 20
TABS: dict[str, tuple[Any, dict[str, Any]]] = {
    "open": (pgettext_lazy("tab of grievances", "To be answered"), {"replied_on__isnull": True}),
    "replied": (pgettext_lazy("tab of grievances", "Replied"), {"state": "replied"}),
    "closed": (pgettext_lazy("tab of grievances", "Closed"), {"state": "closed"}),
}


@never_cache
@sensitive_post_parameters("text", "name", "phone")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Anybody says what is wrong, with or without a name."""
    form = GrievanceForm(posted(request), initial={"window": request.GET.get("window", "")})

    def act() -> HttpResponse:
        throttle.count("grievance", throttle.sender_of(request), limit=A_HOUR)
        author: Any = request.user if request.user.is_authenticated else None
        # Who says it stands in the matter's own sealed fields, not in the event that many read.
        anybody = Actor(user=None, role="citizen", name="")
        made = actions.say_what_is_wrong(anybody, _draft(form, Grievance.Channel.ONLINE), author=author)
        return _receipt(request, made)

    return form_page(request, form, act, {}, template="ratings/grievance_new.html")


def _draft(form: GrievanceForm, channel: str) -> actions.GrievanceDraft:
    data = form.cleaned_data
    return actions.GrievanceDraft(
        topic=data["topic"],
        text=data["text"],
        window_id=data["window"].pk if data["window"] else None,
        department_id=data["department"].pk if data["department"] else None,
        name=data["name"],
        phone=data["phone"],
        channel=channel,
        once_key=data["once_key"],
    )


def _receipt(request: HttpRequest, made: Grievance) -> HttpResponse:
    """Number and code, shown now; the session keeps them for a reload."""
    request.session["grievance"] = made.pk
    return redirect("ratings:grievance-received")


@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt of who has just said something."""
    made = Grievance.objects.select_related("handler").filter(pk=request.session.get("grievance", 0)).first()
    if made is None:
        return redirect("ratings:grievance-track")
    return render(request, "ratings/grievance_received.html", {"grievance": made})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The reply, by number and code; an unknown number and a wrong code get the same answer."""
    form = GrievanceTrackForm(posted(request))
    if not form.is_valid():
        return render(request, "ratings/grievance_track.html", {"form": form}, status=422 if form.errors else 200)
    try:
        throttle.count("grievance-track", throttle.sender_of(request), limit=TRIES_A_HOUR)
    except throttle.TooMany as error:
        form.add_error(None, error.message)
        return render(request, "ratings/grievance_track.html", {"form": form}, status=429)
    rows = Grievance.objects.select_related("handler", "department")
    found = rows.filter(number=form.cleaned_data["number"].strip().upper()).first()
    code = normalise_query_code(form.cleaned_data["code"])
    if found is None or not constant_time_compare(found.query_code, code):
        form.add_error(None, _("Number and query code do not go together. Please compare both with your receipt."))
        return render(request, "ratings/grievance_track.html", {"form": form}, status=422)
    return render(
        request, "ratings/grievance_tracked.html",
        {"grievance": found, "state": GRIEVANCE.states[found.state].label},
    )  # fmt: skip


# --- the staff's pages ----------------------------------------------------------------------------------------------------


def tab_of(params: QueryDict) -> str:
    """The group that is asked for; those to be answered where none is."""
    return params.get("tab", "") if params.get("tab", "") in TABS else "open"


def grievances_listed(user: Any, params: QueryDict) -> Any:
    """The matters of the page that these filters ask for."""
    rows = Grievance.objects.visible_to(user).filter(**TABS[tab_of(params)][1])
    return rows.select_related("handler", "department", "window")


@never_cache
@require_safe
@staff_only
def grievances(request: HttpRequest) -> HttpResponse:
    """What is to be answered, the most urgent first."""
    user: Any = request.user
    tab = tab_of(request.GET)
    page = page_of(
        grievances_listed(user, request.GET), "due_on" if tab == "open" else "-made_at", request.GET.get("cursor", "")
    )
    soon = story.soon()
    context = {
        "page": page,
        "rows": [(one, story.grievance_light(one, soon), GRIEVANCE.states[one.state].label) for one in page.rows],
        "tabs": [(code, label) for code, (label, _filter) in TABS.items()],
        "tab": tab,
    }
    return render(request, "ratings/grievances.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_only
def at_window(request: HttpRequest) -> HttpResponse:
    """Somebody says it at the complaint window, and a clerk writes it down."""
    form = GrievanceForm(posted(request))

    def act() -> HttpResponse:
        actor = actor_for(request, role_of(request.user))
        return _receipt(request, actions.say_what_is_wrong(actor, _draft(form, Grievance.Channel.WINDOW)))

    return form_page(request, form, act, {}, template="ratings/grievance_window.html")


def grievance_for(request: HttpRequest, grievance_id: int) -> Grievance:
    user: Any = request.user
    rows = Grievance.objects.visible_to(user).select_related("handler", "department", "window")
    return get_object_or_404(rows, pk=grievance_id)


@never_cache
@require_safe
@login_required
def grievance(request: HttpRequest, grievance_id: int) -> HttpResponse:
    """One matter, with what was said and what was answered."""
    return _page(request, grievance_for(request, grievance_id))


def _page(request: HttpRequest, found: Grievance, *, problem: Any = None, status: int = 200) -> HttpResponse:
    user: Any = request.user
    works = policies.may_handle_grievance(user, found) or policies.oversees(user)
    if works:
        log_view(actor_for(request, role_of(user)), "ratings.grievance", found.pk, "phone")
    may_name = policies.may_name_grievance_handler(user, found) and found.state == "handling"
    initial = {"state_version": found.state_version, "handler": found.handler_id}
    context = {
        "grievance": found,
        "light": story.grievance_light(found, story.soon()),
        "state": GRIEVANCE.states[found.state].label,
        "entries": story.grievance_entries(found),
        "offered": GRIEVANCE.offered(found, user),
        "works": works,
        "named": NamedForm(people=grievance_handlers(found), initial=initial) if may_name else None,
        "problem": problem,
    }
    return render(request, "ratings/grievance.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def grievance_step(request: HttpRequest, grievance_id: int, code: str) -> HttpResponse:
    """Reply, send back, close."""
    found, user = grievance_for(request, grievance_id), request.user
    transition = GRIEVANCE.transitions.get(code)
    if transition is None:
        raise NotFound()
    if not transition.may(user, found):  # type: ignore[arg-type]
        raise NotAllowed()
    form = step_form(transition, found, request.POST if request.method == "POST" else None)
    problem: DomainError | None = None
    if form.is_valid():
        version = form.cleaned_data["state_version"]
        try:
            actor = actor_for(request, role_of(user))
            actions.take_grievance_step(actor, found.pk, code, form.inputs(), state_version=version)
            messages.success(request, _("Done: %(step)s") % {"step": transition.told})
            return redirect("ratings:grievance", found.pk)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
            found.refresh_from_db()
    context = {
        "grievance": found, "transition": transition, "form": form, "problem": problem,
        "possible": transition.possible(found), "light": story.grievance_light(found, story.soon()),
    }  # fmt: skip
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "ratings/step.html", context, status=status)


@require_POST
@login_required
def grievance_handler(request: HttpRequest, grievance_id: int) -> HttpResponse:
    """Give it to somebody else."""
    found, user = grievance_for(request, grievance_id), request.user
    if not policies.may_name_grievance_handler(user, found):  # type: ignore[arg-type]
        raise NotAllowed()
    form = NamedForm(request.POST, people=grievance_handlers(found))
    if not form.is_valid():
        return _page(request, found, problem=Invalid(_("Choose somebody of the list.")), status=422)
    data = form.cleaned_data
    try:
        actor = actor_for(request, role_of(user))
        actions.name_grievance_handler(actor, found.pk, data["handler"], state_version=data["state_version"])
    except DomainError as error:
        found.refresh_from_db()
        return _page(request, found, problem=error, status=error.status)
    messages.success(request, _("The handler was named and told."))
    return redirect("ratings:grievances")
