"""The guide of a package: a few questions pick the items that apply, and say why each does or does not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.catalogue.texts import localised_key
from approvals.packages.models import PackageItem, PackageVersion


@dataclass(frozen=True)
class Question:
    """One question in the reader's language."""

    code: str
    text: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Verdict:
    """Whether an item applies, and the reasons in words."""

    entry: PackageItem
    applies: bool
    reasons: tuple[str, ...]


def questions_of(version: PackageVersion) -> list[Question]:
    return [
        Question(
            one["code"],
            localised_key(one, "text"),
            tuple((choice["value"], localised_key(choice, "label")) for choice in one["choices"]),
        )
        for one in version.questions
    ]


def valid_answers(version: PackageVersion, given: Mapping[str, Any]) -> dict[str, str]:
    """The answers that the version's questions know; the rest is left out."""
    known = {one.code: {value for value, _label in one.choices} for one in questions_of(version)}
    return {code: str(given[code]) for code, values in known.items() if str(given.get(code, "")) in values}


def applies(condition: Iterable[Any], answers: Mapping[str, str]) -> bool:
    """Every clause of the condition holds; a question without an answer fulfils nothing."""
    return all(answers.get(question) in values for question, values in condition)


def evaluate(version: PackageVersion, entries: Iterable[PackageItem], answers: Mapping[str, str]) -> list[Verdict]:
    """Each item in its order, with the reasons. Deterministic; reads nothing."""
    questions = {one.code: one for one in questions_of(version)}
    return [Verdict(one, applies(one.condition, answers), tuple(_reasons(one, questions, answers))) for one in entries]


def _reasons(entry: PackageItem, questions: Mapping[str, Question], answers: Mapping[str, str]) -> list[str]:
    if not entry.condition:
        return [_("This belongs to every filing of the package.")]
    clauses = [(questions[code], values) for code, values in entry.condition if code in questions]
    if applies(entry.condition, answers):
        return [_said(question, answers, holds=True) for question, _values in clauses]
    return [
        _said(question, answers, holds=False)
        for question, values in clauses
        if answers.get(question.code) not in values
    ]


def _said(question: Question, answers: Mapping[str, str], *, holds: bool) -> str:
    answer = dict(question.choices).get(answers.get(question.code, ""))
    if answer is None:
        return _("You have not answered “%(question)s”.") % {"question": question.text}
    words = (
        _("It applies because you answered “%(answer)s” to “%(question)s”.")
        if holds
        else _("It does not apply because you answered “%(answer)s” to “%(question)s”.")
    )
    return words % {"answer": answer, "question": question.text}
