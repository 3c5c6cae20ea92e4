"""Addresses of period reports."""

from django.urls import path

from portal.supervision.reports import views
from portal.supervision.reports.figure_page import figure

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/new/", views.new, name="new"),
    path("reports/figures/<str:path>/", figure, name="figure"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/text/", views.edit, name="edit"),
    path("reports/<int:pk>/versions/<int:number>/", views.version, name="version"),
    path("reports/<int:pk>/read-again/", views.read_again, name="read-again"),
    path("reports/<int:pk>/document/", views.document, name="document"),
    path("reports/<int:pk>/steps/<slug:code>/", views.step, name="step"),
]
