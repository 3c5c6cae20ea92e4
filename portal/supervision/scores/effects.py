"""What came of a suggestion: the indicator in the weeks before and after it was asked for."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from portal.core.charts import Chart, Series
from portal.core.time import local_date
from portal.supervision.scores import weeks
from portal.supervision.scores.models import Proposal, Row, Span
from portal.supervision.scores.showing import value_of, value_text

BEFORE, AFTER = 8, 26  # weeks that are looked at


@dataclass(frozen=True)
class Week:
    """The indicator in one week; `after`: the week began after it was asked for."""

    name: str
    value: str
    after: bool


@dataclass(frozen=True)
class Effect:
    """Week by week, and the latest value after beside the one that it began with."""

    weeks: list[Week]
    latest: str
    better: bool | None  # None while no later week says anything
    chart: Chart | None


def of(proposal: Proposal) -> Effect:
    """Two versions of an indicator are one line as long as they read the same figure; one query."""
    week, one = proposal.row.edition.week, proposal.indicator
    rows = Row.objects.filter(
        department=proposal.department_id, span=Span.WEEK, edition__is_current=True,
        edition__week__range=(week - BEFORE * weeks.SEVEN_DAYS, week + AFTER * weeks.SEVEN_DAYS),
    )  # fmt: skip
    found: list[tuple[Week, float | None]] = []
    asked_on = local_date(proposal.asked_at)
    for row in rows.select_related("edition").order_by("edition__week"):
        part = row.part(one.code)
        value = value_of(one.unit, part) if part else None
        after = row.edition.week > asked_on
        found.append((Week(row.edition.name, value_text(one.unit, part), after), value))
    later = [(line, value) for line, value in found if line.after and value is not None]
    before = value_of(one.unit, proposal.before)
    better = None
    if later and before is not None and later[-1][1] is not None:
        better = later[-1][1] > before if one.higher_is_better else later[-1][1] < before
    return Effect(
        [line for line, _value in found], later[-1][0].value if later else "", better, _chart(proposal, found)
    )


def _chart(proposal: Proposal, found: list[tuple[Week, float | None]]) -> Chart | None:
    if len(found) < 2:
        return None
    values = [None if value is None else round(value, 2) for _line, value in found]
    title = proposal.indicator.display_title
    return Chart(
        key="effect", kind="line", title=title, category_label=pgettext("ranking week", "Week"),
        categories=[line.name for line, _value in found], series=[Series(title, values)],
        unit="%" if proposal.indicator.unit == "share" else "",
    )  # fmt: skip
