"""From a checked-in appointment to a number of the queue: the one place that knows the queue."""

from hall.appointments.models import Appointment
from hall.queue.models import Ticket
from hall.queue.services import TicketDraft, take_ticket
from portal.core.actors import Actor

SOURCE = "appointment"


def give_ticket(one: Appointment) -> None:
    """Take a number for who has checked in, with the credit of an appointment that was kept.

    Runs inside the check-in's transaction: whoever is checked in has a number, or neither. The portal takes it, for a
    visitor at the kiosk has no account. Raises what the queue refuses (hall closed, queue closed).
    """
    if one.service.queue_id is None:
        return
    ticket = take_ticket(
        Actor.system("预约签到"),
        TicketDraft(
            queue_id=one.service.queue_id,
            channel=Ticket.Channel.APPOINTMENT,
            priority=Ticket.Priority.APPOINTMENT,
            name=one.holder.shown_name,
            person_id=one.holder.user_id,
            source=SOURCE,
            source_key=str(one.pk),
        ),
    )
    one.ticket_id, one.ticket_number = ticket.pk, ticket.number
