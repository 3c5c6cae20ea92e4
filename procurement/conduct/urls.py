"""Addresses of procurement.conduct."""

from django.urls import path

from procurement.conduct.views import desk, public, rating

app_name = "conduct"

urlpatterns = [
    path("trading/lists/", public.lists, name="lists"),
    path("trading/lists.json", public.data, name="lists-data"),
    path("my/conduct/", rating.mine, name="mine"),
    path("tenders/<slug:number>/ratings/", rating.tender, name="tender"),
    path("tenders/<slug:number>/ratings/<slug:subject>/<int:subject_id>/", rating.rate, name="rate"),
    path("trading/conduct/", desk.scores, name="scores"),
    path("trading/conduct/sheets/", desk.sheets, name="sheets"),
    path("trading/conduct/ratings/", desk.ratings, name="ratings"),
    path("trading/conduct/ratings/<int:rating_id>/", rating.rating, name="rating"),
    path("trading/decisions/", desk.decisions, name="decisions"),
    path("trading/decisions/new/", desk.decision_new, name="decision-new"),
    path("trading/decisions/<int:decision_id>/", desk.decision, name="decision"),
]
