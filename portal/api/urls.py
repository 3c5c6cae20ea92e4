"""Addresses of portal.api: version 1 of the interface, its description, and the administrators' pages."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from portal.api.views import admin, admin_webhooks
from portal.api.views.docs import Schema, docs

app_name = "api"
CLIENT, HOOK = "admin/clients/<int:client_id>/", "admin/webhooks/<int:webhook_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/schema", Schema.as_view(), name="schema"),
    path("api/docs/", docs, name="docs"),
    path("api/v1/", include("portal.api.urls_v1")),
    path("admin/clients/", admin.client_list, name="admin-clients"),
    path("admin/clients/new/", admin.client_new, name="admin-client-new"),
    path(CLIENT, admin.client_page, name="admin-client"),
    path(f"{CLIENT}edit/", admin.client_edit, name="admin-client-edit"),
    path(f"{CLIENT}close/", admin.client_close, name="admin-client-close"),
    path(f"{CLIENT}tokens/new/", admin.token_new, name="admin-token-new"),
    path("admin/tokens/<int:token_id>/revoke/", admin.token_revoke, name="admin-token-revoke"),
    path(f"{CLIENT}webhooks/new/", admin.webhook_new, name="admin-webhook-new"),
    path(HOOK, admin_webhooks.webhook_page, name="admin-webhook"),
    path(f"{HOOK}switch/", admin_webhooks.webhook_switch, name="admin-webhook-switch"),
    path(f"{HOOK}test/", admin_webhooks.webhook_test, name="admin-webhook-test"),
    path(f"{HOOK}secret/", admin_webhooks.webhook_secret, name="admin-webhook-secret"),
    path(f"{HOOK}replay/", admin_webhooks.webhook_replay, name="admin-webhook-replay"),
    path(f"{HOOK}deliveries/<uuid:uid>/replay/", admin_webhooks.delivery_replay, name="admin-delivery-replay"),
]
