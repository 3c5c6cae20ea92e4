"""Guided questions as data: an outline that administrators write becomes a tree, a path of answers ends at items.

The outline is what people write on paper. Two spaces lead one level down:

    您要办哪一种证件？ | Which document do you need?
    - 居民身份证 | Identity card
      是第一次办吗？ | Is it your first?
      - 是 | Yes => GAJ-001
      - 否，丢了或者坏了 | No, lost or damaged => GAJ-002 GAJ-004
    - 护照 | Passport => GAJ-016
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.texts import localised_key
from portal.core.errors import Invalid, NotFound

DEEPEST = 6
LONGEST = 20_000  # characters of an outline
_LINE = re.compile(r"(?P<indent> *)(?P<dash>- )?(?P<text>.*)")
Tree = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one page shows: the question or the codes of the items, and the answers that led here."""

    question: str
    answers: list[tuple[str, str]]  # (label, path that it leads to)
    items: list[str]
    given: list[tuple[str, str, str]]  # (question, answer, path of the question)


def parse_outline(text: str) -> Tree:
    """The tree of an outline. Raises Invalid with `fields={"outline": …}` that names the line and says what to do."""
    lines = list(_lines(text))
    if not lines:
        raise _wrong(1, _("Begin with the first question."))
    tree, rest = _question(lines, 0, 1)
    if rest:
        raise _wrong(rest[0].number, _("This line belongs to no question. Please check how far it is indented."))
    return tree


def outline_of(tree: Mapping[str, Any], level: int = 0) -> str:
    """The outline that gives this tree."""
    pad = "  " * level
    lines = [pad + _both(tree, "question")]
    for answer in tree["answers"]:
        line = f"{pad}- {_both(answer, 'label')}"
        if "items" in answer:
            lines.append(f"{line} => {' '.join(answer['items'])}")
        else:
            lines += [line, outline_of(answer["next"], level + 1)]
    return "\n".join(lines)


def codes_of(tree: Mapping[str, Any]) -> set[str]:
    """The codes of all items that the tree ends at."""
    found: set[str] = set()
    for answer in tree["answers"]:
        found |= set(answer["items"]) if "items" in answer else codes_of(answer["next"])
    return found


def step_at(tree: Mapping[str, Any], path: str) -> Step:
    """The page after these answers; `path` is their numbers, such as `0-2`. Raises NotFound for a path that is none."""
    given: list[tuple[str, str, str]] = []
    node: Mapping[str, Any] = tree
    numbers = path.split("-") if path else []
    for place, number in enumerate(numbers):
        answers = node["answers"]
        if not re.fullmatch(r"[0-9]{1,3}", number, re.ASCII) or int(number) >= len(answers):
            raise NotFound()
        answer = answers[int(number)]
        question = localised_key(dict(node), "question")
        given.append((question, localised_key(answer, "label"), "-".join(numbers[:place])))
        if "items" in answer:
            if place < len(numbers) - 1:
                raise NotFound()
            return Step("", [], list(answer["items"]), given)
        node = answer["next"]
    before = f"{path}-" if path else ""
    answers = [(localised_key(a, "label"), f"{before}{n}") for n, a in enumerate(node["answers"])]
    return Step(localised_key(dict(node), "question"), answers, [], given)


# --- reading an outline -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    number: int
    level: int
    is_answer: bool
    text: str


def _lines(text: str) -> Iterator[_Line]:
    if len(text) > LONGEST:
        raise _wrong(1, _("This is too long. Please make several sets of questions."))
    for number, raw in enumerate(text.replace("\t", "  ").splitlines(), start=1):
        found = _LINE.fullmatch(raw.replace("\u3000", "  ").rstrip())
        if found is None or not found["text"]:
            continue
        if len(found["indent"]) % 2:
            raise _wrong(number, _("Indent by two spaces for each level."))
        yield _Line(number, len(found["indent"]) // 2, bool(found["dash"]), found["text"].strip())


def _question(lines: Sequence[_Line], level: int, after: int) -> tuple[Tree, list[_Line]]:
    """The question that the lines begin with, and the lines after it."""
    if level >= DEEPEST:
        raise _wrong(after, _("At most %(n)s questions one after the other.") % {"n": DEEPEST})
    head, rest = lines[0], list(lines[1:])
    if head.is_answer or head.level != level:
        raise _wrong(head.number, _("A question stands here, without a dash, indented like its answers."))
    tree: Tree = {**_texts(head, "question", head.text), "answers": []}
    while rest and rest[0].level == level and rest[0].is_answer:
        answer, rest = _answer(rest, level)
        tree["answers"].append(answer)
    if len(tree["answers"]) < 2:
        raise _wrong(head.number, _("A question needs at least two answers, each on a line that begins with “- ”."))
    return tree, rest


def _answer(lines: Sequence[_Line], level: int) -> tuple[dict[str, Any], list[_Line]]:
    line, rest = lines[0], list(lines[1:])
    label, arrow, codes = line.text.partition("=>")
    answer = _texts(line, "label", label)
    if arrow:
        answer["items"] = codes.split()
        if not answer["items"]:
            raise _wrong(line.number, _("Name the code of at least one item after “=>”."))
        return answer, rest
    if not rest or rest[0].level != level + 1:
        raise _wrong(
            line.number, _("An answer ends with “=> item codes”, or a question follows, indented by two spaces.")
        )
    answer["next"], rest = _question(rest, level + 1, line.number)
    return answer, rest


def _texts(line: _Line, key: str, text: str) -> dict[str, Any]:
    chinese, _bar, english = (part.strip() for part in text.partition("|"))
    if not chinese:
        raise _wrong(line.number, _("The words are missing."))
    return {key: chinese} | ({f"{key}_en": english} if english else {})


def _both(data: Mapping[str, Any], key: str) -> str:
    return f"{data[key]} | {data[f'{key}_en']}" if data.get(f"{key}_en") else str(data[key])


def _wrong(number: int, message: str) -> Invalid:
    sentence = _("Line %(n)s: %(message)s") % {"n": number, "message": message}
    return Invalid(fields={"outline": sentence}, code="outline")
