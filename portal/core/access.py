"""The log of who viewed personal data (Personal Information Protection Law, art. 51, 54): write, keep, name."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from structlog.contextvars import get_contextvars

from portal.core.actors import Actor
from portal.core.errors import type_of_message
from portal.core.models.access import AccessLog
from portal.core.time import now

KEEP_DAYS = 1096  # three years, as PIPL art. 56 asks for the records of an impact assessment
BATCH_ROWS = 500


def log_view(actor: Actor, stream: str, stream_id: int, what: str, *, purpose: str = "") -> None:
    """Write that `actor` saw the field group `what` of one record, for instance ("people.user", 7, "phone")."""
    _entry(actor, stream, stream_id, what, purpose).save(force_insert=True)


def log_views(actor: Actor, stream: str, stream_ids: Iterable[int], what: str, *, purpose: str = "") -> None:
    """The same for a whole list, in one statement: every record on the page was seen."""
    entries = [_entry(actor, stream, stream_id, what, purpose) for stream_id in stream_ids]
    AccessLog.objects.bulk_create(entries, batch_size=BATCH_ROWS)


def _entry(actor: Actor, stream: str, stream_id: int, what: str, purpose: str) -> AccessLog:
    return AccessLog(
        actor_user_id=actor.user_id,
        actor_name=actor.name[:100],
        role=actor.role[:40],
        at=now(),
        stream=stream,
        stream_id=stream_id,
        what=what[:60],
        purpose=purpose[:200],
        request_id=actor.request_id[:64],
    )


def purge_access_log(*, keep_days: int = KEEP_DAYS) -> int:
    """Erase entries older than `keep_days` calendar days, 500 rows a statement. Returns how many went."""
    limit = now() - dt.timedelta(days=keep_days)
    gone = 0
    while True:
        pks = list(AccessLog.objects.filter(at__lt=limit).order_by("at").values_list("pk", flat=True)[:BATCH_ROWS])
        if not pks:
            return gone
        gone += AccessLog.objects.filter(pk__in=pks).delete()[0]


def viewer(request: Any) -> Actor:
    """The reader of a page of the core, with the first of their roles; upper floors use `people.actors.actor_for`."""
    user = request.user
    roles = sorted(user.access.roles) if hasattr(user, "access") else []
    request_id = str(get_contextvars().get("request_id", ""))
    return Actor(
        user=user, role=roles[0] if roles else "", name=user.name or user.get_username(), request_id=request_id
    )


@dataclass(frozen=True)
class StreamFace:
    """How a kind of record is named and reached on the auditor's page."""

    label: type_of_message
    link: Callable[[int], str] | None = None
    readers: frozenset[str] | None = None  # the roles that the link leads somewhere; None: whoever reads the log


_faces: dict[str, StreamFace] = {}


def register_stream(
    stream: str,
    label: type_of_message,
    *,
    link: Callable[[int], str] | None = None,
    readers: Iterable[str] | None = None,
) -> None:
    """Give a stream ("cases.case") its name, and a link to one record for those with one of these roles."""
    _faces[stream] = StreamFace(label, link, None if readers is None else frozenset(readers))


def face_of(stream: str) -> StreamFace:
    return _faces.get(stream) or StreamFace(stream)


_words: dict[str, type_of_message] = {}


def register_words(words: Mapping[str, type_of_message]) -> None:
    """Give roles and field groups ("clerk", "phone", "file:cases.material") the words of the auditor's page."""
    _words.update(words)


def word_for(code: str) -> str:
    """The words of a role or a field group; its code when nobody gave it any."""
    return str(_words.get(code, code))


_purposes: dict[str, type_of_message] = {}


def register_purposes(words: Mapping[str, type_of_message]) -> None:
    """Give what people look for ("case handling") the words of the auditor's page."""
    _purposes.update(words)


def purpose_in_words(purpose: str) -> str:
    """ "API: SP-1" is a purpose and what it was about; a purpose that a person typed stays as it is."""
    code, colon, about = purpose.partition(": ")
    if code not in _purposes:
        return purpose
    return f"{_purposes[code]}{colon}{about}"


def has_purpose(code: str) -> bool:
    """Whether a purpose has words."""
    return code in _purposes
