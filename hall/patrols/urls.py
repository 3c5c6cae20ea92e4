"""Addresses of hall.patrols."""

from django.urls import path

from hall.patrols.views import checklists, findings, tours

app_name = "patrols"

urlpatterns = [
    path("patrols/", tours.tours, name="tours"),
    path("patrols/start/", tours.start, name="start"),
    path("patrols/tours/<int:tour_id>/", tours.tour, name="tour"),
    path("patrols/tours/<int:tour_id>/<int:area_id>/", tours.area, name="area"),
    path("patrols/tours/<int:tour_id>/<int:area_id>/<int:point_id>/", tours.finding_new, name="finding-new"),
    path("patrols/findings/", findings.findings, name="findings"),
    path("patrols/findings/<slug:number>/", findings.finding, name="finding"),
    path("patrols/reports/", findings.latest_report, name="report-latest"),
    path("patrols/reports/<visit_day:monday>/", findings.report, name="report"),
    path("patrols/checklist/", checklists.checklist, name="checklist"),
    path("patrols/checklist/begin/", checklists.begin, name="checklist-begin"),
    path("patrols/checklist/<int:checklist_id>/", checklists.edit, name="checklist-edit"),
    path("patrols/areas/", checklists.areas, name="areas"),
    path("patrols/areas/<int:area_id>/close/", checklists.area_close, name="area-close"),
]
