"""What a telephone system reports: each report is merged into the call's row, in whatever order and however often."""

import datetime as dt
from dataclasses import dataclass

from hotline.calls.measures import CALL_MEASURES
from hotline.calls.models import Call, Extension
from hotline.calls.rules import NUMBERS_KEPT
from hotline.calls.telephone import Notice
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.events import record
from portal.core.rules import rule
from portal.core.statistics import mark_new, watch
from portal.core.time import local_date, now, today

BATCH = 500


@dataclass(frozen=True)
class Received:
    """What came of a report: `taken`, or `repeated` when it said nothing new."""

    call: Call
    outcome: str


@action
def receive(provider: str, notice: Notice) -> Received:
    """Merge one report into its call. A report that comes twice counts once; a late one still finds its place."""
    call = _new(provider, notice)
    made = db.insert_once(call)
    if made:
        mark_new(CALL_MEASURES, call)
    row = call if made else db.lock_row(Call.objects.all(), _pk(provider, notice.call_id))
    before = _moments(row)
    with watch(CALL_MEASURES, row):
        _merge(row, notice)
        changed = _moments(row) != before
        if changed:
            _derive(row)
            row.save()
    if made or changed:
        data = {"at": notice.at, "line": row.line, "extension": notice.agent}
        record(row, f"call.{notice.kind}", Actor.system(f"telephone {provider}"), to_state=row.state, data=data)
    return Received(row, "taken" if made or changed else "repeated")


def _new(provider: str, notice: Notice) -> Call:
    return Call(
        provider=provider, call_id=notice.call_id, line=notice.line, number=notice.number,
        offered_at=notice.at, offered_on=local_date(notice.at),
    )  # fmt: skip


def _pk(provider: str, call_id: str) -> int:
    return int(Call.objects.values_list("pk", flat=True).get(provider=provider, call_id=call_id))


def _moments(call: Call) -> tuple[object, ...]:
    return (call.offered_at, call.answered_at, call.ended_at, call.agent_at, call.extension, bool(call.number))


def _merge(call: Call, notice: Notice) -> None:
    """The earliest ringing, the first answer, the last agent, the first end: none depends on the order of reports."""
    call.offered_at = min(call.offered_at, notice.at)
    if notice.number and not call.number and call.number_erased_at is None:
        call.number = notice.number
    if notice.kind == "answered":
        call.answered_at = notice.at if call.answered_at is None else min(call.answered_at, notice.at)
        if call.agent_at is None or (notice.at, notice.agent) > (call.agent_at, call.extension):
            call.agent_at, call.extension = notice.at, notice.agent
            seat = Extension.objects.filter(code=notice.agent).first() if notice.agent else None
            call.agent_id = seat.user_id if seat else None
    elif notice.kind in {"ended", "abandoned"}:
        call.ended_at = notice.at if call.ended_at is None else min(call.ended_at, notice.at)


def _derive(call: Call) -> None:
    """State, days and seconds from the moments."""
    answered, ended = call.answered_at, call.ended_at
    call.offered_on = local_date(call.offered_at)
    call.answered_on = local_date(answered) if answered else None
    call.wait_seconds = _seconds(call.offered_at, answered)
    call.talk_seconds = _seconds(answered, ended)
    if ended is not None:
        call.state = Call.State.ENDED if answered else Call.State.ABANDONED
    else:
        call.state = Call.State.ANSWERED if answered else Call.State.RINGING
    call.state_version += 1


def _seconds(start: dt.datetime | None, end: dt.datetime | None) -> int:
    return max(0, round((end - start).total_seconds())) if start and end else 0


@action
def erase_numbers() -> int:
    """Take the numbers out of old calls; their figures stay. At most 500 a turn; returns how many."""
    limit = now() - dt.timedelta(days=rule(NUMBERS_KEPT, today()).days)
    pks = list(
        Call.objects.filter(number_erased_at__isnull=True, offered_at__lt=limit)
        .order_by("offered_at")
        .values_list("pk", flat=True)[:BATCH]
    )
    Call.objects.filter(pk__in=pks).update(number="", number_blind=None, number_erased_at=now())
    return len(pks)
