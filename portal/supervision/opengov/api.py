"""Open data for programs: the catalogue, the dictionary, and rows page by page. No token; a limit by the minute."""

import datetime as dt
from itertools import islice
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework import serializers as s
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.api import queries, shapes
from portal.core.api.cursors import Asked
from portal.core.api.etags import tagged
from portal.core.api.parsers import storable
from portal.core.api.problems import Faults, handler
from portal.core.datasets import Dataset, Span, datasets
from portal.core.errors import Invalid
from portal.supervision.opengov import catalogue
from portal.supervision.opengov.reading import PeriodForm, dataset_called
from portal.supervision.opengov.throttling import PublicThrottle
from portal.supervision.opengov.views.data import editions
from portal.supervision.opengov.writers import as_json

TAG = "open data"
EVERYWHERE = (405, 406, 429)  # no token is asked for, so none is missing
MOST_ROWS = 10_000  # by pages; a reader who wants more takes the file
DATASET_FIELDS: dict[str, Any] = {
    "code": s.CharField(),
    "title": s.CharField(),
    "about": s.CharField(),
    "publisher": s.CharField(),
    "licence": s.CharField(help_text="SPDX identifier."),
    "cycle": s.ChoiceField(choices=list(catalogue.CYCLES)),
    "whole": s.BooleanField(help_text="A list as it stands today: a period means nothing for it."),
    "changed_at": shapes.optional(s.DateTimeField, help_text="When its rows were last found changed."),
    "formats": s.ListField(child=s.CharField()),
    "page": s.CharField(),
}
COLUMN = shapes.shape(
    "OpenColumn",
    name=s.CharField(),
    title=s.CharField(),
    type=s.CharField(help_text="text, integer, number, boolean, date or moment."),
    unit=s.CharField(allow_blank=True),
    note=s.CharField(allow_blank=True),
    codes=s.DictField(child=s.CharField(), help_text="What the codes of the column mean."),
)
PERIOD = [
    Parameter("first", Types.DATE, description="First day; a year before the last one unless given."),
    Parameter("last", Types.DATE, description="Last day; today unless given."),
]


class OpenView(APIView):
    """The base of the open addresses: nobody has to say who they are."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (PublicThrottle,)
    renderer_classes = (JSONRenderer,)
    parser_classes = ()

    def get_exception_handler(self) -> Any:
        return handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what no text can hold before anybody looks at it."""
        if not all(storable(str(value)) for value in kwargs.values()):
            raise Http404
        for name, values in request.query_params.lists():
            if not all(storable(value) for value in (name, *values)):
                raise Faults({(name.replace("\0", ""),): Invalid.default_message}, query=True)
        super().initial(request, *args, **kwargs)


class OpenDatasets(OpenView):
    """All datasets; they are few, so there is no cursor."""

    @shapes.described(
        "open_datasets_list", "Open data: the catalogue", TAG,
        ok=shapes.shape(
            "OpenDatasetList", results=s.ListField(child=shapes.shape("OpenDataset", **DATASET_FIELDS))
        ),
        refuses=(422,), everywhere=EVERYWHERE,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        queries.read(request.query_params, {})
        known = editions()
        return tagged(request, {"results": [catalogue.summary(one, known.get(one.code)) for one in datasets()]})


class OneOpenDataset(OpenView):
    @shapes.described(
        "open_datasets_read", "Open data: one dataset with its dictionary", TAG,
        ok=shapes.shape("OpenDatasetGuide", **DATASET_FIELDS, columns=s.ListField(child=COLUMN)),
        refuses=(404, 422), everywhere=EVERYWHERE,
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        queries.read(request.query_params, {})
        one = dataset_called(code)
        found = catalogue.summary(one, editions().get(one.code))
        return tagged(request, {**found, "columns": catalogue.dictionary(one)})


class OpenRows(OpenView):
    @shapes.described(
        "open_datasets_rows", "Open data: the rows of a period, page by page", TAG,
        ok=shapes.shape(
            "OpenRowPage", first=shapes.optional(s.DateField), last=shapes.optional(s.DateField),
            results=s.ListField(child=s.DictField(), help_text="Objects with the columns' names."),
            next_cursor=shapes.optional(s.CharField),
        ),
        parameters=[*PERIOD, *shapes.CURSOR], refuses=(404, 422), everywhere=EVERYWHERE,
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        one = dataset_called(code)
        asked = queries.read(request.query_params, {"first": queries.day, "last": queries.day}, paged=True)
        span = _span(asked)
        place = Asked.of(f"open:{one.code}", request.query_params, {"first": span.first, "last": span.last})
        return tagged(request, _rows(one, span, place))


def _span(asked: dict[str, dt.date]) -> Span:
    """The period; its faults with the names of the parameters. Raises Faults."""
    form = PeriodForm({name: asked[name].isoformat() if name in asked else "" for name in ("first", "last")})
    if not form.is_valid():
        raise Faults({(name,): str(texts[0]) for name, texts in form.errors.items()}, query=True)
    return form.span()


def _rows(one: Dataset, span: Span, place: Asked) -> dict[str, Any]:
    """A page: the rows behind those that were given before. Raises Faults for a reader who should take the file."""
    before = int(place.after or 0)
    if before + place.limit > MOST_ROWS:
        raise Faults(
            {("cursor",): _("More than 10,000 rows are not given page by page. Take the file, or a shorter period.")},
            query=True,
        )
    found = list(islice(one.rows(span), before, before + place.limit + 1))
    names = [column.name for column in one.columns]
    shown = [{name: as_json(value) for name, value in zip(names, row, strict=True)} for row in found[: place.limit]]
    more = len(found) > place.limit
    return {
        "first": None if one.whole else span.first,
        "last": None if one.whole else span.last,
        "results": shown,
        "next_cursor": place.cursor(before + place.limit) if more else None,
    }
