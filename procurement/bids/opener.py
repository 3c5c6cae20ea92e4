"""Opening bid after bid with the keys that two officers have just brought together; the keys live as long as the call."""

import time

from portal.core.actors import Actor
from procurement.bids import actions
from procurement.bids.actions.opening import remaining
from procurement.bids.models import Opening
from procurement.bids.reading import read

SECONDS = 3.0  # of one request; a single bid of hundreds of megabytes may take longer


def open_next(actor: Actor, project_id: int, keys: dict[int, bytes], *, seconds: float = SECONDS) -> int:
    """Open waiting bids for about `seconds`; returns how many still wait. 0: `actions.finish` may be called.

    A bid is read outside of any transaction and its finding is written in one of its own, so a page that follows sees
    bid after bid, and an opening that was interrupted goes on where it stopped. Raises what `begin` raises.
    """
    actions.begin(actor, project_id, keys)
    opening = Opening.objects.get(project=project_id)
    if opening.state != "opening":
        return 0
    until = time.monotonic() + seconds
    for submission in remaining(opening)[:200]:
        actions.record_opened(actor, submission.pk, read(submission, keys[submission.book.lot_id]))
        if time.monotonic() > until:
            break
    return int(remaining(opening).count())
