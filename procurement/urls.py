"""Addresses of public resource trading."""

from django.urls import path, register_converter

from procurement.views import deals, files, statistics

app_name = "procurement"


class FileKind:
    """csv or xlsx."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FileKind, "deal_file")

urlpatterns = [
    path("deals/", deals.deal_list, name="deals"),
    path("deals/list.<deal_file:kind>", files.deal_file, name="deal-file"),
    path("deals/statistics/", statistics.statistics, name="statistics"),
    path("deals/statistics.<deal_file:kind>", statistics.statistics_file, name="statistics-file"),
    path("deals/<int:deal_id>/", deals.deal, name="deal"),
]
