"""Addresses of papers, and of their public check."""

from django.urls import path

from portal.core.views import documents

urlpatterns = [
    path("check/", documents.check, name="check"),
    path("check/file/", documents.check_file, name="check-file"),
    path("check/<int:pk>/<str:code>/", documents.checked, name="checked"),
    path("papers/<int:pk>/", documents.document, name="document"),
    path("papers/<int:pk>/en/", documents.copy, name="document-copy"),
    path("papers/<int:pk>/en/ask/", documents.ask_copy, name="document-copy-ask"),
    path("papers/<int:pk>/again/", documents.again, name="document-again"),
]
