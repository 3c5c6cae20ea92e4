"""Every indicator a second time: plain Python over the rows, written from the definitions; shares no code with the portal's.

Moments are turned into days here, by the zone; nothing is read from cells. Shares and means are Fractions, so that what
the portal says must be the very quotient.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
Row = dict[str, Any]
Figures = dict[str, Any]


class Period:
    """First and last day, both inclusive, the moment of asking, and the day of balances: else the last day that is over."""

    def __init__(self, first: dt.date, last: dt.date, now: dt.datetime, as_of: dt.date | None = None) -> None:
        self.first, self.last, self.now = first, last, now
        self.today = now.astimezone(SHANGHAI).date()
        self.as_of = as_of or min(last, self.today)

    def has(self, day: dt.date | None) -> bool:
        return day is not None and self.first <= day <= self.last


def day_of(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(SHANGHAI).date() if moment else None


def share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def mean(values: Iterable[int | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return share(sum(known), len(known))


def compression(rows: Iterable[tuple[int | None, int | None]]) -> Fraction | None:
    """(Σ legal − Σ promised) ÷ Σ legal over those whose days are both known."""
    known = [(legal, promised) for legal, promised in rows if legal is not None and promised is not None]
    legal = sum(one for one, _ in known)
    return share(legal - sum(other for _, other in known), legal)


# --- approvals --------------------------------------------------------------------------------------------------------


def approvals(cases: list[Row], stops: list[Row], spans: list[Row], period: Period) -> Figures:
    """`cases` are all that were filed; `stops` and `spans` (earlier spells of being overdue) belong to them."""
    decided = [row for row in cases if period.has(row["decided_on"]) and row["outcome"] in {"approved", "refused"}]
    promise = [row for row in decided if row["kind"] == "promise"]
    immediate = [row for row in decided if row["kind"] == "immediate"]
    dated = [row for row in promise if row["promised_due_on"]]
    early = [row for row in dated if row["decided_on"] < row["promised_due_on"]]
    on_day = [row for row in dated if row["decided_on"] == row["promised_due_on"]]
    overdue = [row for row in dated if row["decided_on"] > row["promised_due_on"]]
    late_immediate = [row for row in immediate if row["decided_on"] > (row["promised_due_on"] or row["accepted_on"])]
    answered = [row for row in cases if period.has(row["answered_on"])]
    late = [row for row in cases if period.has(_answered_late_on(row))]
    ended = [row for row in cases if period.has(row["ended_on"])]
    withdrawn = [row for row in ended if row["outcome"] in {"withdrawn", "terminated"}]
    before = period.first - dt.timedelta(days=1)
    return {
        "received": sum(period.has(day_of(row["submitted_at"]) or row["submitted_on"]) for row in cases),
        "accepted": sum(period.has(row["accepted_on"]) for row in cases),
        "concluded": len(decided),
        "immediate_concluded": len(immediate),
        "promise_concluded": len(promise),
        "early": len(early),
        "on_due_day": len(on_day),
        "overdue": len(overdue),
        "overdue_immediate": len(late_immediate),
        "overdue_legal": sum(bool(row["legal_due_on"]) and row["decided_on"] > row["legal_due_on"] for row in promise),
        "on_time_rate": share(len(early) + len(on_day), len(dated)),
        "early_rate": share(len(early), len(dated)),
        "overdue_rate": share(len(overdue), len(dated)),
        "overdue_rate_all": share(len(overdue) + len(late_immediate), len(decided)),
        "answers": len(answered),
        "late_answers": len(late),
        "late_answer_rate": share(len(late), len(answered)),
        "mean_legal_days": mean(row["legal_days"] for row in promise),
        "mean_promised_days": mean(row["promised_days"] for row in promise),
        "mean_actual_days": mean(row["elapsed_days"] for row in promise),
        "mean_filing_to_decision_days": mean(row["filing_days"] for row in promise),
        "time_compression": compression((row["legal_days"], row["promised_days"]) for row in promise),
        "online_rate": share(sum(row["channel"] == "online" and row["visits"] == 0 for row in decided), len(decided)),
        "immediate_share": share(len(immediate), len(decided)),
        "extended": sum(row["extended_days"] > 0 for row in promise),
        "withdrawn": len(withdrawn),
        "withdrawn_overdue": sum(bool(row["accepted_on"]) and _was_overdue_at_its_end(row) for row in withdrawn),
        "returned": sum(row["outcome"] == "returned" for row in ended),
        "not_accepted": sum(row["outcome"] == "not_accepted" for row in ended),
        "open_at_start": sum(_open_at_the_end_of(row, before) for row in cases),
        "open": sum(_open_at_the_end_of(row, period.as_of) for row in cases),
        "open_overdue": sum(
            _open_at_the_end_of(row, period.as_of) and _overdue_at_the_end_of(row, spans, period.as_of) for row in cases
        ),
        "open_stopped": sum(
            _open_at_the_end_of(row, period.as_of)
            and any(
                stop["case_id"] == row["id"]
                and stop["from_on"] <= period.as_of
                and (stop["to_on"] is None or stop["to_on"] > period.as_of)
                for stop in stops
            )
            for row in cases
        ),
    }


def _answered_late_on(row: Row) -> dt.date | None:
    """The day to which a late answer belongs: that of the answer, or that on which the law accepted the case."""
    if row["answered_on"] is None:
        return None
    due = row["first_answer_due_on"]
    if due and row["answered_on"] > due:
        return row["answered_on"]  # type: ignore[no-any-return]
    return row["accepted_on"] if row["deemed"] else None


def _was_overdue_at_its_end(row: Row) -> bool:
    return row["overdue_from_on"] is not None and row["ended_on"] >= row["overdue_from_on"]


def _open_at_the_end_of(row: Row, day: dt.date) -> bool:
    return (
        row["accepted_on"] is not None and row["accepted_on"] <= day and (not row["ended_on"] or row["ended_on"] > day)
    )


def _overdue_at_the_end_of(row: Row, spans: list[Row], day: dt.date) -> bool:
    earlier = any(span["case_id"] == row["id"] and span["from_on"] <= day < span["to_on"] for span in spans)
    return earlier or (row["overdue_from_on"] is not None and row["overdue_from_on"] <= day)


# --- catalogue and reform ---------------------------------------------------------------------------------------------


def in_force(items: list[Row], versions: list[Row], changes: list[Row], day: dt.date) -> list[Row]:
    """Item and version of each item that stands in the ledger on the day and has a version valid then."""
    found = []
    for item in items:
        valid = [
            version
            for version in versions
            if version["item_id"] == item["id"]
            and version["state"] in {"published", "retired"}
            and version["valid_from"] is not None
            and version["valid_from"] <= day
            and (version["valid_to"] is None or version["valid_to"] >= day)
        ]
        if valid and stands(item, changes, day):
            found.append({**max(valid, key=lambda one: (one["valid_from"], one["number"])), "item": item})
    return found


def stands(item: Row, changes: list[Row], day: dt.date) -> bool:
    """The last word of the ledger up to the day; an item that it never added was there from the beginning."""
    own = sorted((one["on"], one["id"], one["change"]) for one in changes if one["item_id"] == item["id"])
    if item["status"] == "draft" and not own:
        return False
    said = [change for on, _, change in own if on <= day and change in {"add", "restore", "cancel", "suspend", "merge"}]
    if not said:
        return all(change != "add" for _, _, change in own)
    if said[-1] == "suspend" and item["status"] == "published":
        return all(change != "restore" for _, _, change in own)  # lifted without a word in the ledger
    return said[-1] in {"add", "restore"}


def catalogue(items: list[Row], versions: list[Row], changes: list[Row], period: Period) -> Figures:
    rows = in_force(items, versions, changes, period.last)
    promise = [row for row in rows if row["kind"] == "promise"]
    both = [
        (row["previous_promised_days"], row["promised_days"])
        for row in promise
        if row["previous_promised_days"] is not None and row["promised_days"] is not None
    ]
    return {
        "items": len(rows),
        "permits": sum(row["item"]["type"] == "permit" for row in rows),
        "services": sum(row["item"]["type"] == "service" for row in rows),
        "promise_items": len(promise),
        "mean_legal_days": mean(row["legal_days"] for row in promise),
        "mean_promised_days": mean(row["promised_days"] for row in promise),
        "mean_previous_promised_days": mean(row["previous_promised_days"] for row in promise),
        "compressed_items": sum(previous > now for previous, now in both),
        "compressed_days": sum(previous - now for previous, now in both),
        "time_compression": compression((row["legal_days"], row["promised_days"]) for row in promise),
        "online_share": share(sum(bool(row["online"]) for row in rows), len(rows)),
        "one_visit_share": share(sum(row["visits"] in {0, 1} for row in rows), len(rows)),
        "no_visit_share": share(sum(row["visits"] == 0 for row in rows), len(rows)),
        "instant_share": share(sum(bool(row["instant"]) for row in rows), len(rows)),
        "enterprise_share": share(sum(bool(row["item"]["enterprise"]) for row in rows), len(rows)),
    }


def reform(items: list[Row], changes: list[Row], period: Period) -> Figures:
    before = [item for item in items if stands(item, changes, period.first - dt.timedelta(days=1))]
    after = [item for item in items if stands(item, changes, period.last)]
    said = Counter(one["change"] for one in changes if period.has(one["on"]))
    return {
        "before": len(before),
        "cancelled": said["cancel"],
        "suspended": said["suspend"],
        "merged": said["merge"],
        "added": said["add"],
        "delegated": said["delegate"],
        "retained": len(after),
        "permits": sum(item["type"] == "permit" for item in after),
        "services": sum(item["type"] == "service" for item in after),
        "reduction_rate": share(len(before) - len(after), len(before)),
    }


# --- ratings and the hall ---------------------------------------------------------------------------------------------


def ratings(given: list[Row], invitations: list[Row], cases: list[Row], period: Period) -> Figures:
    """Defaults and excluded ratings are in no rate."""
    counted = [row for row in given if not row["is_default"] and row["excluded_at"] is None]
    now = [row for row in counted if period.has(row["rated_on"])]
    satisfied = [row for row in now if row["grade"] >= 3]
    mending = [row for row in counted if period.has(row["rectify_due_on"])]
    in_time = [row for row in mending if row["rectified_on"] and row["rectified_on"] <= row["rectify_due_on"]]
    due = [row for row in mending if row["rectify_due_on"] <= period.as_of or row in in_time]
    could = sum(bool(row["stands_alone"]) and period.has(row["rated_on"]) for row in given)
    could += sum(row["kind"] in {"visit", "ticket"} and period.has(row["served_on"]) for row in invitations)
    could += sum(period.has(row["decided_on"]) and row["outcome"] in {"approved", "refused"} for row in cases)
    return {
        "given": len(now),
        "satisfied": len(satisfied),
        "satisfaction_rate": share(len(satisfied), len(now)),
        "bad": len(now) - len(satisfied),
        "rectification_rate": share(len(in_time), len(due)),
        "active_rate": share(len(now), could),
    }


def hall(
    tickets: list[Row],
    appointments: list[Row],
    shifts: list[Row],
    posts: list[Row],
    findings: list[Row],
    period: Period,
) -> Figures:
    """Percentiles stand here as exact minutes of the rows (a Fraction); the portal's come from a histogram."""
    of_days = [row for row in tickets if period.has(row["day"])]
    over = [row for row in of_days if row["state"] in {"done", "missed", "cancelled", "expired"}]
    trusted = [row for row in over if not row["time_unreliable"]]
    waits = [row["wait_seconds"] for row in trusted if row["wait_seconds"] is not None]
    services = [row["service_seconds"] for row in trusted if row["state"] == "done"]
    due = [row for row in shifts if period.has(row["counted_on"]) and row["excuse"] == ""]
    patrols = [row for row in findings if row["origin"] == "patrol"]  # those of social supervisors count apart
    standing = [row for row in patrols if row["state"] not in {"set_aside", "noted"}]
    return {
        "tickets": sum(row["arrived_at"] is not None for row in of_days),
        "served": sum(row["state"] == "done" for row in of_days),
        "missed": sum(row["state"] in {"missed", "expired"} and row["misses"] > 0 for row in of_days),
        "wait_p50_minutes": nearest_rank(waits, 50),
        "wait_p90_minutes": nearest_rank(waits, 90),
        "service_p50_minutes": nearest_rank(services, 50),
        "appointments": sum(period.has(row["day"]) and row["state"] != "cancelled" for row in appointments),
        "attendance_rate": share(sum(row["clocked_in_at"] is not None for row in due), len(due)),
        "empty_posts": sum(period.has(row["day"]) and row["state"] != "accepted" for row in posts),
        "patrol_findings": sum(period.has(row["found_on"]) for row in standing),
        "patrol_rectified": sum(
            period.has(row["rectified_on"]) and row["rectified_on"] <= row["due_on"] for row in standing
        ),
    }


def nearest_rank(seconds: list[int], percent: int) -> int | None:
    """The smallest number of seconds that so many per cent do not exceed."""
    if not seconds:
        return None
    return sorted(seconds)[-(-len(seconds) * percent // 100) - 1]


# --- hotline and trading ----------------------------------------------------------------------------------------------


def hotline(tickets: list[Row], marks: list[Row], endings: list[Row], late: list[Row], period: Period) -> Figures:
    """`tickets` are recorded ones; of what is due only what has passed by now counts, or was replied to before."""
    moment = period.now
    if period.as_of < period.today:
        moment = dt.datetime.combine(period.as_of, dt.time.max, SHANGHAI)
    due = [
        row
        for row in tickets
        if row["state"] != "void"
        and period.has(day_of(row["first_due_at"]))
        and (row["first_due_at"] <= moment or (row["first_replied_at"] and row["first_replied_at"] <= moment))
    ]
    in_time = [row for row in due if row["first_replied_at"] and row["first_replied_at"] <= row["first_due_at"]]
    back = [row for row in tickets if period.has(day_of(row["called_back_at"]))]
    judged = [row for row in back if not row["excluded"]]
    asked = [row for row in judged if row["asks_resolution"]]
    verdicts = [row["satisfied"] for row in judged if row["satisfied"] is not None]
    verdicts += [
        row["rated_grade"] >= 3
        for row in tickets
        if period.has(row["rated_on"]) and not row["excluded"] and row["satisfied"] is None and row["rated_grade"]
    ]
    said = Counter[str]()
    for mark in marks:
        if period.has(day_of(mark["at"])):
            said[mark["kind"]] += mark["number"]
    recorded = sum(period.has(day_of(row["recorded_at"])) for row in tickets)
    direct = sum(bool(row["direct"]) and period.has(day_of(row["first_replied_at"])) for row in tickets)
    return {
        "recorded": recorded,
        "direct": direct,
        "direct_share": share(direct, recorded),
        "dispatched": said["dispatched"],
        "returned": said["returned"],
        "replied": said["replied"],
        "closed": sum(period.has(day_of(row["ended_at"])) for row in endings),
        "due": len(due),
        "on_time": len(in_time),
        "on_time_rate": share(len(in_time), len(due)),
        "open": sum(_ticket_open(row, endings, period.as_of) for row in tickets),
        "open_overdue": sum(_ticket_overdue(row, late, period) for row in tickets),
        "called_back": len(back),
        "response_rate": share(sum(row["contacted"] is True for row in back), len(back)),
        "resolution_rate": share(sum(row["resolved"] is True for row in asked), len(asked)),
        "satisfaction_rate": share(sum(verdicts), len(verdicts)),
        "return_rate": share(said["returned"], said["dispatched"]),
        "redo_rate": share(said["redone"], said["replied"]),
    }


def _ticket_open(row: Row, endings: list[Row], day: dt.date) -> bool:
    recorded = day_of(row["recorded_at"])
    if recorded is None or recorded > day:
        return False
    return not any(
        one["ticket_id"] == row["id"]
        and day_of(one["ended_at"]) <= day  # type: ignore[operator]
        and (one["reopened_at"] is None or day_of(one["reopened_at"]) > day)  # type: ignore[operator]
        for one in endings
    )


def _ticket_overdue(row: Row, late: list[Row], period: Period) -> bool:
    """Unanswered past its due moment: by now, or at the end of a past day."""
    day = period.as_of
    if day == period.today:
        if any(span["ticket_id"] == row["id"] and span["from_on"] <= day < span["to_on"] for span in late):
            return True
        return row["due_at"] is not None and row["due_at"] <= period.now and row["handled_at"] is None
    if any(span["ticket_id"] == row["id"] and span["from_on"] <= day < span["to_on"] for span in late):
        return True
    due, handled = day_of(row["due_at"]), day_of(row["handled_at"])
    return due is not None and due <= day and (handled is None or handled > day)


def trading(deals: list[Row], period: Period) -> Figures:
    """Base = control price, else budget; a premium is a deal over its starting price, and no saving."""
    rows = [row for row in deals if period.has(row["awarded_on"])]
    won = [row for row in rows if row["status"] == "awarded"]
    sold = [row for row in won if row["method"] in {"listing", "auction"}]
    bought = [row for row in won if row not in sold]
    bases = [(row["control_price_fen"] or row["budget_fen"], row["deal_fen"]) for row in bought]
    known = [(base, deal) for base, deal in bases if base]
    savings = sum(base - deal for base, deal in known)
    return {
        "projects": len(rows),
        "deals": len(won),
        "deal_fen": sum(row["deal_fen"] for row in won),
        "base_fen": sum(base for base, _ in known),
        "savings_fen": savings,
        "savings_rate": share(savings, sum(base for base, _ in known)),
        "premium_fen": sum(row["deal_fen"] - row["start_fen"] for row in sold if row["start_fen"] is not None),
    }


# --- supervision ------------------------------------------------------------------------------------------------------


def red_days(case: Row, spans: list[Row], until: dt.date) -> list[dt.date]:
    """The days on which a case became overdue while it was open, if only until it ended on that day."""
    found, burning = [], False
    day = case["accepted_on"]
    own = [span for span in spans if span["case_id"] == case["id"]]
    while day is not None and day <= min(until, case["ended_on"] or until):
        now = _overdue_at_the_end_of(case, own, day)
        if now and not burning:
            found.append(day)
        burning, day = now, day + dt.timedelta(days=1)
    return found


def supervision(
    cases: list[Row],
    reminders: list[Row],
    lamp_reminders: list[Row],
    acts: list[Row],
    orders: list[Row],
    period: Period,
) -> Figures:
    """`cases` know their `red_days`. What is still to come has not been lit, ordered, or answered."""

    def passed(day: dt.date | None) -> bool:
        return period.has(day) and day <= period.today  # type: ignore[operator]

    own = [act for act in acts if act["kind"] == "order"]
    return {
        "amber": sum(
            row["accepted_on"] is not None
            and passed(row["amber_on"])
            and (row["ended_on"] is None or row["ended_on"] >= row["amber_on"])
            for row in cases
        ),
        "red": sum(passed(day) for row in cases for day in row["red_days"]),
        "reminders": sum(passed(row["reminded_on"]) for row in [*reminders, *lamp_reminders]),
        "orders": sum(passed(row["issued_on"]) for row in own)
        + sum(passed(day_of(row["issued_at"])) for row in orders),
        "orders_answered": sum(passed(row["answered_on"]) for row in own)
        + sum(passed(day_of(row["answered_at"])) for row in orders),
    }
