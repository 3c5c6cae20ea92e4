"""Addresses of the catalogue. The guide's is short, because it stands on posters as a QR code."""

from django.urls import path

from approvals.catalogue.urls_admin import admin_patterns
from approvals.catalogue.views import citizen

app_name = "catalogue"
urlpatterns = [
    path("items/", citizen.item_list, name="list"),
    path("guide/<str:code>/", citizen.guide, name="guide"),
    path("guide/<str:code>/qr.svg", citizen.guide_qr, name="guide-qr"),
    path("guide/<str:code>/files/<int:file_id>/", citizen.guide_file, name="guide-file"),
    path("guided/", citizen.guided_list, name="guided-list"),
    path("guided/<slug:code>/", citizen.guided, name="guided"),
    *admin_patterns,
]
