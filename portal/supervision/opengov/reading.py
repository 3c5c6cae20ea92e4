"""Which rows of a dataset are asked for: the period, its presets, a preview, and a file written while one waits."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.datasets import Dataset, Span, Value, dataset
from portal.core.errors import NotFound
from portal.core.forms import DateField, PortalForm
from portal.core.registries import Text
from portal.core.time import today
from portal.supervision.opengov.writers import MIME, Seen, write_rows

PREVIEW_ROWS = 20
DIRECT_DAYS = 366  # a longer period is prepared by a job
DIRECT_ROWS = 20_000  # and so is what turns out to have more rows
LONGEST_DAYS = 20 * 366
EARLIEST = dt.date(2000, 1, 1)
IN_MEMORY = 1024 * 1024  # bytes of a file that is written while one waits; what is beyond lies on the disk
FORMATS: dict[str, Text] = {
    "csv": pgettext_lazy("format", "CSV"),
    "xlsx": pgettext_lazy("format", "Excel"),
    "json": pgettext_lazy("format", "JSON"),
    "ndjson": pgettext_lazy("format", "JSON Lines"),
}


def dataset_called(code: str) -> Dataset:
    """The dataset of this code. Raises NotFound with a sentence that names it."""
    found = dataset(code)
    if found is None:
        raise NotFound(
            _("There is no dataset “%(name)s”. The catalogue of open data lists all of them."), name=code[:60]
        )
    return found


def format_called(text: str) -> str:
    """Raises NotFound with the formats there are."""
    if text not in FORMATS:
        raise NotFound(
            _("Open data is not given out as “%(name)s”. Choose CSV, Excel (xlsx), JSON or NDJSON."), name=text[:20]
        )
    return text


class PeriodForm(PortalForm):
    """From and to; an empty one is filled in, nonsense is said."""

    first = DateField(label=pgettext_lazy("period", "From"), required=False)
    last = DateField(label=pgettext_lazy("period", "To"), required=False)

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The end lies before the beginning."))
        elif first and first < EARLIEST:
            self.add_error("first", _("There are no data from before the year 2000."))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last", _("A period has at most twenty years. Please ask for a shorter one."))
        elif last and not first and last < EARLIEST:
            self.add_error("last", _("There are no data from before the year 2000."))
        return data

    def span(self) -> Span:
        """The days that are meant; what is not given reaches over a year. Only after `is_valid()`."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if last is None:
            last = today() if first is None else max(first, min(today(), first + dt.timedelta(days=LONGEST_DAYS - 1)))
        return Span(first or max(EARLIEST, last - dt.timedelta(days=DIRECT_DAYS - 1)), last)


def default_span() -> Span:
    """The year up to today."""
    return Span(today() - dt.timedelta(days=DIRECT_DAYS - 1), today())


def asked_for(query: QueryDict) -> PeriodForm:
    """The form as the address fills it in; with an empty address it is valid and means the default."""
    return PeriodForm({name: query.get(name, "").strip() for name in ("first", "last")})


def is_large(one: Dataset, span: Span) -> bool:
    """Whether nobody should wait for it."""
    return not one.whole and (span.last - span.first).days >= DIRECT_DAYS


def presets(span: Span) -> list[tuple[Text, Span, bool]]:
    """Named periods, and whether each is the one that is shown."""
    day = today()
    month = day.replace(day=1)
    before = month - dt.timedelta(days=1)
    year = day.replace(month=1, day=1)
    found: list[tuple[Text, Span]] = [
        (_("The last twelve months"), default_span()),
        (_("This month"), Span(month, day)),
        (_("Last month"), Span(before.replace(day=1), before)),
        (_("This year"), Span(year, day)),
        (_("Last year"), Span(dt.date(day.year - 1, 1, 1), dt.date(day.year - 1, 12, 31))),
    ]
    return [(label, one, one == span) for label, one in found]


def preview(one: Dataset, span: Span) -> tuple[list[tuple[Value, ...]], bool]:
    """The first rows, and whether there are more."""
    rows = list(islice(one.rows(span), PREVIEW_ROWS + 1))
    return rows[:PREVIEW_ROWS], len(rows) > PREVIEW_ROWS


@dataclass(frozen=True)
class Written:
    """A file that is there: at its beginning, with its size and a digest of its rows."""

    file: IO[bytes]
    size: int
    rows: int
    digest: str


def written(one: Dataset, span: Span, format: str, *, bom: bool = False, most: int | None = DIRECT_ROWS) -> Written:
    """Write the dataset into a temporary file, on the disk when it grows. Raises TooManyRows."""
    file: Any = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        rows, digest = write_rows(one, one.rows(span), format, file, bom=bom, most=most)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return Written(file, size, rows, digest)


def digest_of(one: Dataset, span: Span) -> tuple[int, str]:
    """How many rows there are, and what they come to."""
    seen = Seen()
    for values in one.rows(span):
        seen.add(values)
    return seen.rows, seen.digest


def file_name(one: Dataset, span: Span, format: str) -> str:
    """As a download is called: `approvals-daily_2026-01-01_2026-11-22.csv`."""
    period = "" if one.whole else f"_{span.first}_{span.last}"
    return f"{one.code}{period}.{format}"


def mime_of(format: str) -> str:
    return MIME[format]
