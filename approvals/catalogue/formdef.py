"""The definition of a form as data: sections, fields, one simple condition; checked with errors that say where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.texts import localised_key
from portal.core.errors import Invalid

FIELD_TYPES = (
    "text", "textarea", "number", "money", "date", "choice", "multichoice", "yesno", "phone", "resident_number",
    "uscc", "address",
)  # fmt: skip
CONTROLLERS = frozenset({"choice", "multichoice", "yesno"})
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELD_KEYS = frozenset(
    {"code", "type", "label", "label_en", "hint", "hint_en", "required", "choices", "show_if", "min", "max",
     "max_length", "decimals", "unit", "unit_en", "past", "future", "prefill", "personal"}
)  # fmt: skip
# Facts of the applicant's account that a field may be filled with; the cases app knows where to find them.
PREFILLS = frozenset({"name", "phone", "email", "resident_number", "address", "organisation", "uscc", "legal_person"})


@dataclass(frozen=True)
class ShowIf:
    """The one condition that a field or a section may have: another field has this value."""

    field: str
    equals: str | bool

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers given so far fulfil it. An unanswered field fulfils nothing."""
        value = answers.get(self.field)
        if isinstance(value, list):
            return self.equals in value
        return value is not None and value == self.equals


@dataclass(frozen=True)
class FormField:
    """One question. `spec` is its row of the definition."""

    code: str
    type: str
    required: bool
    spec: Mapping[str, Any]
    show_if: ShowIf | None = None

    @property
    def label(self) -> str:
        return localised_key(dict(self.spec), "label")

    @property
    def hint(self) -> str:
        return localised_key(dict(self.spec), "hint")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(value, label in the reader's language)."""
        return [(c["value"], localised_key(c, "label")) for c in self.spec.get("choices", ())]


@dataclass(frozen=True)
class Section:
    """One page of the form: a topic and its questions."""

    code: str
    spec: Mapping[str, Any]
    fields: tuple[FormField, ...]
    show_if: ShowIf | None = None

    @property
    def title(self) -> str:
        return localised_key(dict(self.spec), "title")

    @property
    def hint(self) -> str:
        return localised_key(dict(self.spec), "hint")


@dataclass(frozen=True)
class FormDefinition:
    """A checked definition. `parse` is the only way to make one."""

    sections: tuple[Section, ...]
    _by_code: Mapping[str, FormField] = field(repr=False, default_factory=dict)

    @classmethod
    def parse(cls, raw: Any) -> "FormDefinition":
        """Check a raw definition. Raises Invalid; `fields` maps each place (`sections[0].fields[2]`) to its fault."""
        reader = _Reader()
        sections = reader.sections(raw)
        if reader.errors:
            raise Invalid(_("The form definition has errors."), fields=reader.errors, code="form_definition")
        return cls(sections=sections, _by_code={f.code: f for s in sections for f in s.fields})

    def section(self, code: str) -> Section:
        """Raises KeyError for a section that the form does not have."""
        for section in self.sections:
            if section.code == code:
                return section
        raise KeyError(code)

    def field(self, code: str) -> FormField:
        """Raises KeyError for a field that the form does not have."""
        return self._by_code[code]

    def fields(self) -> Iterator[FormField]:
        return (f for section in self.sections for f in section.fields)

    def visible_sections(self, answers: Mapping[str, Any]) -> list[Section]:
        """The pages that these answers call for, in order."""
        return [s for s in self.sections if s.show_if is None or s.show_if.holds(answers)]

    def visible_fields(self, section: Section, answers: Mapping[str, Any]) -> list[FormField]:
        """The questions of a page that these answers call for."""
        return [f for f in section.fields if f.show_if is None or f.show_if.holds(answers)]

    def keep_visible(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers without those to questions that are not asked (any more).

        Goes forward, so an answer that depends on a dropped one is dropped too.
        """
        kept: dict[str, Any] = {}
        for section in self.sections:
            if section.show_if is not None and not section.show_if.holds(kept):
                continue
            for question in section.fields:
                asked = question.show_if is None or question.show_if.holds(kept)
                if asked and question.code in answers:
                    kept[question.code] = answers[question.code]
        return kept


@dataclass
class _Reader:
    """Reads a raw definition and collects every fault with its place."""

    errors: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    section_codes: set[str] = field(default_factory=set)

    def fail(self, place: str, message: str, **params: Any) -> None:
        self.errors.setdefault(place, message % params if params else message)

    def sections(self, raw: Any) -> tuple[Section, ...]:
        rows = raw.get("sections") if isinstance(raw, dict) else None
        if not isinstance(rows, list) or not rows:
            self.fail("sections", _("A form needs at least one section."))
            return ()
        return tuple(s for i, row in enumerate(rows) if (s := self.section(row, f"sections[{i}]")))

    def section(self, row: Any, place: str) -> Section | None:
        if not isinstance(row, dict):
            self.fail(place, _("A section is an object with code, title and fields."))
            return None
        code = self.code(row, place)
        if code in self.section_codes:
            self.fail(place, _("The code “%(code)s” is used twice."), code=code)
        self.section_codes.add(code)
        if not row.get("title"):
            self.fail(place, _("The title is missing."))
        show_if = self.condition(row, place)
        rows = row.get("fields")
        if not isinstance(rows, list) or not rows:
            self.fail(place, _("A section needs at least one field."))
            return None
        fields = tuple(f for i, r in enumerate(rows) if (f := self.field_(r, f"{place}.fields[{i}]")))
        return Section(code=code, spec=row, fields=fields, show_if=show_if)

    def field_(self, row: Any, place: str) -> FormField | None:
        if not isinstance(row, dict):
            self.fail(place, _("A field is an object with code, type and label."))
            return None
        code = self.code(row, place)
        if code in self.seen:
            self.fail(place, _("The code “%(code)s” is used twice."), code=code)
        for key in sorted(set(row) - _FIELD_KEYS):
            self.fail(place, _("Unknown property “%(key)s”."), key=key)
        if row.get("type") not in FIELD_TYPES:
            self.fail(place, _("Unknown field type “%(type)s”."), type=row.get("type"))
        if not row.get("label"):
            self.fail(place, _("The label is missing."))
        if row.get("prefill") and row["prefill"] not in PREFILLS:
            self.fail(place, _("Unknown prefill “%(prefill)s”."), prefill=row["prefill"])
        self.choices(row, place)
        self.limits(row, place)
        show_if = self.condition(row, place)
        self.seen[code] = row
        return FormField(
            code=code, type=str(row.get("type")), required=bool(row.get("required", True)), spec=row, show_if=show_if
        )

    def code(self, row: Mapping[str, Any], place: str) -> str:
        code = row.get("code")
        if not isinstance(code, str) or not _CODE.fullmatch(code):
            self.fail(place, _("A code begins with a small letter and has small letters, digits and underscores only."))
            return f"{place}?"
        return code

    def choices(self, row: Mapping[str, Any], place: str) -> None:
        if row.get("type") not in {"choice", "multichoice"}:
            if "choices" in row:
                self.fail(place, _("Only choice fields have choices."))
            return
        rows = row.get("choices")
        good = (
            isinstance(rows, list)
            and len(rows) >= 2
            and all(
                isinstance(c, dict) and isinstance(c.get("value"), str) and c["value"] and c.get("label") for c in rows
            )
        )
        if not good:
            self.fail(place, _("A choice field needs at least two choices with value and label."))
        elif len({c["value"] for c in rows}) != len(rows):  # type: ignore[union-attr, arg-type]
            self.fail(place, _("Two choices have the same value."))

    def limits(self, row: Mapping[str, Any], place: str) -> None:
        low, high = row.get("min"), row.get("max")
        if any(v is not None and not isinstance(v, int | float) for v in (low, high)):
            self.fail(place, _("min and max are numbers."))
        elif low is not None and high is not None and low > high:
            self.fail(place, _("min is greater than max."))

    def condition(self, row: Mapping[str, Any], place: str) -> ShowIf | None:
        raw = row.get("show_if")
        if raw is None:
            return None
        if not isinstance(raw, dict) or set(raw) != {"field", "equals"}:
            self.fail(place, _("show_if is an object with “field” and “equals”."))
            return None
        target = self.seen.get(raw["field"])
        if target is None:
            self.fail(
                place,
                _("show_if refers to “%(field)s”, which does not come before it in the form."),
                field=raw["field"],
            )
            return None
        if target.get("type") not in CONTROLLERS:
            self.fail(place, _("show_if can only refer to a choice or yes/no field."))
            return None
        if target["type"] == "yesno":
            known = isinstance(raw["equals"], bool)
        else:
            known = raw["equals"] in [c.get("value") for c in target.get("choices") or () if isinstance(c, dict)]
        if not known:
            self.fail(place, _("show_if waits for “%(value)s”, which “%(field)s” can never be."),
                      value=raw["equals"], field=raw["field"])  # fmt: skip
            return None
        return ShowIf(field=raw["field"], equals=raw["equals"])
