"""Deals as files for whoever wants them: CSV of any length, Excel up to a bound. The filters are those of the page."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from portal.core.errors import DomainError
from portal.core.exports import Column
from portal.core.exports.writers import WRITERS, yes_no
from portal.core.registries import Text
from procurement.filters import DealFilter, span
from procurement.views.deals import listed, years

Kind = Literal["csv", "xlsx"]
EXCEL_ROWS = 20_000  # written while the reader waits; the rows of a CSV file cost a tenth of that
CHUNK = 500
COLUMNS = (
    Column(pgettext_lazy("deal", "Listed on"), "listed_on", "date"),
    Column(_("Title"), "title"),
    Column(_("Category"), lambda deal: deal.get_category_display()),
    Column(_("Method"), lambda deal: deal.get_method_display()),
    Column(_("Below the threshold"), lambda deal: yes_no(deal.below_threshold)),
    Column(_("Result"), lambda deal: deal.get_status_display()),
    Column(_("Result on"), "awarded_on", "date"),
    Column(_("Buyer or seller"), "buyer"),
    Column(_("Winner"), "winner"),
    Column(_("Budget"), "budget_fen", "money"),
    Column(_("Control price"), "control_price_fen", "money"),
    Column(_("Starting price"), "start_fen", "money"),
    Column(_("Deal amount"), "deal_fen", "money"),
    Column(_("Base"), "base_fen", "money"),
    Column(_("Saved"), "savings_fen", "money"),
    Column(_("Premium over the starting price"), "premium_fen", "money"),
    Column(_("Recorded from"), "source"),
    Column(_("Identifier there"), "external_id"),
)


class TooLong(DomainError):
    """The list does not fit into a workbook that is made while the reader waits."""

    code = "too_long"
    status = 422
    default_message = _("An Excel file holds at most 20,000 deals here. Narrow the filters, or take the CSV file.")


@require_safe
def deal_file(request: HttpRequest, kind: Kind) -> FileResponse:
    """The chosen deals, newest first. Raises TooLong for a workbook over its bound."""
    form = DealFilter(request.GET, years=years())
    chosen = form.chosen()
    rows = listed(request.user, chosen).rows.defer("search").order_by("-listed_on", "-pk")
    if kind == "xlsx" and rows[EXCEL_ROWS:].exists():
        raise TooLong
    first, last = span(chosen)
    return sent(kind, f"deals-{first}-{last}", _("Deals"), COLUMNS, rows.iterator(chunk_size=CHUNK))


def sent(kind: Kind, name: str, title: Text, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    """Rows as a file that is gone once it was sent: it is written beside the memory, not into it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        writer = WRITERS[kind](str(path), str(title), columns)
        for row in rows:
            writer.row([column.read(row) for column in columns])
        writer.close([])
        content = path.open("rb")  # still readable when the folder is gone
    return FileResponse(content, as_attachment=True, filename=path.name, content_type=writer.mime)
