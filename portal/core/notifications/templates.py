"""The texts of notes and messages: registered in code, translated by gettext, filled from a stored context."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, override

from portal.core.time import ZONE

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
type_of_text = str | Promise


@dataclass(frozen=True)
class Words:
    """A name that differs by language, for instance a department's `name` and `name_en`."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") and self.en else self.zh


@dataclass(frozen=True)
class Template:
    """What a person is told on an occasion. Placeholders are `%(name)s` and must be the same in every language.

    `sms` is the short text; without it the body goes out. `urgent` messages (a code to sign in) ignore quiet hours.
    """

    code: str
    subject: type_of_text
    body: type_of_text
    placeholders: frozenset[str] | set[str]
    sms: type_of_text = ""
    urgent: bool = False

    def texts(self) -> dict[str, str]:
        """The unfilled texts in the active language."""
        return {"subject": str(self.subject), "body": str(self.body), "sms": str(self.sms)}


_templates: dict[str, Template] = {}


def register(template: Template) -> Template:
    """Make a template known. Raises ValueError for a second one of the same code."""
    if _templates.get(template.code, template) != template:
        raise ValueError(f"two templates called {template.code}")
    _templates[template.code] = template
    return template


def template_of(code: str) -> Template:
    """The template called `code`. Raises ValueError when there is none."""
    try:
        return _templates[code]
    except KeyError:
        raise ValueError(f"no template called {code}") from None


def check_templates() -> list[str]:
    """What is wrong with the registered templates, in any language: unknown, forgotten or broken placeholders."""
    problems = []
    for template in _templates.values():
        for language, _name in settings.LANGUAGES:
            with override(language):
                problems += [f"{template.code} ({language}): {wrong}" for wrong in _wrong_with(template)]
    return problems


def _wrong_with(template: Template) -> list[str]:
    texts = template.texts()
    used = {name for text in texts.values() for name in PLACEHOLDER.findall(text)}
    wrong = [f"unknown placeholder {name}" for name in sorted(used - set(template.placeholders))]
    wrong += [f"placeholder {name} is not used" for name in sorted(set(template.placeholders) - used)]
    # A lone percent sign would swallow what follows it, or print the whole context.
    stray = [part for part, text in texts.items() if "%" in PLACEHOLDER.sub("", text).replace("%%", "")]
    wrong += [f"the {part} has a stray percent sign" for part in stray]
    return wrong


# --- contexts: stored as JSON, shown in the reader's language -------------------------------------------------------


def freeze(context: Mapping[str, Any]) -> dict[str, Any]:
    """A context as it is stored: dates stay dates, and words keep every language."""
    return {name: _freeze_value(value) for name, value in context.items()}


def _freeze_value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, Promise | Words):
        words = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                words[language] = str(value)
        return {"words": words}
    return value if isinstance(value, int) else str(value)


def _thaw_value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return date_format(dt.datetime.fromisoformat(value["moment"]).astimezone(ZONE), "DATETIME_FORMAT")
    if "date" in value:
        return date_format(dt.date.fromisoformat(value["date"]), "DATE_FORMAT")
    words: dict[str, str] = value["words"]
    return words.get(get_language() or "") or words[settings.LANGUAGE_CODE]


@dataclass(frozen=True)
class Rendered:
    """A template filled for a reader."""

    subject: str
    body: str
    sms: str


def render(template: Template, context: Mapping[str, Any], *, language: str | None = None) -> Rendered:
    """Fill a template from a stored context, in `language` or the active one."""
    with override(language or get_language() or settings.LANGUAGE_CODE):
        values = {name: _thaw_value(value) for name, value in context.items()}
        texts = {part: text % values if text else "" for part, text in template.texts().items()}
    subject = " ".join(texts["subject"].split())
    return Rendered(subject=subject, body=texts["body"], sms=texts["sms"] or texts["body"])
