"""The stream of lamps as a workbook. It is a union of many lists, so it has no primary key to be exported by."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core.exports import Column
from portal.core.exports.writers import ExcelWriter
from portal.core.lamps import APPS, COLOURS, Lamp, stream
from portal.core.templatetags.portal import moment
from portal.core.time import now
from portal.supervision.monitoring.reading import Asked, names_of
from portal.supervision.monitoring.records import Whose, record_of

MOST = 20_000  # lamps; who has more narrows the list by department or app
BATCH = 1000


def download(name: str, writes: Callable[[str], object]) -> HttpResponse:
    """The workbook that `writes(path)` makes, as a file to keep."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as folder:
        path = Path(folder) / name
        writes(str(path))
        response = HttpResponse(path.read_bytes(), content_type=ExcelWriter.mime)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def write(path: str, asked: Asked) -> int:
    """Write the lamps of the page's filters; returns how many. One query of lamps and one of names for each batch."""
    columns = [
        Column(pgettext("lamp", "Colour"), ""),
        Column(pgettext("lamp", "App"), ""),
        Column(pgettext("lamp", "What"), ""),
        Column(pgettext("lamp", "Number"), ""),
        Column(pgettext("lamp", "Subject"), ""),
        Column(pgettext("lamp", "Whose"), ""),
        Column(_("Person responsible"), ""),
        Column(pgettext("lamp", "Since"), "", "date"),
        Column(_("Due on"), "", "date"),
    ]
    writer = ExcelWriter(path, str(_("Lamps")), columns)
    count = 0
    for batch in _batches(asked):
        people = names_of(batch)
        for lamp in batch:
            department = asked.known.get(lamp.department_id) if lamp.department_id else None
            whose = department.display_name if department else lamp.owner
            writer.row(
                [str(COLOURS[lamp.colour]), str(APPS[lamp.source.app]), str(lamp.source.title), lamp.number,
                 lamp.title, whose, people.get(lamp.person_id or 0, ""), lamp.since, lamp.due]
            )  # fmt: skip
            count += 1
    writer.close([(_("As of"), moment(now())), (pgettext("lamp", "Lamps listed"), str(count))])
    return count


def write_record(path: str, whose: Whose, title: str, *, kind: str = "") -> int:
    """Write the record of a unit or a person, the latest first; returns how many lines."""
    columns = [
        Column(_("Day"), "", "date"),
        Column(pgettext("act", "Kind"), ""),
        Column(pgettext("act", "Number"), ""),
        Column(pgettext("act", "Subject"), ""),
        Column(_("State"), ""),
        Column(_("Replied late"), ""),
    ]
    writer = ExcelWriter(path, title, columns)
    count, cursor = 0, ""
    while count < MOST:
        page = record_of(whose, cursor, kind=kind)
        for one in page.rows:
            writer.row([one.on, str(one.label), one.number, one.name, str(one.state), _("Yes") if one.late else ""])
        count += len(page.rows)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    writer.close([(pgettext("act", "Subject"), title), (_("As of"), moment(now()))])
    return count


def _batches(asked: Asked) -> Iterator[list[Lamp]]:
    cursor: str | None = ""
    for _batch in range(MOST // BATCH):
        lamps, cursor = stream(asked.scope, cursor=cursor or "", limit=BATCH)
        yield lamps
        if cursor is None:
            return
