"""Addresses of the catalogue. The guide's is short, because it stands on posters as a QR code."""

from django.urls import path

from approvals.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("items/", views.item_list, name="list"),
    path("guide/<str:code>/", views.guide, name="guide"),
    path("guide/<str:code>/qr.svg", views.guide_qr, name="guide-qr"),
]
