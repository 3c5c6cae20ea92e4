"""Addresses of the citizens' side of the hotline; included by `hotline.urls`."""

from django.urls import path

from hotline.views import citizen, citizen_own

urlpatterns = [
    path("12345/", citizen.ask, name="ask-new"),
    path("12345/received/", citizen.received, name="ask-received"),
    path("12345/track/", citizen_own.track, name="ask-track"),
    path("12345/mine/", citizen.mine, name="ask-mine"),
    path("12345/mine/<str:number>/", citizen_own.own, name="ask-own"),
    path("12345/mine/<str:number>/urge/", citizen_own.urge_it, name="ask-urge"),
    path("12345/mine/<str:number>/add/", citizen_own.add_to_it, name="ask-add"),
    path("12345/mine/<str:number>/rate/", citizen_own.rate_it, name="ask-rate"),
    path("12345/mine/<str:number>/reopen/", citizen_own.reopen_it, name="ask-reopen"),
]
