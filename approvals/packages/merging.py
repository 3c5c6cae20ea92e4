"""One form out of several: the pages and questions of all items, each question once.

**The rule.** Two questions are one when they have the same name (code), the same type and the same meaning: the same
Chinese label, choices, unit and decimals. The one that is asked must then satisfy every item: it is required when one
of them requires it, and it keeps the narrowest of their limits. Questions that depend on another answer are one only
when they depend on it in the same way, or when one of them is asked of everybody and must be answered anyway. Whatever
does not fit is asked once for each meaning; where the labels are the same too, they name the item.

A question's name in the merged form is its code with a mark of its meaning, so that it stays the same whichever items
are chosen: an answer survives when an item is left out, added or asks for more than before.

Materials are one when code, Chinese name and kind are the same.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.formdef import FormDefinition, FormField, Section, ShowIf
from approvals.catalogue.models import Item, Material
from approvals.catalogue.texts import localised

Cond = tuple[str, str | bool]  # (merged name of the controller, the value it must have)
STEM = 30  # of a code's 40 characters; the rest is for the mark


@dataclass(frozen=True)
class Source:
    """An item with the form and the materials that it asks for."""

    item: Item
    definition: FormDefinition | None
    materials: Sequence[Material] = ()


@dataclass(frozen=True)
class MergedForm:
    """The form that is asked, and where each answer goes. `definition` is None when no item has a form."""

    definition: FormDefinition | None
    names: Mapping[str, Mapping[str, str]]  # item code → its own question → question of the merged form
    items_of_page: Mapping[str, tuple[str, ...]]  # page → codes of the items that ask something there

    def answers_for(self, item_code: str, answers: Mapping[str, Any]) -> dict[str, Any]:
        """One item's answers, by the codes of its own questions."""
        return {own: answers[name] for own, name in self.names.get(item_code, {}).items() if name in answers}

    @property
    def asked_once(self) -> int:
        """How many questions several items share: what one does not have to answer again."""
        return sum(len(names) for names in self.names.values()) - len(
            {n for m in self.names.values() for n in m.values()}
        )


@dataclass
class _Question:
    name: str
    spec: dict[str, Any]
    required: bool
    section_cond: Cond | None
    cond: Cond | None
    label: tuple[str, str]
    owners: list[Item]

    @property
    def conditions(self) -> frozenset[Cond]:
        return frozenset(one for one in (self.section_cond, self.cond) if one is not None)


@dataclass
class _Page:
    code: str
    spec: Mapping[str, Any]
    cond: Cond | None
    questions: list[_Question] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def merge(sources: Iterable[Source]) -> MergedForm:
    """The merged form of these items, in their order. Deterministic: the same items give the same names."""
    merger = _Merger()
    for source in sources:
        if source.definition is not None:
            merger.add(source.item, source.definition)
    return merger.merged()


class _Merger:
    def __init__(self) -> None:
        self.pages: list[_Page] = []
        self.by_meaning: dict[str, list[_Question]] = {}
        self.place: dict[str, int] = {}  # question → number of its page
        self.names: dict[str, dict[str, str]] = {}

    def add(self, item: Item, definition: FormDefinition) -> None:
        names = self.names.setdefault(item.code, {})
        for section in definition.sections:
            self._add_section(item, section, names)

    def _add_section(self, item: Item, section: Section, names: dict[str, str]) -> None:
        section_cond = _mapped(section.show_if, names)
        left = []
        for question in section.fields:
            made = _question(item, question, section_cond, names)
            name = self._joined(made, item)
            if name is None:
                # Two of one item never meet here (their codes differ), so the meaning alone is taken by another item.
                taken = {one.name for one in self.by_meaning.get(_meaning(question), ())}
                made.name = made.name if made.name not in taken else _mark(question.code, _meaning(question), item.code)
                left.append(made)
                self.by_meaning.setdefault(_meaning(question), []).append(made)
                name = made.name
            else:
                self._note_owner(name, item)
            names[question.code] = name
        if left:
            self._place(item, section, section_cond, left)

    def _joined(self, made: _Question, item: Item) -> str | None:
        """The name of the question that this one is the same as, made to fit both; None when there is none."""
        for known in self.by_meaning.get(made.spec["_meaning"], ()):
            if item not in known.owners and _join(known, made):
                known.owners.append(item)
                return known.name
        return None

    def _note_owner(self, name: str, item: Item) -> None:
        page = self.pages[self.place[name]]
        if item not in page.items:
            page.items.append(item)

    def _place(self, item: Item, section: Section, cond: Cond | None, left: list[_Question]) -> None:
        """Put new questions on the page of the same topic, if what they depend on is asked before; else on a new one."""
        stem = _mark(section.code, str(section.spec.get("title", "")).strip(), repr(cond))
        number = next((n for n, page in enumerate(self.pages) if page.code == stem), None)
        known = {one.name for one in left}
        needed = [c for one in left for c, _value in one.conditions if c not in known]
        if number is not None and any(self.place[c] > number for c in needed):
            stem, number = _mark(section.code, stem, item.code), None
        if number is None:
            self.pages.append(_Page(stem, section.spec, cond))
            number = len(self.pages) - 1
        page = self.pages[number]
        page.questions += left
        if item not in page.items:
            page.items.append(item)
        self.place.update(dict.fromkeys(known, number))

    def merged(self) -> MergedForm:
        definition = FormDefinition.parse({"sections": self._sections()}) if self.pages else None
        pages = {page.code: tuple(one.code for one in page.items) for page in self.pages}
        return MergedForm(definition, self.names, pages)

    def _sections(self) -> list[dict[str, Any]]:
        titles = [page.spec.get("title") for page in self.pages]
        labels = [one.label for page in self.pages for one in page.questions]
        return [_section(page, titles.count(page.spec.get("title")) > 1, labels) for page in self.pages]


def _section(page: _Page, ambiguous: bool, labels: list[tuple[str, str]]) -> dict[str, Any]:
    raw = {key: value for key, value in page.spec.items() if key not in {"fields", "show_if"}}
    raw["code"] = page.code
    if ambiguous:
        _name_item(raw, "title", page.items[0])
    if page.cond is not None:
        raw["show_if"] = {"field": page.cond[0], "equals": page.cond[1]}
    return {**raw, "fields": [_field(one, labels.count(one.label) > 1) for one in page.questions]}


def _field(one: _Question, ambiguous: bool) -> dict[str, Any]:
    raw = {key: value for key, value in one.spec.items() if not key.startswith("_") and key != "show_if"}
    raw |= {"code": one.name, "required": one.required}
    if ambiguous:
        _name_item(raw, "label", one.owners[0])
    if one.cond is not None:
        raw["show_if"] = {"field": one.cond[0], "equals": one.cond[1]}
    return raw


def _name_item(raw: dict[str, Any], key: str, item: Item) -> None:
    raw[key] = f"{raw[key]}（{item.name}）"
    if raw.get(f"{key}_en"):
        raw[f"{key}_en"] = f"{raw[f'{key}_en']} ({item.name_en or item.name})"


def _question(item: Item, question: FormField, section_cond: Cond | None, names: Mapping[str, str]) -> _Question:
    spec = dict(question.spec)
    meaning = spec["_meaning"] = _meaning(question)
    return _Question(
        _mark(question.code, meaning), spec, question.required, section_cond, _mapped(question.show_if, names),
        (question.code, str(spec.get("label", "")).strip()), [item],
    )  # fmt: skip


def _mapped(show_if: ShowIf | None, names: Mapping[str, str]) -> Cond | None:
    return None if show_if is None else (names[show_if.field], show_if.equals)


def _meaning(question: FormField) -> str:
    """What makes two questions the same one, as text."""
    spec = question.spec
    choices = [[c.get("value"), str(c.get("label", "")).strip()] for c in spec.get("choices", ())]
    parts = [question.code, question.type, str(spec.get("label", "")).strip(), choices, spec.get("unit") or "",
             spec.get("decimals") or 0]  # fmt: skip
    return json.dumps(parts, ensure_ascii=False)


def _mark(code: str, *what: str) -> str:
    digest = hashlib.sha256("\x1f".join(what).encode()).hexdigest()
    return f"{code[:STEM]}_{digest[:8]}"


# --- making one question out of two -----------------------------------------------------------------------------------


def _join(known: _Question, new: _Question) -> bool:
    """Make `known` serve both, where that is possible."""
    if known.conditions == new.conditions:
        limits = _narrowest(known.spec, new.spec)
        if limits is None:
            return False
        known.spec |= limits
        known.required = known.required or new.required
    elif _same_limits(known.spec, new.spec) and not known.conditions and known.required:
        pass  # everybody answers it anyway
    elif _same_limits(known.spec, new.spec) and not new.conditions and new.required and known.section_cond is None:
        known.cond, known.required = None, True
    else:
        return False
    known.spec["personal"] = bool(known.spec.get("personal") or new.spec.get("personal"))
    if not known.spec.get("prefill") and new.spec.get("prefill"):
        known.spec["prefill"] = new.spec["prefill"]
    return True


def _limits(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        spec.get("min"), spec.get("max"), spec.get("max_length"), bool(spec.get("past")), bool(spec.get("future")),
    )  # fmt: skip


def _same_limits(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _limits(one) == _limits(other)


def _narrowest(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """Limits that hold for both; None when nothing can satisfy both."""
    found: dict[str, Any] = {}
    for key, pick in (("min", max), ("max", min), ("max_length", min)):
        given = [spec[key] for spec in (one, other) if spec.get(key) is not None]
        if given:
            found[key] = pick(given)
    for key in ("past", "future"):
        if one.get(key) or other.get(key):
            found[key] = True
    if found.get("past") and found.get("future"):
        return None
    if "min" in found and "max" in found and found["min"] > found["max"]:
        return None
    return found


# --- materials --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MergedMaterial:
    """One material for all items that ask for it; uploaded once, it goes to each of them."""

    key: str
    asked: tuple[tuple[str, Material], ...]  # (item code, its own material)

    @property
    def material(self) -> Material:
        """The first of them, for name and note."""
        return self.asked[0][1]

    @property
    def name(self) -> str:
        return localised(self.material, "name")

    @property
    def note(self) -> str:
        return next((note for _code, one in self.asked if (note := localised(one, "note"))), "")

    @property
    def required(self) -> bool:
        return any(one.required for _code, one in self.asked)

    @property
    def on_paper_only(self) -> bool:
        return self.material.kind == Material.Kind.ORIGINAL

    @property
    def code(self) -> str:
        """The name of its upload field."""
        return f"material-{self.key}"


@dataclass(frozen=True)
class PowerOfAttorney(MergedMaterial):
    """What the portal itself asks of whoever files for another person: it stands first and goes to every case."""

    @property
    def name(self) -> str:
        return _("Power of attorney")

    @property
    def note(self) -> str:
        return _("Signed by the person whom you file for: who may act, for what, until when.")

    @property
    def required(self) -> bool:
        return True

    @property
    def on_paper_only(self) -> bool:
        return False


AUTHORITY = PowerOfAttorney("power-of-attorney", ())


def merge_materials(sources: Iterable[Source]) -> list[MergedMaterial]:
    """The materials of these items, each once, what is required first."""
    found: dict[str, list[tuple[str, Material]]] = {}
    for source in sources:
        for material in source.materials:
            key = _mark(material.code, material.code, material.name.strip(), material.kind)
            found.setdefault(key, []).append((source.item.code, material))
    merged = [MergedMaterial(key, tuple(asked)) for key, asked in found.items()]
    return sorted(merged, key=lambda one: not one.required)
