"""Figures in a text: `{approvals.received}` is replaced by the figure, `{approvals.received:change}` by how it moved.

Who edits the text moves the marks about or leaves them out; the number itself cannot be typed over. The editor shows a
mark by the figure's name in the reader's language (`spoken`), the database keeps its path (`kept`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.supervision.reports import wording
from portal.supervision.reports.figures import FIGURES, RESTS_ON, Figure, Span, value_of

MARK = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)+)(?::(change|top|bottom))?\}")
SPOKEN = re.compile(r"\{\s*([^{}:：]+?)\s*(?:[:：]\s*([^{}]+?)\s*)?\}")
FACETS = {
    "change": pgettext_lazy("mark of a figure", "change"),
    "top": pgettext_lazy("mark of a figure", "best departments"),
    "bottom": pgettext_lazy("mark of a figure", "last departments"),
}
BRACE = re.compile(r"[{}]")
DIGITS = re.compile(r"\d")
NAMED = 3


@dataclass(frozen=True)
class Piece:
    """A stretch of text; a figure leads to what it was counted from."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Bound:
    """The figures that a text is bound to."""

    now: Mapping[str, Any]
    then: Mapping[str, Any] | None
    departments: list[dict[str, Any]]
    comparison: str
    span: Span
    least: int = 1  # the smallest count whose change is told in percent
    sample: int = 1  # what a rate of a department must rest on for the department to be named


def spoken(text: str) -> str:
    """The text with its marks by their names, as the editor shows it."""

    def named(match: re.Match[str]) -> str:
        figure = FIGURES.get(match.group(1))
        if figure is None:
            return match.group(0)
        return mark_of(figure, match.group(2) or "")

    return MARK.sub(named, text)


def mark_of(figure: Figure, facet: str = "") -> str:
    """The mark of a figure by its name."""
    return f"{{{figure.label}: {FACETS[facet]}}}" if facet else f"{{{figure.label}}}"


def kept(text: str) -> str:
    """The text with its marks by their paths; a name that is none stays, for `problems` to tell of."""
    paths = {str(figure.label): path for path, figure in FIGURES.items()}
    facets = {str(name): facet for facet, name in FACETS.items()}

    def by_path(match: re.Match[str]) -> str:
        name, facet = match.group(1), match.group(2)
        path = paths.get(name, name)
        return f"{{{path}:{facets.get(facet, facet)}}}" if facet else f"{{{path}}}"

    return SPOKEN.sub(by_path, text)


def problems(text: str) -> list[str]:
    """What is wrong with the marks of a text, in sentences."""
    found = []
    for match in SPOKEN.finditer(text):
        path, facet = match.group(1), match.group(2)
        if path not in FIGURES:
            found.append(_("There is no figure called “%(name)s”.") % {"name": path})
        elif facet and facet not in FACETS:
            found.append(_("“%(name)s” cannot be said of a figure.") % {"name": facet})
        elif facet in {"top", "bottom"} and path not in RESTS_ON:
            found.append(_("Departments cannot be ranked by “%(name)s”.") % {"name": FIGURES[path].label})
    if BRACE.search(SPOKEN.sub("", text)):
        example = mark_of(FIGURES["approvals.received"])
        found.append(_("A figure's mark is damaged: it is written as %(mark)s.") % {"mark": example})
    return found


def typed_digits(text: str) -> bool:
    """Whether somebody typed a number by hand, which nothing keeps right."""
    return bool(DIGITS.search(MARK.sub("", text)))


def pieces(text: str, bound: Bound) -> Iterator[Piece]:
    """The text with its figures in place, each leading to its page."""
    place = 0
    for match in MARK.finditer(text):
        if match.start() > place:
            yield Piece(text[place : match.start()])
        yield from _figure(FIGURES[match.group(1)], match.group(2) or "", bound)
        place = match.end()
    if place < len(text):
        yield Piece(text[place:])


def plain(text: str, bound: Bound) -> str:
    return "".join(piece.text for piece in pieces(text, bound))


def _figure(figure: Figure, facet: str, bound: Bound) -> Iterator[Piece]:
    if facet in {"top", "bottom"}:
        yield from _ranked(figure, facet == "top", bound)
    elif facet == "change":
        told = wording.change(figure, bound.now, bound.then, bound.comparison, bound.least)
        if told:
            yield Piece(_(", %(change)s") % {"change": told})
    else:
        yield Piece(wording.written(figure, bound.now), figure.url(bound.span))


def ranked(path: str, bound: Bound) -> list[dict[str, Any]]:
    """The departments by a rate, the best first; those with too few cases are left out."""
    figure = FIGURES[path]
    least = max(1, bound.sample)
    enough = [
        row
        for row in bound.departments
        if (value_of(row["now"], RESTS_ON[path]) or 0) >= least and wording.printed(figure, row["now"]) is not None
    ]
    sign = -1 if figure.better > 0 else 1
    return sorted(enough, key=lambda row: (sign * (wording.printed(figure, row["now"]) or 0), row["code"]))


def _ranked(figure: Figure, best: bool, bound: Bound) -> Iterator[Piece]:
    rows = ranked(figure.path, bound)
    chosen = rows[:NAMED] if best else rows[::-1][:NAMED]
    for place, row in enumerate(chosen):
        if place:
            yield Piece(_(", ") if place < len(chosen) - 1 else _(" and "))
        span = Span(bound.span.first, bound.span.last, bound.span.as_of, row["pk"])
        yield Piece(_("%(name)s (") % {"name": row["name"]})
        yield Piece(wording.written(figure, row["now"]), figure.url(span))
        yield Piece(_(")"))
