"""A type of certificate, an item that issues it, and a city small enough to hold in one hand."""

import datetime as dt
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.catalogue.models import Item, Material
from approvals.certificates import actions
from approvals.certificates.actions import TypeDraft, VersionDraft
from approvals.certificates.models import Certificate, CertificateType
from approvals.delivery import actions as deliveries
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories

BEGIN = "2026-06-01 09:00"
PASSWORD_FILES = "django.core.files.storage.FileSystemStorage"


def work() -> None:
    while run_due_jobs():
        pass


def make_type(
    code: str = "SPJY", *, dept: Department | None = None, items: tuple[str, ...] = (), materials: Any = (),
    renewal: str = "", **version: Any,
) -> CertificateType:  # fmt: skip
    """A type in force, made by an administrator."""
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    values = {
        "valid_from": dt.date(2020, 1, 1), "word": f"证{code}"[:12], "validity": "years", "years": 3, "on_paper": True,
        "fields": [],
    }  # fmt: skip
    draft = TypeDraft(
        code=code, name=f"许可证{code}", name_en=f"Licence {code}", department_id=(dept or factories.department()).pk,
        renewal_item_code=renewal, version=VersionDraft(**{**values, **version}),
    )  # fmt: skip
    kind = actions.make_type(boss, draft)
    return actions.set_links(boss, kind.pk, items=list(items), materials=list(materials))


class Office:
    """An item that issues a certificate, the people of its department, and somebody who applies."""

    def __init__(self, code: str = "SPJY", *, person: User | None = None, **version: Any) -> None:
        self.now, self.way = factories.moment(BEGIN), "window"
        with driven_clock(self.now):
            self.item: Item = factories.item(review_steps=0, materials=0)
            self.kind = make_type(code, items=(self.item.code,), renewal=self.item.code, **version)
        self.clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
        self.reviewer = actor_of(factories.staff(Role.REVIEWER), Role.REVIEWER)
        self.head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
        self.supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
        self.person = person or factories.citizen(name="王丽娟")
        self.holder = actor_of(self.person)

    def at(self, text: str) -> Any:
        self.now = factories.moment(text)
        return driven_clock(self.now)

    def step(self, case: Case, code: str, actor: Any = None, **inputs: Any) -> Case:
        fresh = Case.objects.get(pk=case.pk)
        return cases.take_step(actor or self.clerk, fresh.pk, code, inputs, state_version=fresh.state_version)

    def approved(self, case: Case | None = None) -> Case:
        """A case that was accepted and approved; of the person unless one is given."""
        with driven_clock(self.now):
            case = self.step(case, "accept") if case else factories.accepted(self.clerk, self.person, self.item)
            deliveries.choose(self.holder, case.pk, way=self.way)
            return self.step(case, "approve", text="")

    def issue(self, case: Case | None = None) -> Certificate:
        """The certificate of a case that goes all the way."""
        case = self.approved(case)
        with driven_clock(self.now):
            self.step(case, "issue", document_number="海字1号")
            work()
        return Certificate.objects.select_related("document", "type").exclude(state="withdrawn").get(case=case)

    def second_item(self, material: str = "licence") -> tuple[Item, Material]:
        """Another department's item that asks for what the type stands in for."""
        other = factories.department("RSJ", name="市人社局", short_name="市人社局")
        item = factories.item(dept=other, review_steps=0, materials=1)
        row = Material.objects.get(version=item.current)
        boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
        actions.set_links(boss, self.kind.pk, items=[self.item.code], materials=[(item.code, row.code)])
        return item, row

    def draft(self, item: Item, person: User | None = None) -> Case:
        with driven_clock(self.now):
            return cases.start_draft(actor_of(person or self.person), item)

    def suspend(
        self, certificate: Certificate, step: str = "suspend", reason: str = "经营场所已变更，待核查"
    ) -> Certificate:
        """Proposed by the clerk, confirmed by the reviewer."""
        fresh = Certificate.objects.get(pk=certificate.pk)
        with driven_clock(self.now):
            row = actions.propose(self.clerk, fresh.pk, step, {"reason": reason}, state_version=fresh.state_version)
            return actions.decide(self.reviewer, row.pk, confirm=True)
