"""The indicators of the token's department: the same object as `manage.py indicators --json`."""

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import shapes
from portal.core.api import queries
from portal.core.api.etags import tagged
from portal.core.api.problems import Faults
from portal.core.errors import Invalid, NotAllowed
from portal.people.clients.views import ClientView, client_of
from portal.supervision.indicators import DIMENSIONS, indicators

MISSING = Invalid.default_message
LONGEST_DAYS = 3660  # of a period


class Indicators(ClientView):
    scopes = {"GET": "indicators:read"}

    @shapes.described(
        "indicators", "Indicators of the own department", "indicators",
        ok=Types.OBJECT, refuses=(422,),
        parameters=[
            Parameter("from", Types.DATE, required=True),
            Parameter("to", Types.DATE, required=True),
            Parameter("as_of", Types.DATE, description="The day that balances are of."),
            Parameter("by", Types.STR, enum=DIMENSIONS),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        known = {"from": queries.day, "to": queries.day, "as_of": queries.day, "by": queries.one_of(DIMENSIONS)}
        asked = queries.read(request.query_params, known)
        if lacking := [name for name in ("from", "to") if name not in asked]:
            raise Faults({(name,): MISSING for name in lacking}, query=True)
        department = client_of(request).department
        if department is None:
            raise NotAllowed
        first, last = asked["from"], asked["to"]
        if (last - first).days > LONGEST_DAYS or not 2000 <= first.year <= 2100:
            raise Faults({("from",): MISSING}, query=True)
        found = indicators(first, last, as_of=asked.get("as_of"), department_code=department.code, by=asked.get("by"))
        return tagged(request, found)
