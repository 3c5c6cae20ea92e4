"""Asks the checks of a rule set about one case: what each found, and which broke. Reads only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from approvals.cases import draft, guards
from approvals.cases.answers import answers_of, definition_of
from approvals.cases.effects import content_of
from approvals.cases.models import Case, principal_of
from approvals.catalogue.formbuild import form_problems
from approvals.instant.checks import CHECKS, CaseFacts, Found
from approvals.instant.models import BrokenCheck, RuleSet

Result = dict[str, Any]


@dataclass
class Examined:
    """What was found about one case. `broken` names checks that failed by themselves, with the error."""

    results: list[Result] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return bool(self.results) and all(one["passed"] for one in self.results)


def examine(rules: RuleSet, case: Case, day: dt.date) -> Examined:
    """The ground rules first, then every check of the set: all of them, so that the reader sees the whole."""
    found = Examined([_result({"check": "ground"}, one) for one in ground_rules(rules, case)])
    if not found.results:
        found.results = [_result({"check": "ground"}, Found(True, "complete"))]
    return _ask(rules.checks, CaseFacts(case, day), found)


def examine_past(rules: RuleSet, case: Case) -> Examined:
    """The checks alone, as of the day of the filing: what they would have found about a case that is decided."""
    return _ask(rules.checks, CaseFacts(case, case.submitted_on or dt.date.max), Examined())


def _ask(checks: Iterable[dict[str, str]], facts: CaseFacts, into: Examined) -> Examined:
    off = set(BrokenCheck.objects.filter(on_at__isnull=True).values_list("code", flat=True))
    for entry in checks:
        check = CHECKS.get(entry["check"])
        if check is None or check.code in off or check.code in into.broken:
            into.results.append(_result(entry, Found(False, "switched_off")))
            continue
        try:
            with transaction.atomic():  # an error of the database breaks the check, not the filing
                found = check.run(facts, entry["subject"], entry["value"])
        except Exception as error:
            into.broken[check.code] = f"{type(error).__name__}: {error}"[:300]
            found = Found(False, "broke")
        into.results.append(_result(entry, found))
    return into


def _result(entry: dict[str, str], found: Found) -> Result:
    return {**entry, "passed": found.passed, "found": found.code, "words": dict(found.words)}


def ground_rules(rules: RuleSet, case: Case) -> list[Found]:
    """What no rule set can lift: only a complete, plain filing under the version that the rules were written for."""
    found: list[Found] = []
    if case.version_id != rules.version_id:
        found.append(Found(False, "other_version"))
    if principal_of(case) is not None or case.taken_in_by_id is not None or case.source or case.applicant_id is None:
        found.append(Found(False, "not_in_person"))
    if case.pledged:
        found.append(Found(False, "pledged"))
    if any(row.missing for row in draft.brought(case)):
        found.append(Found(False, "material_missing"))
    definition = definition_of(case)
    if definition is not None and form_problems(definition, answers_of(content_of(case))):
        found.append(Found(False, "form_faulty"))  # the pages let nothing faulty through: this came another way
    if guards.refusal(case, "accept") is not None or guards.refusal(case, "approve") is not None:
        found.append(Found(False, "held_up"))
    return found
