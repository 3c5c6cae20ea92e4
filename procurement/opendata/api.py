"""The register of deals for departments' own systems: a list by cursor, and one deal. Reading only."""

from typing import Any

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from portal.core.api import queries, shapes
from portal.core.api.cursors import Asked
from portal.core.api.etags import tagged
from portal.core.errors import NotFound
from portal.people.clients.views import ClientView
from procurement.models import Category, Deal, Method, Status

TAG = "deals"
READ = "deals:read"
COLUMNS = (
    "id", "source", "external_id", "category", "method", "below_threshold", "title", "buyer", "winner", "status",
    "listed_on", "awarded_on", "budget_fen", "control_price_fen", "start_fen", "deal_fen", "base_fen", "savings_fen",
    "premium_fen",
)  # fmt: skip
FILTERS: dict[str, queries.Parser] = {
    "category": queries.one_of(Category.values),
    "method": queries.one_of(Method.values),
    "status": queries.one_of(Status.values),
    "below_threshold": queries.flag,
    "from": queries.day,
    "to": queries.day,
}
NAMES = {"from": "listed_on__gte", "to": "listed_on__lte"}
FEN, ONE_OF = "In fen.", "One of: %s."
DEAL = shapes.shape(
    "Deal",
    id=s.IntegerField(),
    source=s.CharField(help_text="`own` for tenders of this portal, otherwise the system that sent it."),
    external_id=s.CharField(),
    category=s.CharField(help_text=ONE_OF % ", ".join(Category.values)),
    method=s.CharField(help_text="Empty where it is not known."),
    below_threshold=s.BooleanField(),
    title=s.CharField(),
    buyer=s.CharField(),
    winner=s.CharField(),
    status=s.CharField(help_text=ONE_OF % ", ".join(Status.values)),
    listed_on=s.DateField(),
    awarded_on=shapes.optional(s.DateField),
    budget_fen=shapes.optional(s.IntegerField, help_text=FEN),
    control_price_fen=shapes.optional(s.IntegerField, help_text=FEN),
    start_fen=shapes.optional(s.IntegerField, help_text=FEN),
    deal_fen=shapes.optional(s.IntegerField, help_text=FEN),
    base_fen=shapes.optional(s.IntegerField, help_text="The control price, else the budget, in fen."),
    savings_fen=shapes.optional(s.IntegerField, help_text="Base less deal, in fen; null for sales and without a base."),
    premium_fen=shapes.optional(s.IntegerField, help_text="Deal less starting price of a sale, in fen."),
)


class Deals(ClientView):
    """The deals, the latest entered first."""

    scopes = {"GET": READ}

    @shapes.described(
        "deals_list", "Deals of public trading, the latest entered first", TAG,
        ok=shapes.paged("DealPage", DEAL), refuses=(422,),
        parameters=[
            *shapes.CURSOR,
            Parameter("category", Types.STR, enum=Category.values),
            Parameter("method", Types.STR, enum=Method.values),
            Parameter("status", Types.STR, enum=Status.values),
            Parameter("below_threshold", Types.BOOL),
            Parameter("from", Types.DATE, description="Listed on this day or later."),
            Parameter("to", Types.DATE, description="Listed on this day or earlier."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = queries.read(request.query_params, FILTERS, paged=True)
        place = Asked.of("deals", request.query_params, asked)
        narrowed: dict[str, Any] = {NAMES.get(name, name): value for name, value in asked.items()}
        rows = Deal.objects.visible_to(request.user).filter(**narrowed)
        found = place.slice(rows.values(*COLUMNS), "-id")
        return tagged(request, {"results": found.rows, "next_cursor": found.next_cursor})


class OneDeal(ClientView):
    """One deal."""

    scopes = {"GET": READ}

    @shapes.described("deals_read", "One deal of public trading", TAG, ok=DEAL, refuses=(404,))
    def get(self, request: Request, deal_id: int) -> Response:
        row = Deal.objects.visible_to(request.user).filter(pk=deal_id).values(*COLUMNS).first()
        if row is None:
            raise NotFound
        return tagged(request, row)
