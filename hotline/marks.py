"""Writing what is counted of a moment: one mark with the dimensions that the ticket has then."""

from hotline.measures import STEP_MEASURES
from hotline.models import Mark, Ticket
from portal.core import statistics
from portal.core.time import local_date, now


def mark(ticket: Ticket, kind: str, *, department_id: int | None = None) -> Mark:
    """Count one happening for the ticket's present department, or for the one named. One row, one dirty key."""
    moment = now()
    row = Mark(
        ticket=ticket,
        kind=kind,
        at=moment,
        on=local_date(moment),
        department_id=department_id or ticket.department_id or 0,
        category_id=ticket.category_id or 0,
        channel=ticket.channel,
        line=ticket.line,
        street_code=ticket.street_code,
    )
    row.save(force_insert=True)
    statistics.mark_new(STEP_MEASURES, row)
    return row
