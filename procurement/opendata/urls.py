"""Addresses of open data: packages under /ocds/, the page that explains them, the deals of the API."""

from django.urls import path

from procurement.opendata import api
from procurement.opendata.views import about, ocds

app_name = "opendata"

urlpatterns = [
    path("ocds/", about.about, name="about"),
    path("ocds/releases", ocds.releases, name="releases"),
    path("ocds/releases/<str:ocid>", ocds.process_releases, name="process-releases"),
    path("ocds/records", ocds.records, name="records"),
    path("ocds/records/<str:ocid>", ocds.process_record, name="process-record"),
    path("ocds/bulk/<int:year>/releases.jsonl", ocds.year_releases, name="year-releases"),
    path("ocds/bulk/<int:year>/compiled.jsonl", ocds.year_records, name="year-records"),
    path("ocds/bulk/<int:year>/<slug:table>.csv", ocds.year_table, name="year-table"),
    path("api/v1/deals", api.Deals.as_view(), name="api-deals"),
    path("api/v1/deals/<int:deal_id>", api.OneDeal.as_view(), name="api-deal"),
]
