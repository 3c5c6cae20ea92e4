"""Addresses of open government: pages, files and feeds for everybody, and the open part of the API."""

from django.urls import URLPattern, path

from portal.supervision.opengov import api
from portal.supervision.opengov.views import data, feeds, page

app_name = "opengov"
ONE = "open/data/<slug:code>/"
API = "api/v1/open/datasets"

urlpatterns: list[URLPattern] = [
    path("open/", page.page, name="page"),
    path("open/notices.atom", feeds.notices, name="notices"),
    path("open/data/", data.data_list, name="catalogue"),
    path("open/data/catalog.json", data.catalog, name="catalog"),
    path("open/data/changes.atom", feeds.changes, name="changes"),
    path(ONE, data.data_page, name="dataset"),
    path(f"{ONE}datapackage.json", data.datapackage, name="datapackage"),
    path(f"{ONE}dictionary.json", data.dictionary_json, name="dictionary-json"),
    path(f"{ONE}dictionary.csv", data.dictionary_csv, name="dictionary-csv"),
    path(f"{ONE}download/<slug:format>", data.download, name="download"),
    path(f"{ONE}prepare/", data.prepare, name="prepare"),
    path("open/files/<uuid:uid>/", data.file_page, name="file"),
    path("open/files/<uuid:uid>/content", data.file_content, name="file-content"),
    path(API, api.OpenDatasets.as_view(), name="api-datasets"),
    path(f"{API}/<str:code>", api.OneOpenDataset.as_view(), name="api-dataset"),
    path(f"{API}/<str:code>/rows", api.OpenRows.as_view(), name="api-rows"),
]
