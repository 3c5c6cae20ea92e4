"""Reads CSV and NDJSON in chunks with flat memory: line numbers kept, a broken row never stops the file."""

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from portal.core.errors import Invalid
from portal.core.exchange.forms import ERROR_COLUMNS, Rejected, Row

CSV, NDJSON = "csv", "ndjson"
LINE_LIMIT = 1 << 20  # bytes; a longer line is no row
CHUNK_BYTES = 4 << 20
# A quoted cell that spans lines may go on this far past the end of a chunk; csv's own limit of a cell is as large.
CELL_LIMIT = csv.field_size_limit()
BLOCK = 1 << 16
KEY_LENGTH = 120


class Unreadable(Invalid):
    """The file as a whole cannot be read; no row was looked at."""

    code = "unreadable"


@dataclass(frozen=True)
class Head:
    """What the start of a file tells: its kind, its columns, and where the rows begin."""

    kind: str
    header: list[str]
    line: int
    offset: int
    newline: bytes


@dataclass(frozen=True)
class Chunk:
    """Some whole rows of the file. `number` means the same lines whenever the file is cut with the same size."""

    number: int
    line: int
    lines: list[bytes]
    next_offset: int

    @property
    def next_line(self) -> int:
        return self.line + len(self.lines)


def read_head(file: BinaryIO, *, key: str) -> Head:
    """Look at the start of the file. Raises Unreadable when it is not the form at all."""
    file.seek(0)
    start = file.read(BLOCK)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable(_("The file is empty."))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start[:64]:
        raise Unreadable(_("The file is not text in UTF-8. Please save it as “CSV UTF-8” and send it again."))
    newline = b"\r" if b"\r" in start and b"\n" not in start else b"\n"
    skip = 3 if start.startswith(codecs.BOM_UTF8) else 0
    if start[skip:].lstrip()[:1] == b"{":
        return Head(NDJSON, [], 1, skip, newline)
    if start[skip:].lstrip()[:1] == b"[":
        raise Unreadable(_("This is one JSON list. Please send one object on each line (NDJSON) or CSV."))
    return _csv_head(file, skip, newline, key)


def _csv_head(file: BinaryIO, skip: int, newline: bytes, key: str) -> Head:
    lines, offset = [], skip
    for line in _lines(file, skip, newline):
        lines.append(line)
        offset += len(line)
        if line.strip() or len(lines) > 100:
            break
    try:
        text = lines[-1].decode("utf-8")
        header = [name.strip() for name in next(csv.reader([text], strict=True), [])]
    except (UnicodeDecodeError, csv.Error):
        raise Unreadable(_("The first line with the names of the columns cannot be read as CSV in UTF-8.")) from None
    if key not in header:
        raise Unreadable(
            _("The first line names no column “%(key)s”. Columns are separated by commas, names as in the form."),
            key=key,
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unreadable(_("These columns are named twice: %(names)s."), names=", ".join(twice))
    return Head(CSV, header, len(lines) + 1, offset, newline)


def chunks(
    file: BinaryIO, head: Head, *, size: int, number: int = 0, line: int = 0, offset: int = 0
) -> Iterator[Chunk]:
    """Cut the file into chunks of about `size` lines from a checkpoint on; a row is never cut in two."""
    line, offset = line or head.line, offset or head.offset
    taken: list[bytes] = []
    taken_bytes, quotes, cut_at = 0, 0, -1
    for text in _lines(file, offset, head.newline):
        taken.append(text)
        taken_bytes += len(text)
        if head.kind == CSV:
            quotes += text.count(b'"')
        if len(taken) < size and taken_bytes < CHUNK_BYTES:
            continue
        if quotes % 2 and cut_at < 0:
            cut_at, cut_bytes = len(taken), taken_bytes
        if quotes % 2 and taken_bytes - cut_bytes <= CELL_LIMIT:
            continue  # a quoted cell is open here: the row goes on
        keep, rest = taken, []
        if quotes % 2:  # it never closes: cut where the chunk was full, the reader says what is wrong
            keep, rest = taken[:cut_at], taken[cut_at:]
        size_kept = sum(map(len, keep))
        offset += size_kept
        yield Chunk(number, line, keep, offset)
        number, line = number + 1, line + len(keep)
        if rest:
            yield from chunks(file, head, size=size, number=number, line=line, offset=offset)
            return
        taken, taken_bytes, quotes, cut_at = [], 0, 0, -1
    if taken:
        yield Chunk(number, line, taken, offset + taken_bytes)


def _lines(file: BinaryIO, offset: int, newline: bytes) -> Iterator[bytes]:
    """Lines with their ends. A line over the limit comes in pieces of the limit's size, each of which is refused."""
    file.seek(offset)
    if newline == b"\n":
        while line := file.readline(LINE_LIMIT):
            yield line
        return
    pending = b""
    while block := file.read(BLOCK):
        *whole, pending = (pending + block).split(newline)
        for line in whole:
            yield line + newline
        if len(pending) > LINE_LIMIT:
            yield pending
            pending = b""
    if pending:
        yield pending


@dataclass
class Read:
    """What a chunk held: good records as rows of the form, broken ones, and names that the form does not know."""

    rows: list[Row]
    rejected: list[Rejected]
    unknown: set[str]


class Reader:
    """Turns the lines of a chunk into rows whose cells stand in the order of the form's columns."""

    def __init__(self, head: Head, names: Sequence[str], *, key: str, salt: str) -> None:
        self.head, self.names, self.salt = head, list(names), salt.encode()
        self.key_place = self.names.index(key)
        places = {name: place for place, name in enumerate(head.header)}
        self.places = [places.get(name, -1) for name in self.names]
        self.known = {*self.names, *ERROR_COLUMNS}

    def read(self, chunk: Chunk) -> Read:
        """Read a chunk; bad records come back as rejected, with their line."""
        found = Read([], [], set())
        if self.head.kind == NDJSON:
            self._read_ndjson(chunk, found)
        else:
            found.unknown.update(name for name in self.head.header if name and name not in self.known)
            self._read_csv(chunk, found)
        return found

    def _read_csv(self, chunk: Chunk, found: Read) -> None:
        lines = [line.decode("utf-8", "surrogateescape") for line in chunk.lines]
        width, at = len(self.head.header), 0
        while at < len(lines):
            reader = csv.reader(iter(lines[at:]) if at else iter(lines), strict=True)
            base = at
            try:
                for cells in reader:
                    line, at = chunk.line + at, base + reader.line_num
                    if not cells or (len(cells) == 1 and not cells[0].strip()):
                        continue
                    if len(cells) != width:
                        found.rejected.append(Rejected(line, cells, _width_reason(len(cells), width)))
                        continue
                    padded = [*cells, ""]  # place -1 = a column the file does not have
                    self._take(line, cells, [padded[place].strip() for place in self.places], found)
            except csv.Error as error:
                # Only the line where the broken row begins is given up; the ones after it are read again.
                line = chunk.line + at
                found.rejected.append(Rejected(line, lines[at].rstrip("\r\n"), _csv_reason(error)))
                at += 1

    def _read_ndjson(self, chunk: Chunk, found: Read) -> None:
        for line, data in enumerate(chunk.lines, start=chunk.line):
            text = data.decode("utf-8", "surrogateescape").strip()
            if not text:
                continue
            try:
                record = json.loads(text, parse_constant=str)
            except (ValueError, RecursionError):
                found.rejected.append(Rejected(line, text[:CELL_LIMIT], _("This line is not JSON, or it breaks off.")))
                continue
            if not isinstance(record, dict):
                found.rejected.append(Rejected(line, text[:CELL_LIMIT], _("This line is not one JSON object.")))
                continue
            nested = [name for name, value in record.items() if isinstance(value, dict | list)]
            if nested:
                reason = _("%(name)s: This must be a text or a number.") % {"name": ", ".join(nested)}
                found.rejected.append(Rejected(line, record, reason))
                continue
            found.unknown.update(name for name in record if name not in self.known)
            self._take(line, record, [_as_text(record.get(name)) for name in self.names], found)

    def _take(self, line: int, raw: Any, texts: list[str], found: Read) -> None:
        try:
            data = "\x1f".join(texts).encode()
        except UnicodeEncodeError:
            found.rejected.append(Rejected(line, raw, _("This row is not in UTF-8.")))
            return
        if b"\0" in data or b"\x1e" in data:
            found.rejected.append(Rejected(line, raw, _("This row holds a control character.")))
            return
        external_id = texts[self.key_place]
        if not external_id:
            found.rejected.append(Rejected(line, raw, f"{self.names[self.key_place]}: {_('This must not be empty.')}"))
            return
        if len(external_id) > KEY_LENGTH:
            reason = _("This is longer than %(limit)s characters.") % {"limit": KEY_LENGTH}
            found.rejected.append(Rejected(line, raw, f"{self.names[self.key_place]}: {reason}"))
            return
        digest = hashlib.blake2b(data, digest_size=8, key=self.salt[:64]).digest()
        found.rows.append(Row(line, external_id, raw, int.from_bytes(digest, "big", signed=True), texts))


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value).strip()


def _width_reason(cells: int, width: int) -> str:
    if cells < width:
        return _("This row has %(cells)s cells, the first line %(width)s: it may break off here.") % {
            "cells": cells,
            "width": width,
        }
    return _(
        "This row has %(cells)s cells, the first line only %(width)s: a text with a comma needs quotation marks."
    ) % {
        "cells": cells,
        "width": width,
    }


def _csv_reason(error: csv.Error) -> str:
    words = str(error)
    if "field larger" in words:
        return _("A quotation mark opens in this row and never closes.")
    if "unexpected end" in words:
        return _("The file breaks off in the middle of this row, or a quotation mark in it never closes.")
    return _("The quotation marks of this row do not match.")
