"""Addresses of public resource trading."""

from django.urls import path

from procurement import views

app_name = "procurement"

urlpatterns = [
    path("deals/", views.deal_list, name="deals"),
    path("deals/<int:deal_id>/", views.deal, name="deal"),
]
