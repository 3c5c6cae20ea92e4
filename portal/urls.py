"""The portal's addresses: each app brings its own, under a namespace."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("portal.site.urls")),
    path("", include("portal.people.urls")),
    path("", include("portal.core.urls")),
    path("", include("hall.urls")),
    path("", include("hall.ratings.urls")),
    path("", include("hall.queue.urls")),
    path("", include("hall.appointments.urls")),
    path("", include("hall.attendance.urls")),
    path("", include("hall.patrols.urls")),
    path("", include("hall.board.urls")),
    path("", include("approvals.catalogue.urls")),
    path("", include("approvals.counter.urls")),  # before the cases, whose `desk/<number>/` would take its pages
    path("", include("approvals.cases.urls")),
    path("", include("approvals.payments.urls")),
    path("", include("approvals.delivery.urls")),
    path("", include("approvals.certificates.urls")),
    path("", include("approvals.promises.urls")),
    path("", include("approvals.reform.urls")),
    path("", include("hotline.urls")),
    path("", include("hotline.knowledge.urls")),
    path("", include("hotline.routing.urls")),
    path("", include("hotline.calls.urls")),
    path("", include("hotline.province.urls")),
    path("", include("hotline.open311.urls")),
    path("", include("hotline.insight.urls")),
    path("", include("procurement.urls")),
    path("", include("procurement.bidders.urls")),
    path("", include("procurement.tenders.urls")),
    path("", include("portal.supervision.urls")),
    path("", include("portal.api.urls")),
    path("language/", set_language, name="set_language"),
]

handler400 = "portal.site.views.errors.bad_request"
handler403 = "portal.site.views.errors.forbidden"
handler404 = "portal.site.views.errors.not_found"
handler500 = "portal.site.views.errors.server_error"
