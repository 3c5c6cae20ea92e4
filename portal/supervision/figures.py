"""The board's figures from the cells: sums, comparison, balance, rates and what stands beside them, distribution.

Everything here reads daily cells, never cases, so it costs the same whether a hundred or ten million cases were
decided.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.cases.figures import FLOWS
from approvals.cases.measures import ACTUAL_DAYS, APPROVALS, CASE_MEASURES
from portal.core.charts import Chart, Series
from portal.core.statistics import SMALLEST, Question, changes_since, percentile, period, ratio
from portal.core.statistics.blocks import add_sums
from portal.core.statistics.read import Sums
from portal.core.templatetags.portal import DASH, percent, thousands
from portal.core.time import today
from portal.supervision.filters import Asked
from portal.supervision.periods import ONE_DAY
from portal.supervision.shares import complement, rounded

NAMES = (
    "received", "answers", "late_answers", "accepted", "concluded", "approved", "refused", "immediate_concluded",
    "promise_concluded", "early", "on_due_day", "overdue", "overdue_immediate", "overdue_legal", "extended",
    "online_concluded", "legal_days", "with_legal_days", "promised_days", "with_promised_days", "actual_days",
    "with_actual_days", "filing_days", "with_filing_days", "compressible_legal_days", "compressible_promised_days",
    "withdrawn", "terminated", "withdrawn_overdue", "returned", "not_accepted", "ended_otherwise", "open",
)  # fmt: skip
SPLIT = ("department_id", "kind", "channel")
RATE = APPROVALS.derived
Split = dict[Any, Sums]


@dataclass(frozen=True)
class Change:
    """A figure against the comparison, in words; `towards` is up, down or same."""

    before: str
    text: str
    towards: str


@dataclass(frozen=True)
class Main:
    """One of the six main figures."""

    code: str
    label: str
    value: str
    url: str
    tone: str
    change: Change
    beside: str = ""


@dataclass(frozen=True)
class Quality:
    """A rate or mean, what it is made of, and the same in the comparison."""

    label: str
    value: str
    of: str
    url: str
    before: str
    change: str = DASH


@dataclass(frozen=True)
class Balance:
    """Open at the start + accepted − concluded − otherwise ended = open at the end."""

    start: int
    accepted: int
    concluded: int
    otherwise: int
    end: int


@dataclass(frozen=True)
class Standing:
    """How many cases were open at the ends of the days that the board speaks of.

    Today's number is counted over the open cases, by their index; an earlier day's is that number without what the
    cells have added and taken away since. So a page about this month reads the cells of this month and of what it is
    compared with, not those of all years.
    """

    start: int
    end: int
    before_end: int
    trend_start: int

    @classmethod
    def read(cls, asked: Asked, trend_from: dt.date, open_now: int) -> "Standing":
        """One query over the cells."""
        eves = _eves(asked, trend_from)
        changed = changes_since(CASE_MEASURES, SMALLEST, "open", eves, today(), filters=asked.scope.cells)
        return cls(**{name: open_now - change for name, change in changed.items()})


def _eves(asked: Asked, trend_from: dt.date) -> dict[str, dt.date]:
    return {
        "start": asked.period.first - ONE_DAY,
        "end": asked.period.last,
        "before_end": asked.compared.last,
        "trend_start": trend_from - ONE_DAY,
    }


def questions(asked: Asked, trend_from: dt.date) -> list[Question]:
    """What is asked below of the cells of cases, to be asked in one statement."""
    chosen, before, cells = asked.period, asked.compared, asked.scope.cells
    begin = min(_eves(asked, trend_from).values()) + ONE_DAY
    return [
        Question(CASE_MEASURES, SMALLEST, chosen.first, chosen.last, (*NAMES, *ACTUAL_DAYS.columns), SPLIT, cells),
        Question(CASE_MEASURES, SMALLEST, before.first, before.last, NAMES, None, cells),
        Question(CASE_MEASURES, SMALLEST, begin, today(), ("open",), "day", cells),
    ]


def split_sums(asked: Asked) -> Split:
    """The sums of the period by department, kind and channel together; one query."""
    return period(
        CASE_MEASURES,
        SMALLEST,
        asked.period.first,
        asked.period.last,
        figures=(*NAMES, *ACTUAL_DAYS.columns),
        by=SPLIT,
        filters=asked.scope.cells,
    )


def total(split: Iterable[Sums]) -> Sums:
    """All of them added up; every figure is there even when nothing was counted."""
    sums: Sums = dict.fromkeys((*NAMES, *ACTUAL_DAYS.columns), 0)
    for one in split:
        sums = add_sums(sums, one)
    return sums


def along(split: Split, place: int) -> dict[Any, Sums]:
    """The split folded along one of its dimensions."""
    found: dict[Any, Sums] = {}
    for key, sums in split.items():
        found[key[place]] = add_sums(found.get(key[place], {}), sums)
    return found


def compared_sums(asked: Asked) -> Sums:
    """The sums of the comparison; one query."""
    before = asked.compared
    return period(CASE_MEASURES, SMALLEST, before.first, before.last, figures=NAMES, filters=asked.scope.cells)[None]


# --- the six, and what they are compared with ---------------------------------------------------------------------------


def count_change(now: int, before: int, least: int) -> Change:
    """+12 (+3.4 %): the difference of two counts; from fewer than `least` the counts themselves and no percentage."""
    difference = now - before
    text = signed(thousands(abs(difference)), difference)
    if before and difference:
        text = f"{text} ({share_of(now, before)})" if before >= least else from_few(now, before)
    return Change(thousands(before), text, _towards(difference))


def share_of(now: int, before: int) -> str:
    """The change in percent of what was before, with its sign; a dash where there was nothing."""
    difference = now - before
    share = ratio(difference, before)
    return DASH if share is None else signed(percent(abs(share)), difference)


def from_few(now: int, before: int) -> str:
    """How a count moved from one that is too small for a percentage: +1850 % says more than there is."""
    text = _("up from %(old)s to %(new)s") if now > before else _("down from %(old)s to %(new)s")
    return text % {"old": thousands(before), "new": thousands(now)}


@dataclass(frozen=True)
class Based:
    """A rate or a mean with the number that it rests on, so that nothing is said of how few of them moved."""

    value: float | None
    base: int


def based(name: str, sums: Mapping[str, int]) -> Based:
    """A derived figure of the approvals by its name."""
    return Based(RATE[name](sums), APPROVALS.base(name, sums))


def too_few(now: int, before: int) -> str:
    """Instead of a difference that would rest on hardly anything: on how many each of the two rests."""
    return _("few (%(old)s → %(new)s)") % {"old": thousands(before), "new": thousands(now)}


def rate_change(now: Based, before: Based, least: int) -> Change:
    """The difference of two rates in percentage points; a dash where one of them has no denominator.

    With fewer than `least` behind one of them nothing is said of a movement, and it goes neither up nor down.
    """
    shown, earlier = rounded(now.value), rounded(before.value)
    if shown is None or earlier is None:
        return Change(percent(before.value), DASH, "same")
    if min(now.base, before.base) < least:
        return Change(percent(before.value), too_few(now.base, before.base), "same")
    difference = shown - earlier
    text = _("%(points)s points") % {"points": signed(str(abs(difference)), difference)}
    return Change(percent(before.value), text, _towards(difference))


def signed(text: str, value: Any) -> str:
    """With a plus or a real minus in front; nothing before a zero."""
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else text


def _towards(difference: Any) -> str:
    return "up" if difference > 0 else "down" if difference < 0 else "same"


def six(
    asked: Asked, sums: Mapping[str, int], before: Mapping[str, int], standing: Standing, stopped: int
) -> list[Main]:
    """Received, accepted, concluded, open at the end, on-time rate, early rate; each with its change and its cases."""

    def change(name: str) -> Change:
        return count_change(sums[name], before.get(name, 0), asked.scope.least)

    counts = [
        Main(name, str(FLOWS[name]), thousands(sums[name]), asked.list_url(name), "blue", change(name))
        for name in ("received", "accepted", "concluded")
    ]
    last = asked.period.last
    opened = Main(
        "open",
        pgettext("board", "Open at the end"),
        thousands(standing.end),
        asked.scope.list_url("open", last, last),
        "blue",
        count_change(standing.end, standing.before_end, asked.scope.least),
        beside=_("of them stopped now: %(n)s") % {"n": thousands(stopped)} if last >= today() else "",
    )
    return [*counts, opened, _on_time(asked, sums, before), _early(asked, sums, before)]


def _on_time(asked: Asked, sums: Mapping[str, int], before: Mapping[str, int]) -> Main:
    return Main(
        "on_time_rate",
        _("On-time rate"),
        percent(RATE["on_time_rate"](sums)),
        asked.list_url("overdue"),
        "green",
        rate_change(based("on_time_rate", sums), based("on_time_rate", before), asked.scope.least),
        beside=_("late: %(n)s; extended: %(share)s")
        % {"n": thousands(sums["overdue"]), "share": percent(extended_share(sums))},
    )


def _early(asked: Asked, sums: Mapping[str, int], before: Mapping[str, int]) -> Main:
    return Main(
        "early_rate",
        _("Early rate"),
        percent(RATE["early_rate"](sums)),
        asked.list_url("early"),
        "green",
        rate_change(based("early_rate", sums), based("early_rate", before), asked.scope.least),
        beside=_("before the due day: %(n)s") % {"n": thousands(sums["early"])},
    )


def extended_share(sums: Mapping[str, int]) -> float | None:
    """Concluded promise cases whose limit had been extended; it stands beside every on-time rate."""
    return ratio(sums.get("extended", 0), sums.get("promise_concluded", 0))


# --- balance, rates, distribution ---------------------------------------------------------------------------------------


def balance(sums: Mapping[str, int], standing: Standing) -> Balance:
    """The equation of the period; neither end is computed from the other."""
    return Balance(standing.start, sums["accepted"], sums["concluded"], sums["ended_otherwise"], standing.end)


def days(value: float | None) -> str:
    return DASH if value is None else f"{value:.1f}"


def qualities(asked: Asked, sums: Mapping[str, int], before: Mapping[str, int]) -> list[Quality]:
    """Rates and means, each with its denominator and with what would make it look better than it is."""

    def row(label: str, show: Any, whole: str, figure: str, differ: Any) -> Quality:
        of = _("of %(n)s") % {"n": thousands(sums.get(whole, 0))}
        return Quality(label, show(sums), of, asked.list_url(figure), show(before), differ(sums, before))

    def rate(label: str, name: str, whole: str, figure: str) -> Quality:
        def read(of: Mapping[str, int]) -> Based:
            return _extended(of) if name == "extended_share" else based(name, of)

        def differ(a: Mapping[str, int], b: Mapping[str, int]) -> str:
            return rate_change(read(a), read(b), least).text

        return row(label, lambda of: percent(read(of).value), whole, figure, differ)

    def mean(label: str, name: str, whole: str) -> Quality:
        def differ(a: Mapping[str, int], b: Mapping[str, int]) -> str:
            return days_change(based(name, a), based(name, b), least)

        return row(label, lambda of: days(RATE[name](of)), whole, promise, differ)

    def count(label: str, name: str, whole: str) -> Quality:
        def read(of: Mapping[str, int]) -> int:
            return of.get(name, 0)

        return row(
            label, lambda of: thousands(read(of)), whole, name, lambda a, b: count_change(read(a), read(b), least).text
        )

    def late(of: Mapping[str, int]) -> str:
        return complement(RATE["on_time_rate"](of))

    def later(a: Mapping[str, int], b: Mapping[str, int]) -> str:
        # The change of a complement is that of the rate, the other way round.
        now, then = based("on_time_rate", a), based("on_time_rate", b)
        if min(now.base, then.base) < least:
            return rate_change(now, then, least).text
        return rate_change(then, now, least).text

    promise, otherwise, least = "promise_concluded", "ended_otherwise", asked.scope.least
    return [
        row(_("Overdue rate"), late, promise, "overdue", later),
        rate(_("Overdue rate with immediate items"), "overdue_rate_all", "concluded", "overdue_immediate"),
        count(_("Over the legal limit"), "overdue_legal", promise),
        rate(_("Extended share"), "extended_share", promise, "extended"),
        count(_("Withdrawn or terminated when overdue"), "withdrawn_overdue", otherwise),
        rate(_("Late first answers"), "late_answer_rate", "answers", "late_answers"),
        mean(_("Mean actual days"), "mean_actual_days", "with_actual_days"),
        mean(
            _("Mean days from filing to decision, stops included"), "mean_filing_to_decision_days", "with_filing_days"
        ),
        mean(_("Mean promised days"), "mean_promised_days", "with_promised_days"),
        mean(_("Mean legal days"), "mean_legal_days", "with_legal_days"),
        rate(_("Time compression"), "time_compression", promise, promise),
        rate(_("Immediate share"), "immediate_share", "concluded", "immediate_concluded"),
        rate(_("Online without a visit"), "online_rate", "concluded", "online_concluded"),
    ]


def _extended(sums: Mapping[str, int]) -> Based:
    return Based(extended_share(sums), sums.get("promise_concluded", 0))


def days_change(now: Based, before: Based, least: int) -> str:
    """The difference of two means as they are printed, in days; a dash where one of them has no cases.

    With fewer than `least` behind one of them nothing is said of a movement.
    """
    if now.value is None or before.value is None:
        return DASH
    if min(now.base, before.base) < least:
        return too_few(now.base, before.base)
    difference = round(round(now.value, 1) - round(before.value, 1), 1)
    return signed(f"{abs(difference):.1f}", difference)


@dataclass(frozen=True)
class Distribution:
    """How long concluded promise cases took, in working days: the chart, its buckets with links, percentiles."""

    chart: Chart
    buckets: list[tuple[str, int, str]]
    half: int | None
    nine_tenths: int | None
    nearly_all: int | None
    over: int  # the edge that nothing is said beyond


def distribution(asked: Asked, sums: Mapping[str, int]) -> Distribution:
    """From the histogram's cells; a percentile is the upper edge of its bucket, so never flattering."""
    labels = bucket_labels()
    counts = [sums.get(column, 0) for column in ACTUAL_DAYS.columns]
    chart = Chart(
        key="took",
        kind="bar",
        title=_("Working days from acceptance to the decision"),
        category_label=_("Working days"),
        categories=labels,
        series=[Series(pgettext("figure", "Applications"), counts)],
    )
    rows = zip(labels, counts, ACTUAL_DAYS.columns, strict=True)
    buckets = [(label, count, asked.list_url(column)) for label, count, column in rows if count]
    half, most, nearly = (percentile(ACTUAL_DAYS, sums, share) for share in (0.5, 0.9, 0.99))
    return Distribution(chart, buckets, half, most, nearly, ACTUAL_DAYS.edges[-1])


def bucket_labels() -> list[str]:
    """0, 1, 2, …, 11–15, …, over 90."""
    labels, below = [], -1
    for edge in ACTUAL_DAYS.edges:
        labels.append(str(edge) if edge == below + 1 else f"{below + 1}–{edge}")
        below = edge
    return [*labels, f">{below}"]
