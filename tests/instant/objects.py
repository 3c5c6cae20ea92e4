"""An item that the portal may decide, the certificate that it asks for, rules in force, and everybody around."""

import datetime as dt
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.certificates.models import Certificate, CertificateType, TypeVersion
from approvals.instant import actions
from approvals.instant.models import InstantDecision, RuleSet
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import make_type

BEGIN = "2026-06-01 09:00"  # a Monday
HELD = {"check": "certificate", "subject": "JZZ", "value": ""}
ALONE = {"check": "no_other_case", "subject": "", "value": "30"}


def work() -> None:
    while run_due_jobs():
        pass


class Counter:
    """One item with a review step, so that only the portal's own way is short; the clock stands at `now`."""

    def __init__(self, **version: Any) -> None:
        self.now = factories.moment(BEGIN)
        self.boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
        self.head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
        self.reviewer = actor_of(factories.staff(Role.REVIEWER), Role.REVIEWER)
        self.clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
        self.supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
        self.person = factories.citizen(name="王丽娟")
        with driven_clock(self.now):
            self.item = factories.item(materials=0, **{"review_steps": 1, "instant": True, **version})
            self.kind: CertificateType = make_type("JZZ")

    def at(self, text: str) -> Any:
        self.now = factories.moment(text)
        return driven_clock(self.now)

    def certificate(self, person: User | None = None, **more: Any) -> Certificate:
        """A certificate out of another case, made directly."""
        holder = person or self.person
        with driven_clock(self.now):
            case = factories.submitted(holder, factories.item(materials=0))
            version = TypeVersion.objects.get(type=self.kind)
            values = {"valid_from": dt.date(2025, 1, 1), "valid_until": dt.date(2027, 1, 1), "state": "issued", **more}
            return Certificate.objects.create(
                type=self.kind, version=version, department=self.item.department, case=case, number=f"证{case.pk}",
                check_code="ABCD", holder=holder, holder_name=holder.name, issued_at=self.now,
                issued_on=dt.date(2025, 1, 1), **values,
            )  # fmt: skip

    def rules(self, *checks: dict[str, str]) -> RuleSet:
        with driven_clock(self.now):
            made = actions.write(self.boss, self.item.pk, checks or (HELD, ALONE), ground="海政办〔2026〕3号")
            actions.try_out(self.boss, made.pk)
            return actions.publish(self.head, made.pk)

    def draft(self, person: User | None = None) -> Case:
        with driven_clock(self.now):
            return cases.start_draft(actor_of(person or self.person), self.item)

    def file(self, person: User | None = None, draft: Case | None = None) -> Case:
        """Filed, and looked at by the portal."""
        draft = draft or self.draft(person)
        with driven_clock(self.now):
            cases.take_step(actor_of(person or self.person), draft.pk, "submit", state_version=draft.state_version)
            work()
        return Case.objects.get(pk=draft.pk)

    def decision(self, case: Case) -> InstantDecision:
        return InstantDecision.objects.select_related("case", "rule_set").get(case=case)
