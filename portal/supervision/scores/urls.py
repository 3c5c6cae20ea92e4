"""Addresses of the rankings: the staff's under `scores/`, the public board under `weekly-ranking/`."""

from django.urls import URLPattern, path

from portal.supervision.scores.views import public, ranking, suggestions, versions

app_name = "scores"

urlpatterns: list[URLPattern] = [
    path("scores/", ranking.ranking, name="ranking"),
    path("scores/editions/", ranking.editions, name="editions"),
    path("scores/compute/", ranking.compute, name="compute"),
    path("scores/editions/<int:pk>/steps/<slug:code>/", ranking.step, name="step"),
    path("scores/rows/<int:pk>/", ranking.row, name="row"),
    path("scores/rows/<int:pk>/cases/<slug:code>/", ranking.behind, name="behind"),
    path("scores/rows/<int:pk>/ask/<slug:code>/", suggestions.ask, name="ask"),
    path("scores/versions/", versions.versions, name="versions"),
    path("scores/versions/new/", versions.new, name="version-new"),
    path("scores/versions/<int:pk>/", versions.version, name="version"),
    path("scores/versions/<int:pk>/edit/", versions.edit, name="version-edit"),
    path("scores/versions/<int:pk>/try/", versions.trial, name="version-try"),
    path("scores/versions/<int:pk>/steps/<slug:code>/", versions.step, name="version-step"),
    path("scores/suggestions/", suggestions.proposals, name="proposals"),
    path("scores/suggestions/<int:pk>/", suggestions.proposal, name="proposal"),
    path("scores/suggestions/<int:pk>/answer/", suggestions.answer, name="answer"),
    path("scores/suggestions/<int:pk>/steps/<slug:code>/", suggestions.step, name="proposal-step"),
    path("scores/measures/<int:pk>/", suggestions.measure, name="measure"),
    path("weekly-ranking/", public.board, name="public"),
    path("weekly-ranking/data.csv", public.data, name="public-data"),
]
