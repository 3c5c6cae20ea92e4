"""Writes the rows that were refused in the form they came in, with line and reason, to be mended and sent again."""

import csv
import io
import json
from collections.abc import Iterator

from portal.core.exchange.forms import ERROR_COLUMNS
from portal.core.exchange.reader import CSV
from portal.core.models.exchange import ImportJob

BOM = "\ufeff"  # so that spreadsheet programs read Chinese


def error_lines(job: ImportJob) -> Iterator[str]:
    """The error file, line by line, from the database's cursor: memory stays flat."""
    rejects = job.rejects.order_by("line", "id").values_list("line", "row", "reason").iterator(chunk_size=2000)
    if job.kind != CSV:
        for line, row, reason in rejects:
            record = row if isinstance(row, dict) else {"raw": row}
            yield json.dumps({**record, "line": line, "reason": reason}, ensure_ascii=False) + "\n"
        return
    kept = [place for place, name in enumerate(job.header) if name not in ERROR_COLUMNS]
    yield BOM + _csv_line([*(job.header[place] for place in kept), *ERROR_COLUMNS])
    for line, row, reason in rejects:
        cells = row if isinstance(row, list) else [row]
        if len(cells) <= len(job.header):
            cells = [cells[place] if place < len(cells) else "" for place in kept]
        else:  # too many cells: all of them are kept before the line and the reason
            cells = list(cells)
        yield _csv_line([*cells, line, reason])


def error_file_name(job: ImportJob) -> str:
    """What the download is called."""
    return f"{job.form}-{job.pk}-errors.{job.kind}"


def _csv_line(cells: list[object]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(cells)
    return stream.getvalue()
