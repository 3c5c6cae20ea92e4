"""Addresses of applicants and of everybody who tracks a case."""

from django.urls import path

from approvals.cases.views import citizen, filing, tracking, uploads

urlpatterns = [
    path("apply/<str:code>/", filing.apply_start, name="apply-start"),
    path("draft/<int:pk>/", filing.draft_tasks, name="draft"),
    path("draft/<int:pk>/renew/", filing.draft_renew, name="draft-renew"),
    path("draft/<int:pk>/materials/", uploads.draft_materials, name="draft-materials"),
    path("draft/<int:pk>/check/", filing.draft_check, name="draft-check"),
    path("draft/<int:pk>/discard/", filing.draft_discard, name="draft-discard"),
    path("draft/<int:pk>/form/<slug:section>/", filing.draft_section, name="draft-section"),
    path("my/cases/", citizen.mine, name="mine"),
    path("case/<int:pk>/", citizen.by_id, name="by-id"),
    path("cases/<str:number>/", citizen.detail, name="detail"),
    path("cases/<str:number>/receipt/", filing.receipt, name="receipt"),
    path("cases/<str:number>/supplement/", citizen.supplement, name="supplement"),
    path("cases/<str:number>/withdraw/", citizen.withdraw, name="withdraw"),
    path("track/", tracking.track, name="track"),
]
