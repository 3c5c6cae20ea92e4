"""The schema, and the page that shows it: generated once for each process, nothing from elsewhere."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.views import APIView

from portal.core.api.problems import handler

OPENAPI = "application/vnd.oai.openapi+json"


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The whole schema, in English whoever asks."""
    with translation.override("en"):
        found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


class Schema(APIView):
    """Open to everybody: it says nothing that the documentation does not."""

    schema = None
    authentication_classes = ()
    permission_classes = ()

    def get_exception_handler(self) -> Any:
        return handler

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        return self.get_renderers()[0], OPENAPI

    def get(self, request: Any) -> JsonResponse:
        return JsonResponse(schema(), content_type=OPENAPI)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own files; it can try requests with a token that the reader pastes."""
    return render(request, "api/docs.html")
