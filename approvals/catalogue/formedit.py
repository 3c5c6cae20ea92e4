"""Changes of a form definition as plain data: add, rewrite, move and take away pages and questions.

Each function gives a new definition and leaves the old one alone. A page without questions is unfinished and may wait;
every other fault that a change would bring in is refused, so what is stored stays as good as it was.
"""

import copy
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.formdef import FormDefinition
from portal.core.errors import Invalid, NotFound

Definition = dict[str, Any]


def faults_of(raw: Any) -> dict[str, str]:
    """Every fault of a definition by its place; empty = it can be published."""
    try:
        FormDefinition.parse(raw)
    except Invalid as error:
        return {place: str(message) for place, message in error.fields.items()}
    return {}


def unfinished(fault: str) -> bool:
    """A fault that only says that there is nothing yet."""
    return fault in (_("A section needs at least one field."), _("A form needs at least one section."))


def refuse_new_faults(before: Any, after: Any) -> None:
    """Raises Invalid, by place, with every fault of `after` that `before` did not have."""
    known = set(faults_of(before).values()) if before is not None else set()
    new = {place: text for place, text in faults_of(after).items() if not unfinished(text) and text not in known}
    if new:
        raise Invalid(_("The form definition has errors."), fields=new, code="form_definition")


def in_words(raw: Mapping[str, Any], place: str) -> str:
    """The title or label of what stands at a place such as `sections[0].fields[2]`, for people."""
    thing: Any = raw
    try:
        for part in place.split("."):
            name, _sep, number = part.partition("[")
            thing = thing[name][int(number.rstrip("]"))] if number else thing[name]
    except (KeyError, IndexError, ValueError, TypeError):
        return place
    return str(thing.get("label") or thing.get("title") or place) if isinstance(thing, dict) else place


def section_at(raw: Mapping[str, Any], code: str) -> int:
    """The place of a page. Raises NotFound."""
    for place, section in enumerate(raw.get("sections", ())):
        if section.get("code") == code:
            return place
    raise NotFound()


def field_at(raw: Mapping[str, Any], section: str, code: str) -> tuple[int, int]:
    """The place of a question: page and number. Raises NotFound."""
    page = section_at(raw, section)
    for place, row in enumerate(raw["sections"][page].get("fields", ())):
        if row.get("code") == code:
            return page, place
    raise NotFound()


def put_section(raw: Mapping[str, Any] | None, row: Mapping[str, Any], *, code: str = "") -> Definition:
    """Add a page at the end, or rewrite the one called `code`; its questions stay."""
    made = _copied(raw)
    if not code:
        made["sections"].append({**row, "fields": []})
        return made
    place = section_at(made, code)
    made["sections"][place] = {**row, "fields": made["sections"][place].get("fields", [])}
    return made


def put_field(raw: Mapping[str, Any], section: str, row: Mapping[str, Any], *, code: str = "") -> Definition:
    """Add a question at the end of a page, or rewrite the one called `code`. A new code is followed by conditions."""
    made = _copied(raw)
    if not code:
        made["sections"][section_at(made, section)].setdefault("fields", []).append(dict(row))
        return made
    page, place = field_at(made, section, code)
    made["sections"][page]["fields"][place] = dict(row)
    if row.get("code") != code:
        _follow(made, code, str(row.get("code")))
    return made


def move(raw: Mapping[str, Any], *, section: str, code: str = "", up: bool) -> Definition:
    """Exchange a page, or a question of it, with its neighbour. A question at the edge goes over to the next page."""
    made = _copied(raw)
    step = -1 if up else 1
    if not code:
        _swap(made["sections"], section_at(made, section), step)
        return made
    page, place = field_at(made, section, code)
    rows = made["sections"][page]["fields"]
    if 0 <= place + step < len(rows):
        _swap(rows, place, step)
    elif 0 <= page + step < len(made["sections"]):
        row = rows.pop(place)
        other = made["sections"][page + step].setdefault("fields", [])
        other.insert(len(other) if up else 0, row)
    return made


def remove(raw: Mapping[str, Any], *, section: str, code: str = "") -> Definition:
    """Take a page with its questions away, or one question."""
    made = _copied(raw)
    if code:
        page, place = field_at(made, section, code)
        del made["sections"][page]["fields"][place]
    else:
        del made["sections"][section_at(made, section)]
    return made


def controllers_before(raw: Mapping[str, Any] | None, *, section: str = "", code: str = "") -> list[dict[str, Any]]:
    """The questions that a condition at this place may look back to; for a new thing at the end, all before it."""
    found: list[dict[str, Any]] = []
    for page in (raw or {}).get("sections", ()):
        if page.get("code") == section and not code:
            return found  # the page itself: what stands before it
        for row in page.get("fields", ()):
            if page.get("code") == section and row.get("code") == code:
                return found
            if row.get("type") in {"choice", "multichoice", "yesno"}:
                found.append(row)
        if page.get("code") == section and code == "+":
            return found
    return found


def _copied(raw: Mapping[str, Any] | None) -> Definition:
    made: Definition = copy.deepcopy(dict(raw or {}))
    if not isinstance(made.get("sections"), list):
        made["sections"] = []
    return made


def _swap(rows: list[Any], place: int, step: int) -> None:
    if 0 <= place + step < len(rows):
        rows[place], rows[place + step] = rows[place + step], rows[place]


def _follow(made: Definition, old: str, new: str) -> None:
    for page in made["sections"]:
        for row in (page, *page.get("fields", ())):
            condition = row.get("show_if")
            if isinstance(condition, dict) and condition.get("field") == old:
                condition["field"] = new
