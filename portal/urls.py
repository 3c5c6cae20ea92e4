"""The portal's addresses: each app brings its own, under a namespace."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("portal.site.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.core.urls")),
    path("", include("hall.urls")),
    path("", include("approvals.catalogue.urls")),
    path("", include("approvals.cases.urls")),
    path("", include("portal.supervision.urls")),
    path("language/", set_language, name="set_language"),
]

handler400 = "portal.site.views.errors.bad_request"
handler403 = "portal.site.views.errors.forbidden"
handler404 = "portal.site.views.errors.not_found"
handler500 = "portal.site.views.errors.server_error"
