"""The nine questions that people ask most, each answered by a figure: with its formula, its source and its data."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hall.queue.measures import WAIT, minutes_at
from portal.core.charts import Chart, Series
from portal.core.money import format_wan
from portal.core.statistics import ratio
from portal.core.templatetags.portal import in_chinese, money, percent, thousands
from portal.supervision.opengov.figures import Figures, rate


@dataclass(frozen=True)
class Live:
    """One line of the live figures, as text."""

    label: str
    today: str
    month: str
    year: str
    url: str


@dataclass(frozen=True)
class Answer:
    """A question with its answer. `dataset` is the code of the data behind it, `url` the page that says more."""

    key: str
    question: str
    value: str
    basis: str
    formula: str
    source: str
    dataset: str
    url: str = ""
    tone: str = ""


def live(figures: Figures) -> list[Live]:
    """Today, this month and this year, to the moment of the freshness."""
    lines = (
        (_("Applications received"), figures.cases, "received", thousands, "catalogue:list"),
        (_("Applications concluded"), figures.cases, "concluded", thousands, "promises:public"),
        (_("Decided online without a visit"), figures.cases, "online_concluded", thousands, "catalogue:list"),
        (_("People served at the windows"), figures.hall, "served", thousands, "queue:halls"),
        (_("Requests to the 12345 hotline"), figures.hotline, "recorded", thousands, "hotline:ask-new"),
        (_("Ratings given"), figures.ratings, "given", thousands, "ratings:public"),
        (_("Deals of public trading"), figures.deals, "deals", thousands, "procurement:deals"),
        (_("Money saved by public trading"), figures.deals, "savings_fen", large_money, "procurement:deals"),
    )
    return [
        Live(
            label,
            today=written(sums.today[name]),
            month=written(sums.month[name]),
            year=written(sums.year[name]),
            url=reverse(url),
        )
        for label, sums, name, written, url in lines
    ]


def large_money(fen: int | None) -> str:
    """Ten thousands of yuan in Chinese, as budgets are written there; the amount itself in English."""
    if fen is None or not in_chinese() or abs(fen) < 1_000_000:
        return money(fen)
    return f"{format_wan(fen)} 万元"


def number(value: float | None, digits: int = 1) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"


def answers(figures: Figures) -> list[Answer]:
    """The nine answers, about the twelve months up to yesterday."""
    cases = figures.cases.twelve
    return [
        *_how_many(figures, cases),
        *_how_fast(figures, cases),
        *_how_satisfied(figures),
        _trading(figures),
    ]


def _how_many(figures: Figures, cases: dict[str, int]) -> list[Answer]:
    hotline = figures.hotline.twelve
    on_time = ratio(hotline["on_time"], hotline["due"])
    return [
        Answer(
            "concluded",
            _("How many applications were decided?"),
            thousands(cases["concluded"]),
            _("of %(n)s received") % {"n": thousands(cases["received"])},
            _("All applications approved or refused in these twelve months, each counted on the day of its decision."),
            _("The register of applications"),
            "approvals-daily",
            reverse("catalogue:list"),
        ),
        Answer(
            "online",
            _("How many did not need to come?"),
            percent(rate("online_rate", cases)),
            _("%(n)s decided online without a visit") % {"n": thousands(cases["online_concluded"])},
            _(
                "Decided applications that were filed online and needed no visit to a window, divided by all decided ones."
            ),
            _("The register of applications"),
            "approvals-daily",
            reverse("catalogue:list"),
        ),
        Answer(
            "hotline",
            _("Does the 12345 hotline answer in time?"),
            percent(on_time),
            _("%(on_time)s of %(due)s requests that were due")
            % {"on_time": thousands(hotline["on_time"]), "due": thousands(hotline["due"])},
            _(
                "Requests answered at or before their limit, divided by all requests whose limit fell into these months."
            ),
            _("The tickets of the hotline"),
            "hotline-monthly",
            reverse("hotline:ask-new"),
        ),
    ]


def _how_fast(figures: Figures, cases: dict[str, int]) -> list[Answer]:
    hall = figures.hall.twelve
    half, most = minutes_at(WAIT, 0.5, hall), minutes_at(WAIT, 0.9, hall)
    return [
        Answer(
            "days",
            _("How long does a decision take?"),
            _("%(n)s working days") % {"n": number(rate("mean_actual_days", cases))},
            _("promised: %(n)s on the mean") % {"n": number(rate("mean_promised_days", cases))},
            _(
                "Working days from acceptance to decision without the days on which the clock stood, summed and"
                " divided by the decisions. Applications decided on the spot are not counted."
            ),
            _("The register of applications"),
            "approvals-daily",
            reverse("promises:public"),
        ),
        Answer(
            "on_time",
            _("How many decisions keep the promise?"),
            percent(rate("on_time_rate", cases)),
            _("%(n)s came after the promised day") % {"n": thousands(cases["overdue"])},
            _("Decisions on or before the promised day, divided by all decisions with a promised day."),
            _("The register of applications"),
            "approvals-daily",
            reverse("promises:public"),
        ),
        Answer(
            "late",
            _("What is late at this moment?"),
            thousands(figures.open["open_overdue"]),
            _("of %(n)s applications under way") % {"n": thousands(figures.open["open"])},
            _("Accepted applications that were not decided at the end of yesterday although their promised day had passed."),
            _("The register of applications"),
            "approvals-daily",
            tone="red" if figures.open["open_overdue"] else "green",
        ),
        Answer(
            "waiting",
            _("How long does one wait in the hall?"),
            ngettext("%(n)s minute", "%(n)s minutes", half or 0) % {"n": thousands(half)},
            _("nine of ten people at most %(n)s") % {"n": thousands(most)},
            _("Half of all people were called within this time after taking their number. Rounded up, never down."),
            _("The queue of the hall"),
            "hall-waiting",
            reverse("queue:halls"),
        ),
    ]  # fmt: skip


def _how_satisfied(figures: Figures) -> list[Answer]:
    rated = figures.ratings.twelve
    rectified = ratio(rated["rectified_in_time"], rated["rectification_due"])
    return [
        Answer(
            "satisfied",
            _("How satisfied are people?"),
            percent(ratio(rated["satisfied"], rated["given"])),
            _("%(n)s ratings; bad ones put right in time: %(share)s")
            % {"n": thousands(rated["given"]), "share": percent(rectified)},
            _(
                "Ratings of grade 3 to 5 of 5, divided by all ratings that people really gave. A default that"
                " the system noted because nobody rated is left out."
            ),
            _("Ratings at the windows, online and by telephone"),
            "ratings-monthly",
            reverse("ratings:public"),
        ),
    ]  # fmt: skip


def _trading(figures: Figures) -> Answer:
    deals = figures.deals.twelve
    return Answer(
        "saved",
        _("What did public trading save?"),
        percent(ratio(deals["savings_fen"], deals["base_fen"])),
        ngettext("%(money)s in %(n)s deal", "%(money)s in %(n)s deals", deals["deals"])
        % {"money": large_money(deals["savings_fen"]), "n": thousands(deals["deals"])},
        _(
            "Control price (or budget, where there is none) less the price agreed, summed, and divided by"
            " the sum of the former. Sales of land and property are not counted."
        ),
        _("The register of deals"),
        "deals",
        reverse("procurement:deals"),
    )  # fmt: skip


def charts(figures: Figures) -> list[Chart]:
    """What came and went by month, and the rates that people look at; a month without a denominator is a gap."""
    months = figures.months
    labels = [f"{month:%Y-%m}" for month in months]
    sums: dict[str, Any] = {name: getattr(figures, name).months for name in ("cases", "ratings", "hotline", "hall")}

    def counts(kind: str, name: str) -> list[int]:
        return [sums[kind].get(month, {}).get(name, 0) for month in months]

    def shares(kind: str, part: str, whole: str) -> list[float | None]:
        return [_share(sums[kind].get(month, {}), part, whole) for month in months]

    in_time = [_points(rate("on_time_rate", sums["cases"].get(month, {}))) for month in months]
    return [
        Chart(
            key="flows",
            kind="line",
            title=_("Applications, visits and requests by month"),
            category_label=_("Month"),
            categories=labels,
            series=[
                Series(_("Applications received"), counts("cases", "received")),
                Series(_("Applications concluded"), counts("cases", "concluded")),
                Series(_("People served at the windows"), counts("hall", "served")),
                Series(_("Requests to the 12345 hotline"), counts("hotline", "recorded")),
            ],
        ),
        Chart(
            key="rates",
            kind="line",
            title=_("In time and to people's satisfaction, by month"),
            category_label=_("Month"),
            categories=labels,
            unit="%",
            series=[
                Series(_("Decisions that keep the promise"), in_time),
                Series(_("Hotline answers in time"), shares("hotline", "on_time", "due")),
                Series(_("Satisfied with the service"), shares("ratings", "satisfied", "given")),
            ],
        ),
    ]


def _share(sums: dict[str, int], part: str, whole: str) -> float | None:
    return _points(ratio(sums.get(part, 0), sums.get(whole, 0)))


def _points(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
