"""Addresses of exports; included by core/urls.py."""

from django.urls import path

from portal.core.views import exports

urlpatterns = [
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.new, name="export-new"),
    path("exports/<int:export_id>/", exports.export_page, name="export"),
    path("exports/<int:export_id>/cancel/", exports.cancel, name="export-cancel"),
    path("exports/<int:export_id>/file/", exports.file, name="export-file"),
]
