"""Open contracting data for programs: packages by cursor, one process, whole years. No sign-in, no token."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.errors import NotFound
from portal.core.time import ZONE, now
from procurement.models import Category, Method
from procurement.opendata import flat, packages
from procurement.opendata.exact import digest, moment
from procurement.opendata.models import Process, Release

JSON = "application/json; charset=utf-8"
CHUNK = 200


def _first_second(text: str) -> dt.datetime:
    return dt.datetime.combine(queries.day(text), dt.time(0), ZONE)


def _after_day(text: str) -> dt.datetime:
    return _first_second(text) + dt.timedelta(days=1)


FILTERS: dict[str, queries.Parser] = {
    "since": _first_second,
    "until": _after_day,
    "category": queries.one_of(Category.values),
    "method": queries.one_of(Method.values),
    "buyer": queries.text(18),
}


def _asked(request: HttpRequest, name: str, known: Mapping[str, queries.Parser]) -> tuple[dict[str, Any], Asked]:
    asked = queries.read(request.GET, known, paged=True)
    return asked, Asked.of(name, request.GET, asked)


def _links(request: HttpRequest, cursor: str | None) -> dict[str, str]:
    """Where the next page is, as the standard's publishers write it."""
    if cursor is None:
        return {}
    query = request.GET.copy()
    query["cursor"] = cursor
    return {"next": f"{packages.absolute(request.path)}?{query.urlencode()}"}


def _answer(request: HttpRequest, text: str, changed: dt.datetime | None) -> HttpResponseBase:
    """The package with its tag and its moment; 304 for whoever has it already."""
    response = HttpResponse(text, content_type=JSON)
    return _conditional(request, response, f'"{digest(text)[:40]}"', changed)


def _conditional(request: HttpRequest, response: Any, tag: str, changed: dt.datetime | None) -> HttpResponseBase:
    response["ETag"] = tag
    response["Access-Control-Allow-Origin"] = "*"  # public data, read without cookies
    seconds = int(changed.timestamp()) if changed else None
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    found: HttpResponseBase | None = get_conditional_response(request, tag, seconds, response)
    return response if found is None else found


@require_safe
def releases(request: HttpRequest) -> HttpResponseBase:
    """The releases, the latest first, by cursor."""
    asked, place = _asked(request, "ocds-releases", {**FILTERS, "ocid": queries.text(80)})
    rows = Release.objects.visible_to(request.user).chosen(asked)
    found = _page(rows, place)
    shown = found[: place.limit]
    cursor = place.cursor(shown[-1].pk) if len(found) > place.limit else None
    changed = max((one.released_at for one in shown), default=None)
    text = packages.release_package(_uri(request), moment(changed or now()), shown, _links(request, cursor))
    return _answer(request, text, changed)


@require_safe
def records(request: HttpRequest) -> HttpResponseBase:
    """The records, the latest process first: each compiled, with the addresses of its releases. Two queries."""
    asked, place = _asked(request, "ocds-records", FILTERS)
    rows = Process.objects.visible_to(request.user).chosen(asked).prefetch_related(_releases(whole=False))
    found = _page(rows, place)
    shown = found[: place.limit]
    cursor = place.cursor(shown[-1].pk) if len(found) > place.limit else None
    changed = max((one.changed_at for one in shown), default=None)
    said = [packages.record(one, one.releases.all(), whole=False) for one in shown]
    text = packages.record_package(_uri(request), moment(changed or now()), said, _links(request, cursor))
    return _answer(request, text, changed)


def _page(rows: Any, place: Asked) -> list[Any]:
    """One more than the page has, newest first."""
    if place.after is not None:
        rows = rows.filter(pk__lt=place.after)
    return list(rows.order_by("-pk")[: place.limit + 1])


def _releases(*, whole: bool) -> Prefetch:
    rows = Release.objects.order_by("sequence")
    return Prefetch("releases", rows if whole else rows.defer("body"))


def _uri(request: HttpRequest) -> str:
    return packages.absolute(request.get_full_path())


def _process(request: HttpRequest, ocid: str) -> Process:
    rows = Process.objects.visible_to(request.user).filter(ocid=ocid).prefetch_related(_releases(whole=True))
    found = rows.first()
    if found is None:
        raise NotFound
    return found


@require_safe
def process_releases(request: HttpRequest, ocid: str) -> HttpResponseBase:
    """Every release of one process, the oldest first."""
    one = _process(request, ocid)
    text = packages.release_package(_uri(request), moment(one.changed_at), one.releases.all(), {})
    return _answer(request, text, one.changed_at)


@require_safe
def process_record(request: HttpRequest, ocid: str) -> HttpResponseBase:
    """The record of one process with its releases in it."""
    one = _process(request, ocid)
    said = [packages.record(one, one.releases.all(), whole=True)]
    text = packages.record_package(_uri(request), moment(one.changed_at), said, {})
    return _answer(request, text, one.changed_at)


# --- whole years --------------------------------------------------------------------------------------------------------


@require_safe
def year_releases(request: HttpRequest, year: int) -> HttpResponseBase:
    """All releases of a year, one a line."""
    rows = Release.objects.visible_to(request.user).filter(year=year)
    texts = rows.order_by("pk").values_list("body", flat=True)
    return _stream(request, rows.aggregate(n=Count("pk"), at=Max("released_at")), f"releases-{year}.jsonl",
                   packages.lines(texts.iterator(chunk_size=CHUNK)), "application/jsonl; charset=utf-8")  # fmt: skip


@require_safe
def year_records(request: HttpRequest, year: int) -> HttpResponseBase:
    """The compiled releases of all processes that began in a year, one a line."""
    rows = Process.objects.visible_to(request.user).filter(first_year=year)
    texts = (packages.compiled(one) for one in rows.order_by("pk").iterator(chunk_size=CHUNK))
    return _stream(request, _state(rows), f"compiled-{year}.jsonl", packages.lines(texts),
                   "application/jsonl; charset=utf-8")  # fmt: skip


@require_safe
def year_table(request: HttpRequest, year: int, table: str) -> HttpResponseBase:
    """One of the flat tables of the processes that began in a year."""
    if table not in flat.TABLES:
        raise NotFound
    rows = Process.objects.visible_to(request.user).filter(first_year=year)
    parts = flat.table(table, rows.order_by("pk").iterator(chunk_size=CHUNK))
    return _stream(request, _state(rows), f"{table}-{year}.csv", parts, "text/csv; charset=utf-8")


def _state(rows: Any) -> dict[str, Any]:
    found: dict[str, Any] = rows.aggregate(n=Count("pk"), at=Max("changed_at"))
    return found


def _stream(
    request: HttpRequest, state: Mapping[str, Any], name: str, parts: Iterable[str], kind: str
) -> HttpResponseBase:
    """A file that is written while it is sent, so that memory does not grow with the year. Raises NotFound for none."""
    if not state["n"]:
        raise NotFound
    response = StreamingHttpResponse(parts, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _conditional(request, response, f'"{digest(name + str(state["n"]) + str(state["at"]))[:40]}"', state["at"])


def years() -> list[int]:
    """The years of which there are files, newest first."""
    return sorted(set(Release.objects.values_list("year", flat=True).distinct()), reverse=True)


def endpoints() -> list[tuple[str, str]]:
    """Names and addresses of the packages, for the page that explains them."""
    return [(name, packages.absolute(reverse(f"opendata:{name}"))) for name in ("releases", "records")]
