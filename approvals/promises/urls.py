"""Addresses of approvals.promises."""

from django.urls import path

from approvals.promises.views import items, proposals, public, rounds

app_name = "promises"
HERE = "promises/desk/"

urlpatterns = [
    path("promises/", public.promises, name="public"),
    path(HERE, items.item_list, name="items"),
    path(f"{HERE}items/<int:item_id>/", items.simulator, name="simulator"),
    path(f"{HERE}proposals/", proposals.proposal_list, name="proposals"),
    path(f"{HERE}proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path(f"{HERE}proposals/<int:pk>/<slug:act>/", proposals.proposal_act, name="proposal-act"),
    path(f"{HERE}rounds/", rounds.round_list, name="rounds"),
    path(f"{HERE}rounds/new/", rounds.round_new, name="round-new"),
    path(f"{HERE}rounds/<int:pk>/", rounds.round_page, name="round"),
    path(f"{HERE}rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path(f"{HERE}flagged/", rounds.finding_list, name="findings"),
    path(f"{HERE}flagged/<int:pk>/", rounds.finding, name="finding"),
    path(f"{HERE}flagged/<int:pk>/<slug:act>/", rounds.finding_act, name="finding-act"),
]
