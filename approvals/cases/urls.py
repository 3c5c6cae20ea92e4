"""Addresses of cases: for applicants, and for the workbench."""

from approvals.cases import urls_citizen, urls_desk

app_name = "cases"
urlpatterns = [*urls_citizen.urlpatterns, *urls_desk.urlpatterns]
