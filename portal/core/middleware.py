"""Turns a domain error into a page or a problem document, and reads the cookie of the elder version."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from portal.core.errors import DomainError, Invalid

ELDER_COOKIE = "elder"
API_PATHS = ("/api/", "/open311/", "/ocds/")
PROBLEM = "application/problem+json"


class DomainErrorMiddleware:
    """Shows what the rules forbid in the reader's words: a page, a fragment for htmx, or RFC 9457 for the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.elder = request.COOKIES.get(ELDER_COOKIE) == "1"  # type: ignore[attr-defined]
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie",))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        if wants_json(request):
            return problem_response(error)
        if request.headers.get("HX-Request") == "true":
            return _fragment(request, error)
        context = {"error": error, "back": _previous_page(request)}
        return render(request, "errors/domain.html", context, status=error.status)


def wants_json(request: HttpRequest) -> bool:
    """True for the API's paths and for readers that ask for JSON and not for a page."""
    if request.path.startswith(API_PATHS):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept and "text/html" not in accept


def problem(error: DomainError) -> dict[str, Any]:
    """The error as problem details (RFC 9457); `code` is stable, `detail` is in the reader's language."""
    details: dict[str, Any] = {
        "type": "about:blank",
        "title": str(error.default_message),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    if isinstance(error, Invalid) and error.fields:
        details["fields"] = {name: str(text) for name, text in error.fields.items()}
    return details


def _previous_page(request: HttpRequest) -> str:
    """The page of this site that the reader came from; "" when it is this one or another host's."""
    referer = request.headers.get("Referer", "")
    same_host = url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure())
    return referer if same_host and referer != request.build_absolute_uri() else ""


def problem_response(error: DomainError) -> JsonResponse:
    return JsonResponse(
        problem(error), status=error.status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False}
    )


def _fragment(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Said in the page's place for messages, whatever part of the page had asked."""
    response = render(request, "errors/domain_fragment.html", {"error": error}, status=error.status)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML show:window:top"
    return response
