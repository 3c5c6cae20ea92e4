"""Addresses of version 1. They only ever grow: what stands here stays, and means what it meant."""

from django.urls import path
from django.urls.resolvers import URLPattern, URLResolver

from portal.api.views import (
    cases,
    catalogue,
    events,
    files,
    imports,
    indicators,
    me,
    packages,
    promises,
    rankings,
    webhooks,
)

CASE = "cases/<int:case_id>"
HOOK = "webhooks/<int:webhook_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("me", me.Me.as_view(), name="me"),
    path("departments", catalogue.Departments.as_view(), name="departments"),
    path("items", catalogue.Items.as_view(), name="items"),
    path("items/<str:code>", catalogue.OneItem.as_view(), name="item"),
    path("items/<str:code>/versions", catalogue.Versions.as_view(), name="versions"),
    path("packages", packages.Packages.as_view(), name="packages"),
    path("packages/<slug:code>", packages.OnePackage.as_view(), name="package"),
    path("packages/<slug:code>/guide", packages.Guide.as_view(), name="package-guide"),
    path("package-filings", packages.Filings.as_view(), name="package-filings"),
    path("package-filings/<int:filing_id>", packages.OneFiling.as_view(), name="package-filing"),
    path("uploads", packages.Uploads.as_view(), name="uploads"),
    path("cases", cases.Cases.as_view(), name="cases"),
    path(CASE, cases.OneCase.as_view(), name="case"),
    path(f"{CASE}/transitions", cases.Transitions.as_view(), name="transitions"),
    path(f"{CASE}/transitions/<slug:code>", cases.TakeTransition.as_view(), name="transition"),
    path(f"{CASE}/timeline", cases.Timeline.as_view(), name="timeline"),
    path(f"{CASE}/events", events.CaseEvents.as_view(), name="events"),
    path(f"{CASE}/materials", files.Materials.as_view(), name="materials"),
    path(f"{CASE}/materials/<int:material_id>", files.OneMaterial.as_view(), name="material"),
    path(f"{CASE}/materials/<int:material_id>/file", files.MaterialFile.as_view(), name="material-file"),
    path(f"{CASE}/promises", promises.Promises.as_view(), name="promises"),
    path(f"{CASE}/promises/<int:promise_id>/bring", promises.Bring.as_view(), name="promise-bring"),
    path(f"{CASE}/documents", files.Documents.as_view(), name="documents"),
    path(f"{CASE}/documents/<slug:code>", files.DocumentFile.as_view(), name="document"),
    path("indicators", indicators.Indicators.as_view(), name="indicators"),
    path("rankings", rankings.Rankings.as_view(), name="rankings"),
    path("rankings/<str:first>", rankings.OneRanking.as_view(), name="ranking"),
    path("imports", imports.Imports.as_view(), name="imports"),
    path("imports/<int:job_id>", imports.OneImport.as_view(), name="import"),
    path("imports/<int:job_id>/start", imports.StartImport.as_view(), name="import-start"),
    path("imports/<int:job_id>/cancel", imports.CancelImport.as_view(), name="import-cancel"),
    path("imports/<int:job_id>/errors", imports.ImportErrors.as_view(), name="import-errors"),
    path("webhooks", webhooks.Webhooks.as_view(), name="webhooks"),
    path(HOOK, webhooks.OneWebhook.as_view(), name="webhook"),
    path(f"{HOOK}/secret", webhooks.WebhookSecret.as_view(), name="webhook-secret"),
    path(f"{HOOK}/test", webhooks.WebhookTest.as_view(), name="webhook-test"),
    path(f"{HOOK}/replay", webhooks.WebhookReplay.as_view(), name="webhook-replay"),
    path(f"{HOOK}/deliveries", webhooks.Deliveries.as_view(), name="deliveries"),
    path(f"{HOOK}/deliveries/<uuid:uid>/attempts", webhooks.Attempts.as_view(), name="attempts"),
]
