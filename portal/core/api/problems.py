"""Every refusal of the API as problem details (RFC 9457), in the reader's language, with pointers to the fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, type_of_message
from portal.core.middleware import PROBLEM, problem

Path = tuple[str | int, ...]


class Problem(DomainError):
    """A refusal that belongs to HTTP and not to a domain: `extra` are further members of the document."""

    def __init__(
        self, status: int, code: str, message: type_of_message, *, extra: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.default_message = message
        self.extra = dict(extra or {})


class Faults(DomainError):
    """A body or a query that is not what the schema says; `faults` name each place and what is wrong with it."""

    code = "invalid"
    status = 422
    default_message = _("Please correct what is marked below.")

    def __init__(self, faults: Mapping[Path, type_of_message], *, query: bool = False) -> None:
        super().__init__()
        self.faults = dict(faults)
        self.query = query


class PreconditionMissing(DomainError):
    """A step was asked for without saying which state it is meant for."""

    code = "if_match_required"
    status = 428
    default_message = _("Send the case's ETag in the header If-Match, so that no newer state is overwritten.")


class StaleState(DomainError):
    """The state that the caller knows is no longer the present one."""

    code = "stale"
    status = 412
    default_message = _("The case has changed in the meantime. Read it again and send the step with its new ETag.")


MALFORMED = _("The request could not be read. Please send valid JSON in UTF-8.")
TOO_LARGE = _("The request is larger than this address accepts.")
# What the framework itself refuses: exception, code, sentence. Its own words are English and speak of its insides.
FRAMEWORK: tuple[tuple[type[Exception], int, str, type_of_message], ...] = (
    (exceptions.ParseError, 400, "malformed", MALFORMED),
    (
        exceptions.NotAuthenticated,
        401,
        "not_authenticated",
        _("Send a token in the header Authorization: Bearer …"),
    ),
    (exceptions.AuthenticationFailed, 401, "token_invalid", _("This token is not valid.")),
    (exceptions.MethodNotAllowed, 405, "method_not_allowed", _("This address does not know this method.")),
    (exceptions.NotAcceptable, 406, "not_acceptable", _("This address answers with JSON only.")),
    (
        exceptions.UnsupportedMediaType,
        415,
        "unsupported_media_type",
        _("This address does not take this type of content."),
    ),
    (RequestDataTooBig, 413, "too_large", TOO_LARGE),
    (TooManyFieldsSent, 413, "too_large", TOO_LARGE),
    (TooManyFilesSent, 413, "too_large", TOO_LARGE),
    (UnicodeError, 400, "malformed", MALFORMED),
)


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the REST framework; None leaves a defect to the server's error page."""
    found = as_domain_error(error)
    if found is None:
        return None
    response = Response(document(found), status=found.status, content_type=PROBLEM)
    response.exception = True
    if isinstance(error, exceptions.APIException):
        if (challenge := getattr(error, "auth_header", None)) is not None:
            response["WWW-Authenticate"] = challenge
        if (wait := getattr(error, "wait", None)) is not None:
            response["Retry-After"] = str(max(1, int(wait)))
    return response


def as_domain_error(error: Exception) -> DomainError | None:
    """The same refusal as one of ours; None for what is no refusal but a defect."""
    match error:
        case Stale():
            return StaleState()
        case DomainError():
            return error
        case Http404() | exceptions.NotFound():
            return NotFound()
        case PermissionDenied() | exceptions.PermissionDenied():
            return NotAllowed()
        case exceptions.ValidationError():
            return Faults(dict(_flat(error.detail, ())))
        case exceptions.Throttled():
            return Problem(429, "too_many_requests", _("Too many requests. Please wait as long as Retry-After says."))
    for kind, status, code, sentence in FRAMEWORK:
        if isinstance(error, kind):
            return Problem(status, _own_code(error, code), _own_words(error, sentence))
    return None


def _own_code(error: Exception, code: str) -> str:
    """The code that one of our own authenticators gave; the framework's are not ours."""
    return getattr(error, "our_code", code)


def _own_words(error: Exception, sentence: type_of_message) -> type_of_message:
    return getattr(error, "our_words", sentence)


def document(error: DomainError) -> dict[str, Any]:
    """The problem document: as the pages' middleware writes it, with the places of the faults."""
    details = problem(error)
    if isinstance(error, Faults):
        details["errors"] = [_place(path, text, query=error.query) for path, text in error.faults.items()]
    elif isinstance(error, Invalid) and error.fields:
        details["errors"] = [_place(tuple(name.split(".")), text, query=False) for name, text in error.fields.items()]
    if isinstance(error, Problem):
        details.update(error.extra)
    return details


def _place(path: Path, text: type_of_message, *, query: bool) -> dict[str, str]:
    if query:
        return {"parameter": str(path[0]) if path else "", "detail": str(text)}
    return {"pointer": pointer(path), "detail": str(text)}


def pointer(path: Path) -> str:
    """The path as a JSON pointer in a URI fragment (RFC 6901)."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _flat(detail: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The serializers' nested errors, one sentence for each place."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == "non_field_errors" else (*path, name))
    elif isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        for number, inner in enumerate(detail):
            yield from _flat(inner, (*path, number))
    elif isinstance(detail, list):
        yield path, " ".join(str(one) for one in detail)
    else:
        yield path, str(detail)
