"""Cases of the token's department: list, file, read, answers, steps, timeline."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.cases import timeline
from approvals.cases.actions import discard_draft
from approvals.cases.actions.sent_in import remote_step, send_in, write_answers
from approvals.cases.effects import content_of
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from portal.api import inputs, shapes
from portal.api.listing import case_list
from portal.api.representations import CASE_COLUMNS, case_row, personal_part
from portal.core import access
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.api.etags import version_asked, version_tag
from portal.core.errors import Invalid, NotFound
from portal.core.lifecycle import Ask, Transition
from portal.people.clients.views import ClientView, account_of, actor_for, allows, client_of, once_key

TAG = "cases"
STREAM = "cases.case"
FILTERS: dict[str, queries.Parser] = {
    "state": queries.one_of(sorted(CASE.states)),
    "item": queries.text(80),
    "number": queries.text(40),
    "external_id": queries.text(120),
    "open": queries.flag,
    "submitted_from": queries.day,
    "submitted_to": queries.day,
}


def case_for(request: Request, case_id: int) -> Case:
    """The case, if this system may see it. Raises NotFound for all others, missing ones included."""
    found = Case.objects.visible_to(account_of(request)).select_related("item", "version", "department", "principal")
    case = found.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def query_parameters() -> list[Any]:
    from drf_spectacular.types import OpenApiTypes as Types
    from drf_spectacular.utils import OpenApiParameter as Parameter

    return [
        *shapes.CURSOR,
        Parameter("state", Types.STR, enum=sorted(CASE.states), description="`draft` lists what this system drafted."),
        Parameter("item", Types.STR, description="Code of the item."),
        Parameter("number", Types.STR),
        Parameter("external_id", Types.STR, description="The sender's own number."),
        Parameter("open", Types.BOOL, description="Filed and not ended, or ended."),
        Parameter("submitted_from", Types.DATE),
        Parameter("submitted_to", Types.DATE),
    ]


class Cases(ClientView):
    """GET the department's cases, newest first; POST a filing."""

    scopes = {"GET": "cases:read", "POST": "cases:write"}

    @shapes.described(
        "cases_list", "Cases of the department, newest first", TAG,
        ok=shapes.paged("CasePage", shapes.CASE), parameters=query_parameters(), refuses=(422,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = queries.read(request.query_params, FILTERS, paged=True)
        department = client_of(request).department_id
        place = Asked.of("cases", request.query_params, {**asked, "department": department})
        found = place.cut(case_list(account_of(request), department, asked, place), "id")
        personal = allows(request, "cases:personal")
        if personal and found.rows:
            access.log_views(
                actor_for(request), STREAM, [row["id"] for row in found.rows], "application", purpose="API"
            )
        results = [case_row(row, personal=personal) for row in found.rows]
        return Response({"results": results, "next_cursor": found.next_cursor})

    @shapes.described(
        "cases_create", "Send a filing in, submitted or as a draft", TAG,
        ok=shapes.MADE, status=201, request=inputs.FilingInput,
        parameters=[shapes.ONCE], refuses=(400, 409, 413, 415, 422),
        examples=[shapes.FILING_EXAMPLE],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        filing = inputs.filing_of(inputs.checked(inputs.FilingInput, request))
        made = send_in(actor_for(request), filing, once_key=once_key(request))
        response = Response(made, status=201)
        response["ETag"] = version_tag(made["state_version"])
        response["Location"] = f"/api/v1/cases/{made['id']}"
        return response


class OneCase(ClientView):
    """GET a case; PUT the answers of a draft or supplement; DELETE a draft."""

    scopes = {"GET": "cases:read", "PUT": "cases:write", "DELETE": "cases:write"}

    @shapes.described(
        "cases_read", "One case; its ETag is what steps ask for", TAG, ok=shapes.CASE_READ, refuses=(404,)
    )
    def get(self, request: Request, case_id: int) -> Response:
        rows = Case.objects.visible_to(account_of(request)).filter(pk=case_id)
        row = rows.values(*CASE_COLUMNS, "query_code").first()
        if row is None:
            raise NotFound
        personal = allows(request, "cases:personal")
        if personal:
            access.log_view(actor_for(request), STREAM, case_id, "application", purpose="API")
        content = personal_part(content_of(Case(pk=case_id)), personal=personal)
        response = Response({**case_row(row, personal=personal), "query_code": row["query_code"], "personal": content})
        response["ETag"] = version_tag(row["state_version"])
        return response

    @shapes.described(
        "cases_answers", "Put all answers of a draft or a supplement", TAG,
        ok=shapes.MADE, request=inputs.AnswersInput, parameters=[shapes.IF_MATCH],
        refuses=(400, 404, 409, 412, 413, 415, 422, 428),
    )  # fmt: skip
    def put(self, request: Request, case_id: int) -> Response:
        case_for(request, case_id)
        version = version_asked(request)
        given = inputs.checked(inputs.AnswersInput, request)
        case = write_answers(actor_for(request), case_id, given["answers"], state_version=version)
        response = Response({"id": case.pk, "number": case.number, "state_version": case.state_version})
        response["ETag"] = version_tag(case.state_version)
        return response

    @shapes.described("cases_discard", "Throw a draft away", TAG, status=204, refuses=(404, 409))
    def delete(self, request: Request, case_id: int) -> Response:
        discard_draft(actor_for(request), case_for(request, case_id).pk)
        return Response(status=204)


class Transitions(ClientView):
    """The steps that this system can take or propose now, with what each asks."""

    scopes = {"GET": "cases:read"}

    @shapes.described(
        "transitions_list", "Steps that are possible now", TAG,
        ok=shapes.listed("TransitionList", shapes.TRANSITION), refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, case_id: int) -> Response:
        case = case_for(request, case_id)
        user: Any = request.user
        response = Response({"results": [transition_row(one) for one in CASE.offered(case, user)]})
        response["ETag"] = version_tag(case.state_version)
        return response


def transition_row(transition: Transition[Case]) -> dict[str, Any]:
    return {
        "code": transition.code,
        "label": str(transition.label),
        "needs_confirmation": transition.proposed,
        "asks": [ask_row(ask) for ask in transition.asks],
    }


def ask_row(ask: Ask) -> dict[str, Any]:
    return {
        "name": ask.name,
        "kind": ask.kind,
        "label": str(ask.label),
        "required": ask.required,
        "choices": [code for code, _label in ask.choices],
        "minimum": ask.minimum,
        "maximum": ask.maximum,
    }


class TakeTransition(ClientView):
    """POST a step: taken at once, or proposed where a person in the portal has to confirm it."""

    scopes = {"POST": "cases:write"}

    @shapes.described(
        "transitions_take", "Take a step, or propose it", TAG,
        ok=shapes.STEPPED, request=inputs.StepInput, parameters=[shapes.IF_MATCH, shapes.ONCE],
        refuses=(400, 404, 409, 412, 413, 415, 422, 428), examples=[shapes.STEP_EXAMPLE],
    )  # fmt: skip
    def post(self, request: Request, case_id: int, code: str) -> Response:
        case_for(request, case_id)
        version = version_asked(request)
        given = inputs.checked(inputs.StepInput, request).get("inputs", {})
        try:
            taken = remote_step(
                actor_for(request), case_id, code, given, state_version=version, once_key=once_key(request)
            )
        except Invalid as error:  # its places lie in the body's `inputs`
            raise Invalid(
                fields={f"inputs.{name}": text for name, text in error.fields.items()}, code=error.code
            ) from None
        response = Response(taken)
        response["ETag"] = version_tag(taken["state_version"])
        return response


class Timeline(ClientView):
    """What happened to a case in the words of its page."""

    scopes = {"GET": "cases:read"}

    @shapes.described(
        "timeline", "What happened, in words", TAG, ok=shapes.listed("TimelineList", shapes.ENTRY), refuses=(404,)
    )
    def get(self, request: Request, case_id: int) -> HttpResponseBase:
        case = case_for(request, case_id)
        entries = timeline.past(case, public=False)
        rows = [
            {"at": one.at.isoformat() if one.at else None, "title": one.title, "by": one.by, "note": one.note}
            for one in entries
        ]
        return Response({"results": rows})
