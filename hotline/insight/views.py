"""Pages of the insight: the rates with their points, topics and rises, and the tickets behind them."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hotline.insight import figures, policies
from hotline.insight import topics as read_topics
from hotline.insight.figures import BY, BY_LABELS, Asked, insight, rate_words
from hotline.insight.topics import Behind, Names
from hotline.lifecycle import TICKET
from portal.core.errors import NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_insight)
overseers = allowed_to(policies.sees_all)
USUAL_DAYS, MOST_DAYS = 30, 366
ONE_DAY = dt.timedelta(days=1)


def asked_of(request: HttpRequest) -> Asked:
    """As the address says it. The period ends yesterday at the latest: what is due today is not late yet."""
    user: Any = request.user
    yesterday = today() - ONE_DAY
    last = min(_day(request.GET.get("to", "")) or yesterday, yesterday)
    first = _day(request.GET.get("from", "")) or last - dt.timedelta(days=USUAL_DAYS - 1)
    first = min(max(first, last - dt.timedelta(days=MOST_DAYS - 1)), last)
    by = request.GET.get("by", "")
    return Asked(first, last, by if by in BY else "department", policies.departments_of(user))


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@never_cache
@require_safe
@readers
def rates(request: HttpRequest) -> HttpResponse:
    """Response, resolution, satisfaction, on time, returned, redone, reopened; from the cells only."""
    asked = asked_of(request)
    found = insight(asked)
    words = rate_words()
    context = {
        "asked": asked,
        "ways": BY_LABELS.items(),
        "found": found,
        "lines": [(line, _told(line)) for line in found.lines],
        "total": _told(found.total),
        "words": [words[code] for code in figures.RATES],
        "weights": [(words[code], points) for code, points in found.weights.value.items() if code in words],
        "chart": found.chart() if found.lines else None,
        "yesterday": today() - ONE_DAY,
        "sees_all": policies.sees_all(request.user),
    }
    return render(request, "insight/rates.html", context)


def _told(line: figures.Line) -> list[tuple[str, float | None]]:
    """The rates of a row with their words, in order."""
    words = rate_words()
    return [(words[code], line.rates[code]) for code in figures.RATES]


@never_cache
@require_safe
@overseers
def topics(request: HttpRequest) -> HttpResponse:
    """Hot topics of the last week, and sudden rises of the last two."""
    until = read_topics.counted_until()
    context = {
        "until": until,
        "since": until - dt.timedelta(days=read_topics.WEEK - 1) if until else None,
        "rises": read_topics.rises(until) if until else [],
        "hot": read_topics.hot(until) if until else [],
    }
    return render(request, "insight/topics.html", context)


@never_cache
@require_safe
@overseers
def behind(request: HttpRequest) -> HttpResponse:
    """The tickets that a topic or a rise was counted from."""
    asked = Behind.of(request.GET)
    if asked is None:
        raise NotFound()
    rows = asked.tickets(request.user).select_related("department", "category")
    page = page_of(rows, "-recorded_at", request.GET.get("cursor", ""))
    context = {
        "asked": asked,
        "name": Names([(asked.subject, asked.key)]).of(asked.subject, asked.key) or asked.key,
        "page": page,
        "rows": [(row, TICKET.states[row.state].label) for row in page.rows],
    }
    return render(request, "insight/behind.html", context)
