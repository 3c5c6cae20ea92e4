"""The desk's pages: the appointments of a day, one appointment with its steps, booking for somebody."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.appointments import actions, policies
from hall.appointments.choosing import days_of, times_of
from hall.appointments.effects import check_in_window
from hall.appointments.forms import BookForForm
from hall.appointments.lifecycle import APPOINTMENT, TONES
from hall.appointments.models import Appointment, Service, Slot
from hall.appointments.views.citizen import checked_in_words, chooser
from portal.core.access import log_view
from portal.core.errors import DomainError, NotAllowed
from portal.core.numbers import normalise_query_code
from portal.core.time import now, today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import posted

readers = allowed_to(policies.may_see_desk)
bookers = allowed_to(policies.may_book_at_desk)


def role_of(user: Any) -> str:
    """As whom somebody acts at the desk."""
    for role in (Role.HALL_MANAGER, Role.CLERK, Role.DEPARTMENT_HEAD, Role.ADMINISTRATOR):
        if user.access.has(role):
            return role
    return str(min(user.access.roles - {Role.CITIZEN.value}, default=Role.CITIZEN.value))


def asked_of(params: QueryDict) -> dict[str, str]:
    return {name: params.get(name, "").strip() for name in ("day", "service", "state", "code")}


def of_day(user: Any, day: dt.date) -> Any:
    return Appointment.objects.visible_to(user).filter(day=day).select_related("service", "holder__user")


def narrowed(rows: Any, asked: dict[str, str]) -> Any:
    """Those of the day that the other filters ask for."""
    if asked["service"].isdecimal():
        rows = rows.filter(service=int(asked["service"]))
    if asked["state"] in APPOINTMENT.states:
        rows = rows.filter(state=asked["state"])
    if asked["code"]:
        rows = rows.filter(code=normalise_query_code(asked["code"][:40]))
    return rows


def appointments_listed(user: Any, params: QueryDict) -> Any:
    """The appointments of the page that these filters ask for."""
    asked = asked_of(params)
    return narrowed(of_day(user, _day(asked["day"])), asked)


@never_cache
@require_safe
@readers
def day_list(request: HttpRequest) -> HttpResponse:
    """The appointments of a day by their time; today unless another day is asked for."""
    user: Any = request.user
    asked = asked_of(request.GET)
    day = _day(asked["day"])
    rows = of_day(user, day)
    counted = rows.aggregate(**{code: Count("pk", filter=Q(state=code)) for code in APPOINTMENT.states})
    page = page_of(narrowed(rows, asked), "starts_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, APPOINTMENT.states[one.state].label, TONES[one.state]) for one in page.rows],
        "day": day,
        "asked": asked,
        "filtered": any(asked[name] for name in ("service", "state", "code")),
        "counts": [(code, state.label, counted[code]) for code, state in APPOINTMENT.states.items()],
        "services": Service.objects.open_on(today()),
        "may_plan": policies.may_see_plans(user),
        "may_book": policies.may_book_at_desk(user),
    }
    return render(request, "appointments/desk.html", context)


@never_cache
@require_safe
@readers
def one_page(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """One appointment: who comes, when, and what can be done; seeing the person is logged."""
    return render(request, "appointments/desk_one.html", _context(request, _one(request, appointment_id)))


def _context(request: HttpRequest, one: Appointment) -> dict[str, Any]:
    user: Any = request.user
    personal = policies.may_serve(user, one)
    if personal:
        log_view(actor_for(request, role_of(user)), "appointments.appointment", one.pk, "appointment")
    codes = {step.code for step in APPOINTMENT.offered(one, user)} if personal else set()
    opens, closes = check_in_window(one)
    if not opens <= now() <= closes:
        codes.discard("check_in")
    return {
        "one": one,
        "personal": personal,
        "state": APPOINTMENT.states[one.state],
        "tone": TONES[one.state],
        "codes": codes,
        "opens": opens if one.state == "booked" else None,
        "history": history_of(one),
        **(chooser(request, one) if "move" in codes else {}),
    }


@require_POST
@readers
def step(request: HttpRequest, appointment_id: int, code: str) -> HttpResponse:
    """Check in, move or cancel; what the rules refuse comes back with what was typed."""
    user: Any = request.user
    one = _one(request, appointment_id)
    if code not in {"check_in", "move", "call_off"} or not policies.may_serve(user, one):
        raise NotAllowed()
    try:
        version = int(request.POST.get("state_version") or -1)
        typed = {name: request.POST.get(name, "") for name in ("slot", "reason")}
        done = actions.take_step(actor_for(request, role_of(user)), one.pk, code, typed, state_version=version)
    except DomainError as error:
        wrong = getattr(error, "fields", {}) or {"": error.message}
        context = {**_context(request, one), "wrong": [str(text) for text in wrong.values()], "typed": typed}
        return render(request, "appointments/desk_one.html", context, status=422)
    messages.success(request, checked_in_words(done) if code == "check_in" else _("The appointment was changed."))
    return redirect("appointments:desk-one", one.pk)


@never_cache
@require_safe
@bookers
def new(request: HttpRequest) -> HttpResponse:
    """For somebody at the desk or on the telephone: service, day and time on one page."""
    user: Any = request.user
    services = [one for one in Service.objects.open_on(today()) if policies.may_book_for_others(user, one)]
    chosen = next((one for one in services if str(one.pk) == request.GET.get("service")), None)
    context: dict[str, Any] = {"services": services, "chosen": chosen}
    if chosen is not None:
        days = [choice for choice in days_of(chosen) if choice.free]
        asked = _day(request.GET.get("day", ""))
        day = asked if any(choice.day == asked for choice in days) else (days[0].day if days else None)
        morning, afternoon = times_of(chosen, day) if day else ([], [])
        context |= {"days": days, "day": day, "slots": [slot for slot in (*morning, *afternoon) if slot.free]}
    return render(request, "appointments/desk_new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def book_for(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Who it is for."""
    slot = get_object_or_404(Slot.objects.select_related("service"), pk=slot_id)
    user: Any = request.user
    if not policies.may_book_for_others(user, slot.service):
        raise NotAllowed()
    form = BookForForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            actor = actor_for(request, role_of(user))
            made = actions.book(
                actor, slot_id, person=form.person(), channel=data["channel"], once_key=data["once_key"]
            )
        except DomainError as error:
            _say(form, error)
        else:
            messages.success(request, _("The appointment is booked. The code is %(code)s.") % {"code": made.code})
            return redirect("appointments:desk-one", made.pk)
    return render(
        request, "appointments/desk_book.html", {"slot": slot, "form": form}, status=422 if form.errors else 200
    )


def _say(form: BookForForm, error: DomainError) -> None:
    fields = getattr(error, "fields", {})
    for name, text in fields.items():
        form.add_error(name if name in form.fields else None, str(text))
    if not fields:
        form.add_error(None, error.message)


def _one(request: HttpRequest, appointment_id: int) -> Appointment:
    user: Any = request.user
    rows = Appointment.objects.visible_to(user).select_related("service", "slot", "holder__user", "booked_by")
    return get_object_or_404(rows, pk=appointment_id)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
