"""Addresses of hall.social: the centre's pages, those of a social supervisor, and the public ones."""

from django.urls import path

from hall.social.views import own, public, register, visits

app_name = "social"

urlpatterns = [
    path("social/visits/", visits.visits, name="visits"),
    path("social/visits/plan/", visits.plan, name="plan"),
    path("social/visits/<slug:number>/", visits.visit, name="visit"),
    path("social/register/", register.people, name="register"),
    path("social/register/appoint/", register.appoint, name="appoint"),
    path("social/register/<int:supervisor_id>/", register.supervisor, name="supervisor"),
    path("social/register/<int:supervisor_id>/edit/", register.edit, name="edit"),
    path("my/visits/", own.mine, name="mine"),
    path("my/visits/<int:seat_id>/", own.seat, name="seat"),
    path("my/visits/<int:seat_id>/finding/", own.finding_new, name="finding-new"),
    path("my/visits/<int:seat_id>/report/", own.report, name="report"),
    path("my/visits/<int:seat_id>/finding/<int:finding_id>/withdraw/", own.withdraw, name="withdraw"),
    path("social-supervision/", public.home, name="public"),
    path("social-supervision/<slug:number>/", public.visit, name="public-visit"),
    path("social-supervision/<slug:number>/record.json", public.record, name="record"),
]
