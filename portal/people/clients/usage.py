"""When a token was used and how much, without a write for each request: counted in the process, written in batches."""

import datetime as dt
import threading
from collections import Counter

from django.db import transaction
from django.db.models import F

from portal.core.time import local_date, now
from portal.people.models import ClientToken, ClientUsage

WRITE_EVERY = dt.timedelta(minutes=5)
_counts: Counter[tuple[int, dt.date]] = Counter()
_lock = threading.Lock()


def note_use(token: ClientToken) -> None:
    """Count this request; at most once in five minutes for a token the counts of this process are written down."""
    moment = now()
    with _lock:
        _counts[token.pk, local_date(moment)] += 1
        if token.last_used_at is not None and moment - token.last_used_at < WRITE_EVERY:
            return
        mine = {place: n for place, n in _counts.items() if place[0] == token.pk}
        for place in mine:
            del _counts[place]
    with transaction.atomic():
        ClientToken.objects.filter(pk=token.pk).update(last_used_at=moment)
        for (_pk, day), n in mine.items():
            _add(token.pk, day, n)


def forget() -> None:
    """Drop what this process has counted: for tests, whose rows are taken back."""
    with _lock:
        _counts.clear()


def _add(token_id: int, day: dt.date, requests: int) -> None:
    rows = ClientUsage.objects.filter(token_id=token_id, day=day)
    if not rows.update(requests=F("requests") + requests):
        ClientUsage.objects.bulk_create([ClientUsage(token_id=token_id, day=day, requests=0)], ignore_conflicts=True)
        rows.update(requests=F("requests") + requests)
