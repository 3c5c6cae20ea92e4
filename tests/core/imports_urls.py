"""Addresses for the tests of the import pages, as core/urls.py includes them; what the frame links to stands in."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal.core.urls_exchange import urlpatterns as exchange
from tests.site.urls import handler404  # noqa: F401
from tests.site.urls import urlpatterns as site


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    path("staff/", include(([*exchange, path("calendar/", plain, name="calendar")], "core"))),
    *site,
]
