"""Document numbers (文号): 海市监受〔2026〕12号, one series without gaps for authority, kind and year."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from portal.core.numbers import next_serial, normalise_number

PREFIX = "WH"  # 文号
_OPENING, _CLOSING = re.compile(r"[\[\(【{<〈《]"), re.compile(r"[\]\)】}>〉》]")
_DASHED = re.compile(r"[A-Z]{1,6}(?:-[0-9A-Z]+)+")  # a receipt's own number: PJ-ZJJ-2026-00000012-8
_FORM = re.compile(r"(.+〔\d{4}〕)(?:第)?0*(\d+)号?")


@dataclass(frozen=True)
class Series:
    """The letters of an authority (海市监) with the word of the kind (受); together they name one series a year."""

    letters: str
    word: str

    @property
    def name(self) -> str:
        return f"{self.letters}{self.word}"


def next_document_number(series: Series, day: dt.date) -> str:
    """The next number of the series in the year of `day`.

    Without gaps: the counter's row is raised in the transaction of the paper, and falls back with it. Two authorities
    with the same letters would share one series, so a number never names two papers.
    """
    serial = next_serial(PREFIX, series.name[:20], day.replace(month=1, day=1))
    return f"{series.name}〔{day.year}〕{serial}号"


def normalise_document_number(text: str) -> str:
    """What a person typed, as printed: any brackets, blanks and a missing 号 are forgiven."""
    plain = "".join(unicodedata.normalize("NFKC", text.replace("〔", "[").replace("〕", "]")).split())
    dashed = normalise_number(plain)
    if _DASHED.fullmatch(dashed):
        return dashed
    printed = _CLOSING.sub("〕", _OPENING.sub("〔", plain))
    found = _FORM.fullmatch(printed)
    return f"{found[1]}{found[2]}号" if found else printed
