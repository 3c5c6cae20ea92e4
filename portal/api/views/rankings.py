"""The published weekly rankings of departments: the weeks, and one of them with its rows."""

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import shapes
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.api.etags import tagged
from portal.core.errors import NotFound
from portal.people.clients.views import ClientView
from portal.supervision.scores.models import Edition
from portal.supervision.scores.published import for_api
from portal.supervision.scores.weeks import name_of, sunday_of

TAG = "indicators"
COLUMNS = ("week", "number", "scheme__number", "published_at")
FILTERS: dict[str, queries.Parser] = {"from": queries.day, "to": queries.day}


class Rankings(ClientView):
    scopes = {"GET": "indicators:read"}

    @shapes.described(
        "rankings_list", "Published weekly rankings, the latest week first", TAG,
        ok=shapes.paged("RankingPage", shapes.RANKING), refuses=(422,),
        parameters=[
            *shapes.CURSOR,
            Parameter("from", Types.DATE, description="Weeks that begin on this day or later."),
            Parameter("to", Types.DATE, description="Weeks that begin on this day or earlier."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = queries.read(request.query_params, FILTERS, paged=True)
        place = Asked.of("rankings", request.query_params, asked)
        rows = Edition.objects.published()
        if "from" in asked:
            rows = rows.filter(week__gte=asked["from"])
        if "to" in asked:
            rows = rows.filter(week__lte=asked["to"])
        if place.after is not None:
            rows = rows.filter(week__lt=place.after)
        found = place.cut([_listed(row) for row in rows.order_by("-week").values(*COLUMNS)[: place.limit + 1]], "first")
        return tagged(request, {"results": found.rows, "next_cursor": found.next_cursor})


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "week": name_of(row["week"]), "first": row["week"].isoformat(), "last": sunday_of(row["week"]).isoformat(),
        "edition": row["number"], "version": row["scheme__number"], "published_at": row["published_at"].isoformat(),
    }  # fmt: skip


class OneRanking(ClientView):
    scopes = {"GET": "indicators:read"}

    @shapes.described(
        "rankings_read", "One published week with points, ranks and indicators of all departments", TAG,
        ok=shapes.RANKING_WITH_ROWS, refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, first: str) -> Response:
        try:
            week = dt.date.fromisoformat(first)
        except ValueError:
            raise NotFound() from None
        edition = get_object_or_404(Edition.objects.published().select_related("scheme"), week=week)
        return tagged(request, for_api(edition))
