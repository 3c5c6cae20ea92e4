"""How the schema speaks of every address: named objects, pages, keys, and each refusal as problem details."""

from collections.abc import Collection
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

CURSOR = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 100, 20 unless given."),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next_cursor` of the page before; opaque."),
]
ONCE = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Up to 120 printable characters. The same key with the same content acts once, for seven days.",
)
PROBLEM_JSON = "application/problem+json"
SAYS = {
    400: "The request could not be read.",
    401: "No token, or one that is wrong, expired or revoked.",
    403: "The token lacks the scope, or the step is not for a system.",
    404: "Missing, or not of this department: the answer is the same.",
    405: "The address does not know the method.",
    406: "Only JSON is given out.",
    409: "The state does not allow it, or the key was used for something else.",
    412: "The case has changed since it was read.",
    413: "The request is too large.",
    415: "The type of content is not taken.",
    422: "Something in it breaks a rule; `errors` names each place.",
    428: "If-Match is missing.",
    429: "Too many requests; Retry-After says when to come again.",
}
NO_CONTENT = OpenApiResponse(description="Done; no content.")
EVERYWHERE = (401, 403, 405, 406, 429)


def shape(name: str, /, *, many: bool = False, **fields: Any) -> Any:
    """A named object of the schema."""
    return inline_serializer(name, fields, many=many)


def optional(field: type[s.Field[Any, Any, Any, Any]], **more: Any) -> Any:
    """A member that is null where there is nothing to say."""
    return field(allow_null=True, **more)


def paged(name: str, row: Any) -> Any:
    """A page of a list."""
    return shape(name, results=s.ListField(child=row), next_cursor=optional(s.CharField))


FAULT = shape(
    "Fault",
    pointer=s.CharField(required=False, help_text="JSON pointer into the body."),
    parameter=s.CharField(required=False, help_text="Name of a query parameter or header."),
    detail=s.CharField(),
)
PROBLEM = shape(
    "Problem",
    type=s.CharField(),
    title=s.CharField(),
    status=s.IntegerField(),
    detail=s.CharField(),
    code=s.CharField(help_text="Stable; made for programs."),
    errors=s.ListField(child=FAULT, required=False),
    scope=s.CharField(required=False, help_text="The scope that is missing."),
    fields=s.DictField(child=s.CharField(), required=False),
)
EXAMPLE = OpenApiExample(
    "Problem",
    value={
        "type": "about:blank",
        "title": "请更正下面标出的内容。",
        "status": 422,
        "detail": "请更正下面标出的内容。",
        "code": "invalid",
        "errors": [{"pointer": "#/applicant/resident_number", "detail": "身份证号码有误，请核对。"}],
    },
    response_only=True,
    status_codes=["422"],
)


def described(
    operation_id: str,
    summary: str,
    tag: str,
    *,
    ok: Any = None,
    status: int = 200,
    request: Any = None,
    parameters: Collection[Any] = (),
    refuses: Collection[int] = (),
    examples: Collection[OpenApiExample] = (),
    everywhere: Collection[int] = EVERYWHERE,
) -> Any:
    """The schema's entry of one operation: its answer, and every refusal that it may give.

    `everywhere` are the refusals that all addresses of a kind have in common; by default those behind a token.
    """
    answers: dict[Any, Any] = ok if isinstance(ok, dict) else {status: ok or NO_CONTENT}
    answers = dict(answers)
    for code in sorted({*everywhere, *refuses}):
        answers[code, PROBLEM_JSON] = OpenApiResponse(PROBLEM, description=SAYS[code])
    shown = [*examples, *([EXAMPLE] if 422 in refuses else [])]
    return extend_schema(
        operation_id=operation_id,
        summary=summary,
        tags=[tag],
        request=request,
        parameters=list(parameters),
        responses=answers,
        examples=shown,
    )
