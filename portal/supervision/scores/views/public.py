"""The public board: the last published week, the indicators in everyday words, and the rows as a file."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.errors import NotFound
from portal.supervision.scores import published, showing, weeks
from portal.supervision.scores.models import Edition, Span

OFFERED = 26  # published weeks of the choice


def _asked(request: HttpRequest) -> Edition | None:
    """The published edition of the week that was asked for, else the latest."""
    rows = Edition.objects.published().select_related("scheme")
    week = weeks.week_named(request.GET.get("week", ""))
    chosen = rows.filter(week=week).first() if week else None
    return chosen or rows.order_by("-week").first()


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Ranks, points and indicators of a published week, for everybody."""
    edition = _asked(request)
    span = request.GET.get("span", "")
    span = span if span in Span.values else Span.WEEK.value
    context: dict[str, Any] = {"edition": edition, "span": span, "spans": Span.choices}
    if edition is not None:
        indicators = list(edition.scheme.indicators.all())
        ranked, apart = published.lines(edition, indicators, span)
        first, last = edition.days(span)
        offered = Edition.objects.published().order_by("-week").values_list("week", flat=True)[:OFFERED]
        context |= {
            "ranked": ranked, "apart": apart, "first": first, "last": last,
            "indicators": showing.with_ends(indicators),
            "weeks": [(one, weeks.name_of(one)) for one in offered],
        }  # fmt: skip
    return render(request, "scores/public.html", context)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The published rows of a week as CSV (UTF-8 with a mark, as office programs want it)."""
    edition = _asked(request)
    if edition is None:
        raise NotFound()
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="weekly-ranking-{edition.name}.csv"'
    writer = csv.writer(answer)
    writer.writerow([column.name for column in published.COLUMNS])
    writer.writerows(published.rows_of(Edition.objects.filter(pk=edition.pk)))
    return answer
