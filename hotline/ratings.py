"""What imported ratings have to do with tickets: where they belong, and how they count in the hotline's satisfaction."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from hall.ratings import hooks
from hotline.measures import TICKET_MEASURES
from hotline.models import Ticket
from portal.core import db, statistics
from portal.core.numbers import normalise_number

KIND = "ticket"


def found_by(source: str, ids: Sequence[str]) -> dict[str, int]:
    """The tickets behind names of a source: its own number there first, else the number of the hotline; two queries."""
    wanted = [one for one in ids if one]
    theirs = Ticket.objects.filter(source=source, external_id__in=wanted) if source else Ticket.objects.none()
    found = dict(theirs.values_list("external_id", "pk"))
    numbers = {normalise_number(one): one for one in wanted if one not in found}
    ours = Ticket.objects.filter(Q(number__in=numbers)) if numbers else Ticket.objects.none()
    return found | {numbers[number]: pk for number, pk in ours.values_list("number", "pk") if number}


def subjects(source: str, ids: Sequence[str]) -> Mapping[str, hooks.SubjectFacts]:
    """Whose ticket it is; one that no department ever had says nothing of where its rating belongs."""
    places = found_by(source, ids)
    rows = Ticket.objects.filter(pk__in=places.values(), department__isnull=False)
    facts = {pk: hooks.SubjectFacts(dept, None, staff, item)
             for pk, dept, staff, item in rows.values_list("pk", "department", "staff", "item_code")}  # fmt: skip
    return {name: facts[pk] for name, pk in places.items() if pk in facts}


def hear(source: str, found: Mapping[str, hooks.Given | None]) -> None:
    """Write what a rating says of its ticket, or that none does any more. Runs in the transaction of the import."""
    places = found_by(source, list(found))
    rows = {row.pk: row for row in db.lock_rows(Ticket.objects.all(), places.values())}
    changed = []
    for name, pk in places.items():
        given, row = found[name], rows[pk]
        grade, day = (given.grade, given.rated_on) if given else (None, None)
        if (row.rated_grade, row.rated_on) != (grade, day):
            row.rated_grade, row.rated_on = grade, day
            changed.append(row)
    if not changed:
        return
    pks = [row.pk for row in changed]
    statistics.mark_bulk(TICKET_MEASURES, pks)
    Ticket.objects.bulk_update(changed, ["rated_grade", "rated_on"], batch_size=500)
    statistics.mark_bulk(TICKET_MEASURES, pks)


def connect() -> None:
    """Called in `ready()`."""
    hooks.register_subjects(KIND, subjects)
    hooks.register_told(KIND, hear)
