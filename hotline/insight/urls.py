"""Addresses of hotline.insight."""

from django.urls import path

from hotline.insight import views

app_name = "insight"

urlpatterns = [
    path("hotline/insight/", views.rates, name="rates"),
    path("hotline/insight/topics/", views.topics, name="topics"),
    path("hotline/insight/tickets/", views.behind, name="behind"),
]
