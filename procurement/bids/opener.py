"""Opening bid after bid with the keys that two officers have just brought together; the keys live as long as the call."""

import time

from portal.core.actors import Actor
from procurement.bids import actions
from procurement.bids.actions.opening import remaining
from procurement.bids.models import Opening, OwnLayer, Submission
from procurement.bids.reading import Read, read, uncover

SECONDS = 3.0  # of one request; a single bid of hundreds of megabytes may take longer


def open_next(actor: Actor, project_id: int, keys: dict[int, bytes], *, seconds: float = SECONDS) -> int:
    """Open waiting bids for about `seconds`; returns how many still wait. 0: `finish` comes next.

    A bid is read outside of any transaction and its finding is written in one of its own, so a page that follows sees
    bid after bid, and an opening that was interrupted goes on where it stopped. Raises what `begin` raises.
    """
    actions.begin(actor, project_id, keys)
    opening = Opening.objects.get(project=project_id)
    if opening.state != "opening":
        return 0
    until = time.monotonic() + seconds
    for submission in remaining(opening)[:200]:
        _open(actor, submission, keys[submission.book.lot_id])
        if time.monotonic() > until:
            break
    return int(remaining(opening).count())


def _open(actor: Actor, submission: Submission, private: bytes) -> None:
    """One bid: read, or uncovered for its bidder where the tender asks for the bidder's own layer."""
    if not submission.book.lot.project.own_layer:
        actions.record_opened(actor, submission.pk, read(submission, private))
        return
    found = uncover(submission, private)
    if isinstance(found, Read):
        actions.record_opened(actor, submission.pk, found)
    else:
        actions.record_uncovered(actor, submission.pk, found)


def finish(actor: Actor, project_id: int) -> Opening:
    """What comes when no bid waits for the officers: the bidders' window, or the end where nobody has to decrypt."""
    left = OwnLayer.objects.filter(submission__book__lot__project=project_id).exists()
    return actions.uncover(actor, project_id) if left else actions.finish(actor, project_id)
