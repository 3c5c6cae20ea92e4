"""Addresses of the room."""

from django.urls import path

from approvals.instant.views import decisions, rules

app_name = "instant"
urlpatterns = [
    path("instant/rules/", rules.listing, name="rules"),
    path("instant/rules/<str:code>/", rules.item, name="item"),
    path("instant/rules/set/<int:pk>/<slug:act>/", rules.act, name="act"),
    path("instant/checks/<int:pk>/", rules.switch_on, name="switch-on"),
    path("instant/decisions/", decisions.listing, name="decisions"),
    path("instant/decisions/<int:pk>/", decisions.decision, name="decision"),
    path("instant/figures/", decisions.figures, name="figures"),
]
