"""Questions and items of a package as text that administrators write, with errors that name the line.

    first: 是第一个孩子吗？ | Is it your first child?
    - yes: 是 | Yes
    - no: 否 | No

Items stand one on a line, with the answers on which they apply; without any, an item always applies:

    GAJ-007
    WJW-004 = first=yes
    YBJ-001 = first=yes,no & household=here
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.errors import Invalid

# Words of addresses that no package may take as its code.
RESERVED = frozenset({"admin", "desk", "drafts", "filed", "mine", "track"})
LONGEST = 20_000  # characters
MOST_QUESTIONS, MOST_ITEMS = 12, 40
_HEAD = re.compile(r"(?P<code>[a-z][a-z0-9_]{0,29})\s*[:：]\s*(?P<text>.+)")
_CLAUSE = re.compile(r"(?P<question>[a-z][a-z0-9_]{0,29})\s*=\s*(?P<values>[a-z0-9_,\s]+)")


def parse_questions(text: str) -> list[dict[str, Any]]:
    """The questions. Raises Invalid with `fields={"questions": …}` that names the line and says what to do."""
    questions: list[dict[str, Any]] = []
    lines: dict[str, int] = {}
    for number, line in _lines("questions", text):
        is_choice = line.startswith("-")
        found = _HEAD.fullmatch(line.removeprefix("-").strip())
        if found is None:
            raise _wrong(
                "questions", number, _("Write a short code, a colon and the words, such as “first: the question”.")
            )
        if not is_choice:
            if found["code"] in lines:
                raise _wrong("questions", number, _("The code “%(code)s” is used twice.") % {"code": found["code"]})
            lines[found["code"]] = number
            questions.append({"code": found["code"], **_both("text", found["text"]), "choices": []})
        elif not questions:
            raise _wrong("questions", number, _("A question stands before its answers, without a dash."))
        else:
            _add_choice(questions[-1], found, number)
    for one in questions:
        if len(one["choices"]) < 2:
            raise _wrong("questions", lines[one["code"]], _("A question needs at least two answers."))
    if len(questions) > MOST_QUESTIONS:
        raise _wrong("questions", 1, _("At most %(n)s questions.") % {"n": MOST_QUESTIONS})
    return questions


def _add_choice(question: dict[str, Any], found: re.Match[str], number: int) -> None:
    if found["code"] in {one["value"] for one in question["choices"]}:
        raise _wrong("questions", number, _("The code “%(code)s” is used twice.") % {"code": found["code"]})
    question["choices"].append({"value": found["code"], **_both("label", found["text"])})


def parse_items(text: str, questions: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    """(item code, condition) in order. Raises Invalid with `fields={"items": …}` that names the line."""
    known = {one["code"]: {choice["value"] for choice in one["choices"]} for one in questions}
    entries: list[tuple[str, list[Any]]] = []
    for number, line in _lines("items", text):
        code, _equals, rest = (part.strip() for part in line.partition("="))
        if code in {one for one, _condition in entries}:
            raise _wrong("items", number, _("The item “%(code)s” stands here twice.") % {"code": code})
        clauses = [_clause(one, known, number) for one in rest.split("&")] if rest else []
        entries.append((code, clauses))
    if len(entries) > MOST_ITEMS:
        raise _wrong("items", 1, _("At most %(n)s items.") % {"n": MOST_ITEMS})
    return entries


def _clause(text: str, known: Mapping[str, set[str]], number: int) -> list[Any]:
    found = _CLAUSE.fullmatch(text.strip())
    if found is None:
        raise _wrong("items", number, _("Write conditions as “question=answer”, joined by “&”."))
    values = [value.strip() for value in found["values"].split(",") if value.strip()]
    if found["question"] not in known:
        words = _("There is no question with the code “%(code)s”.") % {"code": found["question"]}
        raise _wrong("items", number, words)
    if unknown := [value for value in values if value not in known[found["question"]]]:
        words = _("“%(question)s” has no answer “%(value)s”.") % {"question": found["question"], "value": unknown[0]}
        raise _wrong("items", number, words)
    return [found["question"], values]


def questions_text(questions: Iterable[Mapping[str, Any]]) -> str:
    """The text that gives these questions."""
    lines = []
    for one in questions:
        lines.append(f"{one['code']}: {_joined(one, 'text')}")
        lines += [f"- {choice['value']}: {_joined(choice, 'label')}" for choice in one["choices"]]
    return "\n".join(lines)


def items_text(entries: Iterable[tuple[str, Iterable[Any]]]) -> str:
    """The text that gives these items."""
    lines = []
    for code, condition in entries:
        clauses = " & ".join(f"{question}={','.join(values)}" for question, values in condition)
        lines.append(f"{code} = {clauses}" if clauses else code)
    return "\n".join(lines)


def _lines(name: str, text: str) -> list[tuple[int, str]]:
    if len(text) > LONGEST:
        raise _wrong(name, 1, _("This is too long."))
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _both(key: str, text: str) -> dict[str, str]:
    chinese, _bar, english = (part.strip() for part in text.partition("|"))
    return {key: chinese} | ({f"{key}_en": english} if english else {})


def _joined(data: Mapping[str, Any], key: str) -> str:
    return f"{data[key]} | {data[f'{key}_en']}" if data.get(f"{key}_en") else str(data[key])


def _wrong(name: str, number: int, message: str) -> Invalid:
    sentence = _("Line %(n)s: %(message)s") % {"n": number, "message": message}
    return Invalid(fields={name: sentence}, code="outline")
