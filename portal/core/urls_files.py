"""Routes of files and of the access log, included by `portal.core.urls`."""

from django.urls import path

from portal.core.views.access import access_log
from portal.core.views.files import file

urlpatterns = [
    path("files/<int:file_id>/", file, name="file"),
    path("access-log/", access_log, name="access-log"),
]
