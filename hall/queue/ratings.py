"""The invitation to rate a visit, made when it is finished: the window's tablet and the slip's code lead to it."""

from django.urls import reverse

from hall.queue.models import Ticket
from hall.ratings.services import invite


def invite_to_rate(ticket: Ticket) -> None:
    """Ask for a rating of a service that has ended, once for each ticket; runs inside the transaction that ends it.

    A visit that belongs to no department, neither by its queue nor by its window, is rated by nobody.
    """
    department = ticket.department_id or (ticket.window.department_id if ticket.window else None)
    if department is None:
        return
    made = invite(
        kind="visit", subject=ticket.public_id, department_id=department, window_id=ticket.window_id,
        staff_id=ticket.staff_id, invited_id=ticket.person_id, phone=ticket.phone, served_at=ticket.ended_at,
    )  # fmt: skip
    ticket.rating_url = reverse("ratings:rate", args=[made.token])
    ticket.save(update_fields=["rating_url"])
