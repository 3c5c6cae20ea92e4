"""Addresses of approvals.reform."""

from django.urls import path

from approvals.reform.views import delegations, ledger, requests

app_name = "reform"
HERE = "reform/desk/"

urlpatterns = [
    path("reform/", ledger.public, name="public"),
    path(HERE, ledger.ledger, name="ledger"),
    path(f"{HERE}items/", ledger.items, name="items"),
    path(f"{HERE}items/<int:item_id>/change/", requests.propose, name="propose"),
    path(f"{HERE}requests/", requests.request_list, name="requests"),
    path(f"{HERE}requests/<int:pk>/", requests.request_page, name="request"),
    path(f"{HERE}requests/<int:pk>/<slug:act>/", requests.request_act, name="request-act"),
    path(f"{HERE}delegations/", delegations.delegation_list, name="delegations"),
    path(f"{HERE}delegations/<int:pk>/end/", delegations.take_back, name="take-back"),
]
