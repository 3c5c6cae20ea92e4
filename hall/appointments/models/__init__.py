"""The tables of appointments, one file for each aggregate."""

from hall.appointments.models.appointment import Appointment, Holder
from hall.appointments.models.cells import AppointmentCell
from hall.appointments.models.service import Service, SlotException, SlotPlan
from hall.appointments.models.slot import Slot

__all__ = ["Appointment", "AppointmentCell", "Holder", "Service", "Slot", "SlotException", "SlotPlan"]
