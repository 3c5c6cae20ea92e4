"""The queue's tables: how the hall is laid out, tickets, who sits at a window, cells of the statistics."""

from hall.queue.models.cells import HallQueueCell, HallWindowCell
from hall.queue.models.layout import Device, Hall, Queue, QueueService, QueueWindow
from hall.queue.models.sessions import WindowBreak, WindowSession
from hall.queue.models.ticket import HallDay, Ticket

__all__ = [
    "Device",
    "Hall",
    "HallDay",
    "HallQueueCell",
    "HallWindowCell",
    "Queue",
    "QueueService",
    "QueueWindow",
    "Ticket",
    "WindowBreak",
    "WindowSession",
]
