"""The portal's addresses: each app brings its own, under a namespace."""

from django.urls import path
from django.views.i18n import set_language

from portal.core.addresses import room

urlpatterns = [
    room("portal.site.urls"),
    room("portal.people.urls"),
    room("portal.core.urls"),
    room("hall.urls"),
    room("hall.ratings.urls"),
    room("hall.queue.urls"),
    room("hall.appointments.urls"),
    room("hall.attendance.urls"),
    room("hall.patrols.urls"),
    room("hall.social.urls"),
    room("hall.board.urls"),
    room("approvals.catalogue.urls"),
    room("approvals.counter.urls"),  # before the cases, whose `desk/<number>/` would take its pages
    room("approvals.cases.urls"),
    room("approvals.payments.urls"),
    room("approvals.delivery.urls"),
    room("approvals.certificates.urls"),
    room("approvals.promises.urls"),
    room("approvals.reform.urls"),
    room("approvals.pledges.urls"),
    room("approvals.instant.urls"),
    room("approvals.packages.urls"),
    room("approvals.projects.urls"),
    room("hotline.urls"),
    room("hotline.knowledge.urls"),
    room("hotline.routing.urls"),
    room("hotline.calls.urls"),
    room("hotline.province.urls"),
    room("hotline.districts.urls"),
    room("hotline.open311.urls"),
    room("hotline.insight.urls"),
    room("procurement.urls"),
    room("procurement.bidders.urls"),
    room("procurement.tenders.urls"),
    room("procurement.bids.urls"),
    room("procurement.experts.urls"),
    room("procurement.evaluation.urls"),
    room("procurement.awards.urls"),
    room("procurement.conduct.urls"),
    room("procurement.oversight.urls"),
    room("procurement.opendata.urls"),
    room("portal.supervision.urls"),
    room("portal.supervision.reports.urls"),
    room("portal.supervision.monitoring.urls"),
    room("portal.supervision.dashboards.urls"),
    room("portal.supervision.scores.urls"),
    room("portal.supervision.opengov.urls"),
    room("portal.api.urls"),
    path("language/", set_language, name="set_language"),
]

handler400 = "portal.site.views.errors.bad_request"
handler403 = "portal.site.views.errors.forbidden"
handler404 = "portal.site.views.errors.not_found"
handler500 = "portal.site.views.errors.server_error"
