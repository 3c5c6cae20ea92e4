"""The door for other rooms: ask for a rating when a service has ended. Plain functions, for use inside an action."""

import datetime as dt

from django.db import IntegrityError, transaction

from hall.ratings.measures import RATEABLE_MEASURES
from hall.ratings.models import Invitation, SubjectKind
from portal.core import statistics
from portal.core.rules import rule
from portal.core.time import local_date, now

__all__ = ["invite"]


def invite(
    *,
    kind: str,
    subject: str,
    department_id: int,
    window_id: int | None = None,
    staff_id: int | None = None,
    item_code: str = "",
    invited_id: int | None = None,
    phone: str = "",
    served_at: dt.datetime | None = None,
) -> Invitation:
    """Ask for the rating of a service that has ended (`kind`: "case", "visit" or "ticket"; `subject`: its number).

    Runs inside the caller's transaction. One subject has one invitation: called again for the same one, it gives the
    first back. `invited_id` is the account of who was served, where known; `phone` reaches somebody without account.
    `invitation.token` is the secret of the link `/rate/<token>/`. Raises ValueError for an unknown kind, RuntimeError
    outside a transaction.
    """
    if kind not in SubjectKind.values:
        raise ValueError(f"no such kind of subject: {kind}")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an invitation is written in the transaction that ends the service")
    known = Invitation.objects.filter(kind=kind, subject=subject).first()
    if known is not None:
        return known
    moment = served_at or now()
    day = local_date(moment)
    made = Invitation(
        kind=kind,
        subject=subject,
        department_id=department_id,
        window_id=window_id,
        staff_id=staff_id,
        item_code=item_code,
        invited_id=invited_id,
        phone=phone,
        served_at=moment,
        served_on=day,
        expires_at=moment + dt.timedelta(days=rule("rating.invitation_days", day).days),
        created_at=now(),
    )
    try:
        with transaction.atomic(), statistics.watch(RATEABLE_MEASURES, made):
            made.save(force_insert=True)
    except IntegrityError:  # somebody asked for the same one meanwhile
        return Invitation.objects.get(kind=kind, subject=subject)
    return made
