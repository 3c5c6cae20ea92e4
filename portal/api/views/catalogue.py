"""The catalogue for programs: departments, items, guides with materials and the schema of the form, versions."""

from typing import Any

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.cases.catalogue_memory import asked_by
from approvals.catalogue.formschema import to_json_schema
from approvals.catalogue.models import Item, ItemVersion
from portal.api import shapes
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.api.etags import tagged
from portal.core.errors import NotFound
from portal.core.search import search
from portal.people.clients.views import ClientView
from portal.people.models import Department

TAG = "catalogue"
COLUMNS = (
    "code", "name", "name_en", "department__code", "type", "status", "enterprise", "current__number", "current__kind",
    "current__legal_days", "current__promised_days", "current__fee_fen", "current__online", "current__visits",
)  # fmt: skip
FILTERS: dict[str, queries.Parser] = {
    "department": queries.text(32),
    "type": queries.one_of(Item.Type.values),
    "kind": queries.one_of(ItemVersion.Kind.values),
    "online": queries.flag,
    "open": queries.flag,
}
FOUND_AT_MOST = 50


def item_row(row: dict[str, Any]) -> dict[str, Any]:
    """One item with what its present version promises."""
    return {
        **{name: row[name] for name in ("code", "name", "name_en", "type", "status", "enterprise")},
        "department": row["department__code"],
        "version": row["current__number"],
        **{name: row[f"current__{name}"] for name in COLUMN_TAILS},
    }


COLUMN_TAILS = ("kind", "legal_days", "promised_days", "fee_fen", "online", "visits")


class Departments(ClientView):
    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "departments_list", "Departments", TAG,
        ok=shapes.paged("DepartmentPage", shapes.DEPARTMENT), parameters=shapes.CURSOR, refuses=(422,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        queries.read(request.query_params, {}, paged=True)
        place = Asked.of("departments", request.query_params, {})
        rows = Department.objects.filter(provisional=False)
        found = place.slice(rows.values("code", "name", "name_en", "level", "phone", "closed_on"), "code")
        return tagged(request, {"results": found.rows, "next_cursor": found.next_cursor})


class Items(ClientView):
    """All items that the public sees; `q` asks the portal's search instead and gives its best answers."""

    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "items_list", "Items: by filter page by page, or by words the best answers", TAG,
        ok=shapes.paged("ItemPage", shapes.ITEM), refuses=(422,),
        parameters=[
            *shapes.CURSOR,
            Parameter("q", Types.STR, description="Everyday words; at most 50 answers, no cursor."),
            Parameter("department", Types.STR),
            Parameter("type", Types.STR, enum=Item.Type.values),
            Parameter("kind", Types.STR, enum=ItemVersion.Kind.values),
            Parameter("online", Types.BOOL),
            Parameter("open", Types.BOOL, description="Open to filing today, or not."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = queries.read(request.query_params, {**FILTERS, "q": queries.text(100)}, paged=True)
        place = Asked.of("items", request.query_params, asked)
        rows: Any = _filtered(asked)
        if words := asked.get("q"):
            nearest: Any = search(rows, words).rows
            found = list(nearest.nearest_first(words).values(*COLUMNS)[: min(place.limit, FOUND_AT_MOST)])
            return tagged(request, {"results": [item_row(row) for row in found], "next_cursor": None})
        part = place.slice(rows.values(*COLUMNS), "code")
        return tagged(request, {"results": [item_row(row) for row in part.rows], "next_cursor": part.next_cursor})


def _filtered(asked: dict[str, Any]) -> Any:
    rows = Item.objects.exclude(status=Item.Status.DRAFT)
    names = {"department": "department__code", "type": "type", "kind": "current__kind", "online": "current__online"}
    rows = rows.filter(**{names[name]: value for name, value in asked.items() if name in names})
    if "open" in asked:
        opened = Item.objects.open_to_filing().values("pk")
        rows = rows.filter(pk__in=opened) if asked["open"] else rows.exclude(pk__in=opened)
    return rows


class OneItem(ClientView):
    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "items_read", "The guide of an item, with materials and form", TAG, ok=shapes.GUIDE, refuses=(404,)
    )
    def get(self, request: Request, code: str) -> Response:
        item = Item.objects.exclude(status=Item.Status.DRAFT).select_related("current").filter(code=code).first()
        row = Item.objects.filter(pk=item.pk).values(*COLUMNS).first() if item else None
        if item is None or row is None:
            raise NotFound
        return tagged(request, {**item_row(row), **_guide(item)})


def _guide(item: Item) -> dict[str, Any]:
    version = item.current
    asked = asked_by(version) if version else None
    return {
        "open_to_filing": item.is_open_to_filing,
        "conditions": version.conditions if version else "",
        "legal_grounds": version.legal_grounds if version else [],
        "channels": version.channels if version else [],
        "review_steps": version.review_steps if version else 0,
        "valid_from": version.valid_from if version else None,
        "valid_to": version.valid_to if version else None,
        "materials": [_material(one) for one in asked.materials] if asked else [],
        "form_schema": to_json_schema(asked.definition) if asked and asked.definition else None,
    }


def _material(one: Any) -> dict[str, Any]:
    names = ("code", "name", "name_en", "required", "tolerable", "committable", "kind", "copies", "note")
    return {name: getattr(one, name) for name in names}


class Versions(ClientView):
    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "versions_list", "What an item promised, version by version, newest first", TAG,
        ok=shapes.paged("VersionPage", shapes.VERSION), parameters=shapes.CURSOR, refuses=(404, 422),
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        queries.read(request.query_params, {}, paged=True)
        place = Asked.of("versions", request.query_params, {"item": code})
        item = Item.objects.exclude(status=Item.Status.DRAFT).filter(code=code).values_list("pk", flat=True).first()
        if item is None:
            raise NotFound
        names = (
            "number", "state", "kind", "legal_days", "promised_days", "fee_fen", "valid_from", "valid_to",
        )  # fmt: skip
        rows = ItemVersion.objects.filter(item=item).exclude(state=ItemVersion.State.DRAFT)
        found = place.slice(rows.values(*names), "-number")
        return tagged(request, {"results": found.rows, "next_cursor": found.next_cursor})
