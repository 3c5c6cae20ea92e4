"""The tables of the hotline, one file for each aggregate."""

from hotline.models.callback import CallBack, CallBackLink
from hotline.models.category import Category
from hotline.models.cells import StepCell, StepStreetCell, TicketCell, TicketStreetCell
from hotline.models.counts import Ending, Escalation, LateSpan, Mark
from hotline.models.parts import Assist, Dispatch, Reply, Return, TicketFile
from hotline.models.requests import Note, Order, Request, Urge
from hotline.models.ticket import Channel, Grade, Kind, Reporter, Ticket

__all__ = [
    "Assist",
    "CallBack",
    "CallBackLink",
    "Category",
    "Channel",
    "Dispatch",
    "Ending",
    "Escalation",
    "Grade",
    "Kind",
    "LateSpan",
    "Mark",
    "Note",
    "Order",
    "Reply",
    "Reporter",
    "Request",
    "Return",
    "StepCell",
    "StepStreetCell",
    "Ticket",
    "TicketCell",
    "TicketFile",
    "TicketStreetCell",
    "Urge",
]
