"""The portal's addresses for the tests of the frame: whatever namespace is not there yet answers with a plain page."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, include, path

from portal import urls as portal_urls
from portal.core.errors import Invalid, NotFound, Stale
from portal.urls import handler400, handler403, handler404, handler500  # noqa: F401  (Django reads them here)

STANDS = {
    "people": ("sign-in", "sign-out", "register", "profile"),
    "catalogue": ("list",),
    "cases": ("track", "mine", "desk"),
    "supervision": ("board",),
    "core": ("calendar", "notifications"),
}


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    """Raises the domain error of that kind, as an action would."""
    if kind == "stale":
        raise Stale
    if kind == "invalid":
        raise Invalid(fields={"name": "Enter the name."})
    raise NotFound


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def present() -> set[str]:
    """The namespaces that the portal has by now."""
    return {str(entry.namespace) for entry in portal_urls.urlpatterns if isinstance(entry, URLResolver)}


urlpatterns = [
    *portal_urls.urlpatterns,
    *(
        path(f"stand-in/{namespace}/", include(([path(f"{n}/", plain, name=n) for n in names], namespace)))
        for namespace, names in STANDS.items()
        if namespace not in present()
    ),
    path("refuse/<slug:kind>/", refuse, name="refuse"),
    path("api/v1/refuse/<slug:kind>/", refuse, name="api-refuse"),
    path("breaks/", breaks, name="breaks"),
]
