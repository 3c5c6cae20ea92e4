"""Addresses of the ground floor: calendar, rules, jobs, notes, files, the access log."""

from django.urls import path

from portal.core import urls_documents, urls_exchange, urls_exports, urls_files, urls_jobs
from portal.core.views import calendar, retention, rules

app_name = "core"

urlpatterns = [
    path("calendar/", calendar.calendar_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar-year"),
    path("calendar/<int:year>/plan/", calendar.plan, name="calendar-plan"),
    path("calendar/override/", calendar.override, name="calendar-override"),
    path("calendar/overrides/<int:override_id>/withdraw/", calendar.withdraw, name="calendar-withdraw"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<str:code>/", rules.rule, name="rule"),
    path("retention/", retention.retention_table, name="retention"),
    *urls_jobs.urlpatterns,
    *urls_files.urlpatterns,
    *urls_exchange.urlpatterns,
    *urls_exports.urlpatterns,
    *urls_documents.urlpatterns,
]
