"""What changes appointments: booking and its steps, the plans, and what the portal does by itself."""

from hall.appointments.actions.booking import Person, book, check_in_with_code, take_step
from hall.appointments.actions.planning import (
    ExceptionDraft,
    PlanDraft,
    ServiceDraft,
    add_exception,
    add_plan,
    change_service,
    close_service,
    end_plan,
    lift_pause,
    make_service,
    withdraw_exception,
)
from hall.appointments.actions.portal import call_off_closed, lay_service, mark_missed, services_to_lay

__all__ = [
    "ExceptionDraft",
    "Person",
    "PlanDraft",
    "ServiceDraft",
    "add_exception",
    "add_plan",
    "book",
    "call_off_closed",
    "change_service",
    "check_in_with_code",
    "close_service",
    "end_plan",
    "lay_service",
    "lift_pause",
    "make_service",
    "mark_missed",
    "services_to_lay",
    "take_step",
    "withdraw_exception",
]
