"""What happened to cases: per case by its own gapless sequence; for a department by webhooks or its mailbox.

There is no feed of "everything after number n": numbers become visible in another order than they are given, and such
a reader would miss changes. The sequence of one case has no gaps, so following it is safe.
"""

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import shapes
from portal.api.representations import event_row
from portal.api.views.cases import STREAM, case_for
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.models import Event
from portal.people.clients.views import ClientView


class CaseEvents(ClientView):
    scopes = {"GET": "events:read"}

    @shapes.described(
        "events_list", "Events of a case, in the order of its own sequence", "events",
        ok=shapes.paged("EventPage", shapes.EVENT), refuses=(404, 422),
        parameters=[*shapes.CURSOR, Parameter("after", Types.INT, description="Only events with a higher sequence.")],
    )  # fmt: skip
    def get(self, request: Request, case_id: int) -> Response:
        asked = queries.read(request.query_params, {"after": queries.number}, paged=True)
        place = Asked.of("events", request.query_params, {**asked, "case": case_id})
        case = case_for(request, case_id)
        after = place.after if place.after is not None else asked.get("after", 0)
        rows = list(
            Event.objects.filter(stream=STREAM, stream_id=case.pk, sequence__gt=after).order_by("sequence")[
                : place.limit + 1
            ]
        )
        shown = rows[: place.limit]
        following = place.cursor(shown[-1].sequence) if len(rows) > place.limit else None
        return Response({"results": [event_row(row) for row in shown], "next_cursor": following})
