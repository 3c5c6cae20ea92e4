"""The citizens' pages: service → day → time → confirmation, all by links and plain forms; and what one has booked."""

import datetime as dt
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.appointments import actions
from hall.appointments.calendar_file import calendar_file
from hall.appointments.choosing import days_of, times_of
from hall.appointments.effects import changeable_until, check_in_window
from hall.appointments.forms import BookForm, CodeForm
from hall.appointments.lifecycle import APPOINTMENT, TONES
from hall.appointments.models import Appointment, Holder, Service, Slot
from hall.appointments.rules import booking_rules
from portal.core.actors import Actor
from portal.core.errors import DomainError, NotFound, WrongState
from portal.core.time import now, today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.throttle import count, sender_of
from portal.people.views.common import posted

WRONG_CODES_AN_HOUR = 60


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """What can be booked; one query."""
    rows = Service.objects.open_on(today()).select_related("department")
    return render(request, "appointments/services.html", {"services": rows, "rules": booking_rules()})


@require_safe
@never_cache
def service_page(request: HttpRequest, code: str) -> HttpResponse:
    """The days of a service."""
    service = _service(code)
    context = {"service": service, "days": days_of(service), "rules": booking_rules()}
    return render(request, "appointments/days.html", context)


@require_safe
@never_cache
def day_page(request: HttpRequest, code: str, day: dt.date) -> HttpResponse:
    """The times of a day."""
    service = _service(code)
    morning, afternoon = times_of(service, day)
    context = {"service": service, "day": day, "parts": [(_("Morning"), morning), (_("Afternoon"), afternoon)]}
    return render(request, "appointments/times.html", {**context, "any": bool(morning or afternoon)})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, slot_id: int) -> HttpResponse:
    """The last look before booking; what the rules refuse stands on the page, with the way to other times."""
    slot = get_object_or_404(Slot.objects.select_related("service"), pk=slot_id)
    form = BookForm(posted(request))
    if form.is_valid():
        try:
            made = actions.book(actor_for(request), slot_id, once_key=form.cleaned_data["once_key"])
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Your appointment is booked."))
            return redirect("appointments:mine-one", made.pk)
    context = {"slot": slot, "service": slot.service, "form": form, "rules": booking_rules()}
    return render(request, "appointments/book.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own appointments: those to come first, then the past ones by cursor."""
    user: Any = request.user
    own = Appointment.objects.of_person(user).select_related("service")
    coming = list(own.filter(state="booked", ends_at__gte=now()).order_by("starts_at")[:20])
    page = page_of(own.exclude(state="booked", ends_at__gte=now()), "-starts_at", request.GET.get("cursor", ""))
    holder = Holder.objects.filter(user=user).first()
    context = {"coming": coming, "page": page, "rows": page.rows, "holder": holder, "tones": TONES, "states": _states()}
    return render(request, "appointments/mine.html", context)


@never_cache
@login_required
@require_safe
def mine_one(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The confirmation: when, where, the code with its picture, and what can still be done."""
    one = _own(request, appointment_id)
    opens, closes = check_in_window(one)
    context = {
        "one": one,
        "state": APPOINTMENT.states[one.state],
        "tone": TONES[one.state],
        "opens": opens,
        "until": changeable_until(one),
        "changeable": one.state == "booked" and now() <= changeable_until(one),
        "can_check_in": one.state == "booked" and opens <= now() <= closes,
        "picture": _picture(request, one.code),
    }
    return render(request, "appointments/mine_one.html", context)


@login_required
@require_safe
def calendar(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """The file for the calendar on the phone."""
    one = _own(request, appointment_id)
    response = HttpResponse(calendar_file(one), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="appointment-{one.day:%Y%m%d}.ics"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Asked once, since the place goes to somebody else at once."""
    one = _own(request, appointment_id)
    error = ""
    if request.method == "POST":
        try:
            actions.take_step(actor_for(request), one.pk, "cancel", state_version=one.state_version)
        except DomainError as refused:
            error = refused.message
        else:
            messages.success(request, _("Your appointment has been cancelled."))
            return redirect("appointments:mine")
    context = {"one": one, "error": error, "changeable": now() <= changeable_until(one)}
    return render(request, "appointments/cancel.html", context, status=422 if error else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """Another time of the same service: first the day, then the time; the code stays."""
    one = _own(request, appointment_id)
    error = ""
    if request.method == "POST":
        try:
            chosen = {"slot": request.POST.get("slot", "")}
            actions.take_step(actor_for(request), one.pk, "change", chosen, state_version=one.state_version)
        except DomainError as refused:
            error = next(iter(getattr(refused, "fields", {}).values()), refused.message)
        else:
            messages.success(request, _("Your appointment has a new time."))
            return redirect("appointments:mine-one", one.pk)
    context = {"one": one, "error": error, **chooser(request, one)}
    return render(request, "appointments/change.html", context, status=422 if error else 200)


def chooser(request: HttpRequest, one: Appointment) -> dict[str, Any]:
    """The days of the service, and the times of the day that is asked for."""
    day = _day(request.GET.get("day", ""))
    morning, afternoon = times_of(one.service, day) if day else ([], [])
    free = [slot for slot in (*morning, *afternoon) if slot.free and slot.pk != one.slot_id]
    return {"days": [choice for choice in days_of(one.service) if choice.free], "day": day, "slots": free}


@login_required
@require_POST
def check_in_phone(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """On one's own phone, once one has come."""
    one = _own(request, appointment_id)
    try:
        done = actions.take_step(actor_for(request), one.pk, "check_in", state_version=one.state_version)
    except WrongState as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, checked_in_words(done))
    return redirect("appointments:mine-one", one.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Check-in by code at the kiosk of the hall; wrong codes are counted, so that nobody tries them out."""
    form = CodeForm(posted(request), initial={"code": request.GET.get("code", "")[:40]})
    done = None
    if form.is_valid():
        try:
            done = actions.check_in_with_code(Actor.system("自助机"), form.cleaned_data["code"])
        except NotFound as unknown:
            count("appointment-code", sender_of(request), limit=WRONG_CODES_AN_HOUR)
            form.add_error("code", unknown.message)
        except WrongState as refused:
            form.add_error("code", refused.message)
    context = {"form": form, "done": done, "words": checked_in_words(done) if done else ""}
    return render(request, "appointments/kiosk.html", context, status=422 if form.errors else 200)


def checked_in_words(one: Appointment) -> str:
    """What the visitor does next."""
    if one.ticket_number:
        return _("You are checked in. Your number is %(number)s.") % {"number": one.ticket_number}
    return _("You are checked in. Please wait until you are called.")


def _service(code: str) -> Service:
    return get_object_or_404(Service.objects.open_on(today()).select_related("department"), code=code)


def _own(request: HttpRequest, appointment_id: int) -> Appointment:
    """One's own appointment; somebody else's looks like none."""
    user: Any = request.user
    rows = Appointment.objects.of_person(user).select_related("service", "slot", "holder__user")
    return get_object_or_404(rows, pk=appointment_id)


def _picture(request: HttpRequest, code: str) -> str:
    """The check-in address as a QR picture for the kiosk's reader and the desk."""
    address = request.build_absolute_uri(f"{reverse('appointments:kiosk')}?code={code}")
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=2)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _states() -> dict[str, Any]:
    return {code: state.label for code, state in APPOINTMENT.states.items()}
