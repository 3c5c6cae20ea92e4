"""Lists of this room as files: who took the documents of one tender. The filters are those of the page."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, register_export
from procurement.tenders.forms import DownloadFilter
from procurement.tenders.policies import may_watch_downloads
from procurement.tenders.views.downloads import listed


def _described(_user: Any, params: QueryDict) -> list[tuple[Any, Any]]:
    return [(_("Tender"), params.get("number", "")), *DownloadFilter(params).described()]


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "tenders.downloads",
        title=_("Who took the documents"),
        policy=may_watch_downloads,
        queryset=listed,
        filters=_described,
        columns=[
            Column(_("Tender"), "project.number"),
            Column(pgettext_lazy("download", "Moment"), "at", "moment"),
            Column(_("Firm"), "organisation.name"),
            Column(_("Unified social credit code"), "organisation.uscc"),
            Column(_("Document"), "document.file.name"),
            Column(_("Kind"), lambda row: row.document.get_kind_display()),
            Column(_("Version of"), "document.added_at", "moment"),
            Column(_("Network address (masked)"), "masked_sender"),
            Column(_("Mark of the device"), "device_sign"),
        ],
    )
