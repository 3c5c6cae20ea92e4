"""The pages of last resort: each says what to do next, in the reader's language."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader

from portal.core.errors import NotFound
from portal.core.middleware import PROBLEM, problem_response, wants_json


def _answer(request: HttpRequest, status: int, title: str, template: str) -> HttpResponse:
    if wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status}
        return JsonResponse(body, status=status, content_type=PROBLEM)
    return render(request, template, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "Bad request", "errors/400.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "Forbidden", "errors/403.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if wants_json(request):
        return problem_response(NotFound())
    return _answer(request, 404, "Not found", "errors/404.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "CSRF check failed", "errors/csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Plain on purpose: no context processor, no database, no translation that could fail again."""
    request_id = getattr(request, "id", "") or request.META.get("HTTP_X_REQUEST_ID", "")
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Internal error", "status": 500, "request_id": request_id}
        return JsonResponse(body, status=500, content_type=PROBLEM)
    return HttpResponse(loader.render_to_string("errors/500.html", {"request_id": request_id}), status=500)
