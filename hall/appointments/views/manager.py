"""The managers' pages: services, their weekly plans and exceptions, how full they are, and who is paused."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import F, Q, Sum
from django.db.models.functions import Greatest, Least
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.appointments import actions, policies
from hall.appointments.forms import ExceptionForm, OnForm, PlanForm, ReasonForm, ServiceForm
from hall.appointments.models import Holder, Service, Slot, SlotException, SlotPlan
from hall.appointments.views.desk import role_of
from portal.core.access import log_view
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted

planners = allowed_to(policies.may_plan)
readers = allowed_to(policies.may_see_plans)
FIELDS = ("code", "name", "name_en", "note", "note_en", "department", "queue")
LOOK_BACK, LOOK_AHEAD = 28, 14


def _actor(request: HttpRequest) -> Any:
    return actor_for(request, role_of(request.user))


@require_safe
@readers
def plans(request: HttpRequest) -> HttpResponse:
    """All services with how full the coming two weeks are and the past four were; two queries."""
    full = {row["service"]: row for row in _fill_rates(Slot.objects.all())}
    rows = [(one, full.get(one.pk, {})) for one in Service.objects.select_related("department")]
    everywhere = SlotException.objects.filter(service__isnull=True, day__gte=today(), withdrawn_at__isnull=True)
    context = {"rows": rows, "exceptions": everywhere, "may_edit": policies.may_plan(request.user)}
    return render(request, "appointments/plans.html", {**context, "ahead": LOOK_AHEAD, "back": LOOK_BACK})


def _fill_rates(slots: Any) -> Any:
    """Places and bookings of the coming days and of the past ones, for each service."""
    day = today()
    ahead = Q(day__range=(day, day + dt.timedelta(days=LOOK_AHEAD)))
    back = Q(day__range=(day - dt.timedelta(days=LOOK_BACK), day - dt.timedelta(days=1)))
    offered = Greatest("planned", "booked")
    return (
        slots.filter(ahead | back)
        .values("service")
        .annotate(
            places_ahead=Sum(offered, filter=ahead, default=0),
            booked_ahead=Sum("booked", filter=ahead, default=0),
            places_back=Sum(offered, filter=back, default=0),
            booked_back=Sum("booked", filter=back, default=0),
        )
        .order_by("service")
    )


@require_safe
@readers
def service_plan(request: HttpRequest, service_id: int) -> HttpResponse:
    """One service: its plans, its exceptions, and each day of the coming two weeks."""
    service = get_object_or_404(Service.objects.select_related("department"), pk=service_id)
    last = today() + dt.timedelta(days=LOOK_AHEAD)
    days = (
        Slot.objects.filter(service=service, day__range=(today(), last))
        .values("day")
        .annotate(places=Sum(Greatest("planned", "booked")), taken=Sum(Least("booked", F("capacity"))))
        .filter(places__gt=0)
        .order_by("day")
    )
    running = service.plans.exclude(valid_to__lt=today())
    exceptions = SlotException.objects.filter(Q(service=service) | Q(service__isnull=True), withdrawn_at__isnull=True)
    context = {
        "service": service,
        "days": list(days),
        "plans": list(running),
        "exceptions": exceptions.filter(day__gte=today()),
        "history": history_of(service),
        "may_edit": policies.may_plan(request.user),
    }
    return render(request, "appointments/plan.html", context)


@require_http_methods(["GET", "POST"])
@planners
def service_new(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(posted(request))

    def act() -> HttpResponse:
        made = actions.make_service(_actor(request), form.draft())
        messages.success(request, _("The service was created. Enter its weekly plan now."))
        return redirect("appointments:service-plan", made.pk)

    context = {"title": _("New bookable service"), "submit": _("Create"), "back": reverse("appointments:plans")}
    return form_page(request, form, act, context)


@require_http_methods(["GET", "POST"])
@planners
def service_edit(request: HttpRequest, service_id: int) -> HttpResponse:
    service = get_object_or_404(Service, pk=service_id)
    initial = {name: getattr(service, name) for name in FIELDS}
    form = ServiceForm(posted(request), initial={**initial, "items": " ".join(service.item_codes)})

    def act() -> HttpResponse:
        actions.change_service(_actor(request), service_id, form.draft())
        messages.success(request, _("The service was saved."))
        return redirect("appointments:service-plan", service_id)

    back = reverse("appointments:service-plan", args=[service_id])
    return form_page(request, form, act, {"title": _("Change the service"), "submit": _("Save"), "back": back})


@require_http_methods(["GET", "POST"])
@planners
def service_close(request: HttpRequest, service_id: int) -> HttpResponse:
    service, form = get_object_or_404(Service, pk=service_id), OnForm(posted(request))

    def act() -> HttpResponse:
        actions.close_service(_actor(request), service_id, on=form.cleaned_data["on"])
        messages.success(request, _("The service is closed from that day on. Who has booked is told."))
        return redirect("appointments:service-plan", service_id)

    back = reverse("appointments:service-plan", args=[service_id])
    title = f"{_('Close the service')}: {service.display_name}"
    return form_page(
        request, form, act, {"title": title, "submit": _("Close the service"), "back": back, "warning": True}
    )


@require_http_methods(["GET", "POST"])
@planners
def plan_new(request: HttpRequest, service_id: int) -> HttpResponse:
    service, form = get_object_or_404(Service, pk=service_id), PlanForm(posted(request))

    def act() -> HttpResponse:
        actions.add_plan(_actor(request), service_id, form.draft())
        messages.success(request, _("The plan was entered, and its slots can be booked."))
        return redirect("appointments:service-plan", service_id)

    back = reverse("appointments:service-plan", args=[service_id])
    title = f"{_('New weekly plan')}: {service.display_name}"
    return form_page(request, form, act, {"title": title, "submit": _("Enter"), "back": back})


@require_http_methods(["GET", "POST"])
@planners
def plan_end(request: HttpRequest, plan_id: int) -> HttpResponse:
    plan = get_object_or_404(SlotPlan, pk=plan_id)
    form = OnForm(posted(request))

    def act() -> HttpResponse:
        actions.end_plan(_actor(request), plan_id, on=form.cleaned_data["on"])
        messages.success(request, _("The plan ends on that day. Who has booked later is told."))
        return redirect("appointments:service-plan", plan.service_id)

    back = reverse("appointments:service-plan", args=[plan.service_id])
    return form_page(
        request, form, act, {"title": _("Last day of the plan"), "submit": _("End"), "back": back, "warning": True}
    )


@require_http_methods(["GET", "POST"])
@planners
def exception_new(request: HttpRequest, service_id: int) -> HttpResponse:
    """For one service; 0 stands for all of them."""
    service = get_object_or_404(Service, pk=service_id) if service_id else None
    form = ExceptionForm(posted(request))
    back = reverse("appointments:service-plan", args=[service_id]) if service else reverse("appointments:plans")

    def act() -> HttpResponse:
        actions.add_exception(_actor(request), service.pk if service else None, form.draft())
        messages.success(request, _("The exception was entered. Who has booked a closed time is told."))
        return redirect(back)

    title = _("Exception: %(of)s") % {"of": service.display_name if service else pgettext("exception", "all services")}
    return form_page(request, form, act, {"title": title, "submit": _("Enter"), "back": back, "warning": True})


@require_POST
@planners
def exception_withdraw(request: HttpRequest, exception_id: int) -> HttpResponse:
    row = actions.withdraw_exception(_actor(request), exception_id)
    messages.success(request, _("The exception was withdrawn."))
    if row.service_id:
        return redirect("appointments:service-plan", row.service_id)
    return redirect("appointments:plans")


@require_safe
@readers
def paused(request: HttpRequest) -> HttpResponse:
    """Who cannot book at present, by the day on which it ends."""
    rows = Holder.objects.paused().select_related("user")
    page = page_of(rows, "paused_until", request.GET.get("cursor", ""))
    context = {"page": page, "rows": page.rows, "may_lift": policies.may_lift_pause(request.user)}
    return render(request, "appointments/paused.html", context)


@require_http_methods(["GET", "POST"])
@planners
def lift(request: HttpRequest, holder_id: int) -> HttpResponse:
    holder = get_object_or_404(Holder.objects.select_related("user"), pk=holder_id)
    form = ReasonForm(posted(request))
    log_view(_actor(request), "appointments.holder", holder.pk, "appointment")

    def act() -> HttpResponse:
        actions.lift_pause(_actor(request), holder_id, reason=form.cleaned_data["reason"])
        messages.success(request, _("The person can book again."))
        return redirect("appointments:paused")

    title = _("Lift the pause: %(name)s") % {"name": holder.shown_name}
    return form_page(request, form, act, {"title": title, "submit": _("Lift"), "back": reverse("appointments:paused")})
