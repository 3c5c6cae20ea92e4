"""The findings of checks in words, for the applicant and for the staff."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item
from approvals.certificates.models import CertificateType
from approvals.instant.checks import CHECKS, SOURCES, Text
from approvals.instant.models import InstantDecision, RuleSet

SENTENCES: dict[str, Text] = {
    "complete": gettext_lazy("The filing is complete and plain."),
    "other_version": gettext_lazy("The item has changed since the rules were written."),
    "not_in_person": gettext_lazy("It was filed by somebody else: an agent, a window or another system."),
    "pledged": gettext_lazy("Materials are promised for later, or a commitment was signed."),
    "material_missing": gettext_lazy("A required material is not there."),
    "form_faulty": gettext_lazy("The form does not fulfil its own rules."),
    "held_up": gettext_lazy("Something else holds it up, for instance a fee."),
    "refused": gettext_lazy("The step was not possible: %(why)s"),
    "switched_off": gettext_lazy("This check is switched off at present."),
    "broke": gettext_lazy("The source could not be asked."),
    "answer": gettext_lazy("Answer: %(given)s"),
    "no_answer": gettext_lazy("There is no such answer."),
    "age": gettext_lazy("%(years)s years old"),
    "no_birthday": gettext_lazy("The account has no resident number."),
    "certificate": gettext_lazy("Valid: %(number)s"),
    "certificate_over": gettext_lazy("No longer valid: %(number)s"),
    "no_certificate": gettext_lazy("No such certificate is held."),
    "no_other_case": gettext_lazy("There is no other case."),
    "other_case": gettext_lazy("There is another case: %(number)s"),
    "approved_case": gettext_lazy("%(number)s was approved on %(day)s."),
    "no_approved_case": gettext_lazy("There is no approved case."),
    "confirmed": gettext_lazy("%(name)s is registered and confirmed."),
    "not_confirmed": gettext_lazy("%(name)s has no confirmed legal person in the register."),
    "no_organisation": gettext_lazy("It was not filed for an organisation."),
    "same": gettext_lazy("They are the same."),
    "not_same": gettext_lazy("They differ."),
    "no_bar": gettext_lazy("Nothing is on record."),
    "barred": gettext_lazy("A record holds until %(day)s."),
}


@dataclass(frozen=True)
class Worded:
    """One line: what was asked, of which source, and what was found; `passed` None for a rule that nobody asked yet."""

    asked: str
    source: Text
    passed: bool | None
    found: str = ""


def of_decision(decision: InstantDecision) -> list[Worded]:
    """Every finding of a decision."""
    names = Names(decision.rule_set, decision.results)
    return [Worded(names.asked(one), _source(one["check"]), one["passed"], _sentence(one)) for one in decision.results]


def of_rules(rules: RuleSet) -> list[Worded]:
    """Every check of a rule set."""
    names = Names(rules, rules.checks)
    return [Worded(names.asked(one), _source(one["check"]), None) for one in rules.checks]


def _source(code: str) -> Text:
    return SOURCES[CHECKS[code].source] if code in CHECKS else ""


def _sentence(one: dict[str, Any]) -> str:
    return str(SENTENCES.get(one["found"], one["found"])) % one.get("words", {})


class Names:
    """The names of the fields, types and items that a list of checks asks about; two queries at most."""

    def __init__(self, rules: RuleSet, entries: list[dict[str, Any]]) -> None:
        asked = {(CHECKS[one["check"]].subject, one.get("subject", "")) for one in entries if one["check"] in CHECKS}
        self.names: dict[tuple[str, str], str] = {}
        form = rules.version.form
        if form is not None and any(kind == "field" for kind, _code in asked):
            self.names |= {("field", one.code): one.label for one in FormDefinition.parse(form.definition).fields()}
        types = [code for kind, code in asked if kind == "type"]
        if types:
            rows = CertificateType.objects.filter(code__in=types)
            self.names |= {("type", one.code): one.local_name for one in rows}
        items = [code for kind, code in asked if kind == "item"]
        if items:
            self.names |= {("item", one.code): one.local_name for one in Item.objects.filter(code__in=items)}

    def asked(self, one: dict[str, Any]) -> str:
        check = CHECKS.get(one["check"])
        if check is None:
            return _("The filing itself")
        parts = [str(check.label)]
        if one.get("subject"):
            parts.append(self.names.get((check.subject, one["subject"]), one["subject"]))
        if one.get("value"):
            parts.append(
                ngettext("%(n)s day", "%(n)s days", int(one["value"])) % {"n": one["value"]}
                if check.value == "days"
                else str(one["value"])
            )
        return " · ".join(parts)
