"""Addresses of the administrators' pages of imports; included by core/urls.py."""

from django.urls import path

from portal.core.views import imports

urlpatterns = [
    path("imports/", imports.import_list, name="imports"),
    path("imports/new/", imports.upload, name="import-new"),
    path("imports/<int:job_id>/", imports.import_page, name="import"),
    path("imports/<int:job_id>/start/", imports.start, name="import-start"),
    path("imports/<int:job_id>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<int:job_id>/errors/", imports.errors, name="import-errors"),
]
