"""Addresses of procurement.evaluation."""

from django.urls import path

from procurement.evaluation.views import bidder, buyer, cards, committee, desk, offers, progress, sheets

app_name = "evaluation"

urlpatterns = [
    path("evaluations/", committee.mine, name="mine"),
    path("evaluations/<int:session_id>/", committee.session, name="session"),
    path("evaluations/lots/<int:evaluation_id>/", desk.lot, name="lot"),
    path("evaluations/lots/<int:evaluation_id>/reviews/", cards.reviews, name="reviews"),
    path("evaluations/lots/<int:evaluation_id>/questions/", desk.questions, name="questions"),
    path("evaluations/lots/<int:evaluation_id>/rejections/", desk.rejections, name="rejections"),
    path("evaluations/lots/<int:evaluation_id>/offers/", offers.committee, name="offers"),
    path("evaluations/lots/<int:evaluation_id>/scores/", cards.scores, name="scores"),
    path("evaluations/lots/<int:evaluation_id>/comparison/", cards.comparison, name="comparison"),
    path("evaluations/lots/<int:evaluation_id>/signing/", desk.signing, name="signing"),
    path("my/clarifications/", bidder.clarifications, name="clarifications"),
    path("my/clarifications/<int:clarification_id>/", bidder.clarification, name="clarification"),
    path("my/offers/<int:bid_id>/", offers.own, name="offer"),
    path("trading/tenders/<slug:number>/lots/<int:lot>/sheet/", sheets.edit, name="sheet"),
    path("trading/tenders/<slug:number>/evaluate/", progress.begin, name="begin"),
    path("trading/evaluations/", progress.progress_list, name="progress-list"),
    path("trading/evaluations/<int:session_id>/", progress.progress, name="progress"),
    path("trading/evaluations/lots/<int:evaluation_id>/round/", progress.decide_round, name="round"),
    path("trading/evaluations/lots/<int:evaluation_id>/qualification/", buyer.qualification, name="qualification"),
    path("trading/evaluations/lots/<int:evaluation_id>/report/", buyer.report, name="report"),
]
