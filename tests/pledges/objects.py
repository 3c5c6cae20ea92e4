"""An item with materials that may follow, a text of a commitment, and everybody around a case."""

import datetime as dt
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.catalogue.models import Item, Material
from approvals.pledges import actions
from approvals.pledges.models import Commitment, CommitmentText, PromisedMaterial
from portal.core.jobs import run_due_jobs
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

BEGIN = "2026-06-01 09:00"  # a Monday
WORDS = {
    "conditions": "经营场所真实合法。\n从业人员持有健康证明。", "conditions_en": "Real premises.\nHealthy staff.",
    "checked": "现场核查经营场所。", "checked_en": "The premises are looked at.",
    "consequences": "撤销决定，记入信用记录。", "consequences_en": "Revoked, and put on record.",
}  # fmt: skip


def work() -> None:
    while run_due_jobs():
        pass


class Lane:
    """One item, its department's people, and an applicant; the clock stands at `now`."""

    def __init__(self, **version: Any) -> None:
        self.now = factories.moment(BEGIN)
        with driven_clock(self.now):
            self.item: Item = factories.item(materials=2, **{"review_steps": 1, **version})
            for code, more in (("health", {"tolerable": True}), ("lease", {"committable": True})):
                extra = Material(
                    version=self.item.current,
                    order=5,
                    code=code,
                    name=f"材料{code}",
                    name_en=f"Material {code}",
                    **more,
                )
                Material._base_manager.bulk_create([extra])  # the version is published already
        self.main = list(self.item.current.materials.filter(code__startswith="m"))
        self.health = self.item.current.materials.get(code="health")
        self.lease = self.item.current.materials.get(code="lease")
        self.person = factories.citizen(name="王丽娟")
        self.applicant = actor_of(self.person)
        self.clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
        self.reviewer = actor_of(factories.staff(Role.REVIEWER), Role.REVIEWER)
        self.head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
        self.boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
        self.supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)

    def at(self, text: str) -> Any:
        self.now = factories.moment(text)
        return driven_clock(self.now)

    def draft(self, actor: Any = None) -> Case:
        with driven_clock(self.now):
            return cases.start_draft(actor or self.applicant, self.item)

    def file(self, case: Case, actor: Any = None) -> Case:
        return self.step(case, "submit", actor or self.applicant)

    def step(self, case: Case, code: str, actor: Any = None, **inputs: Any) -> Case:
        with driven_clock(self.now):
            seen = Case.objects.get(pk=case.pk).state_version
            done = cases.take_step(actor or self.clerk, case.pk, code, inputs, state_version=seen)
            work()
            return Case.objects.get(pk=done.pk)

    def propose(self, case: Case, code: str, **inputs: Any) -> Any:
        with driven_clock(self.now):
            seen = Case.objects.get(pk=case.pk).state_version
            return cases.propose(self.clerk, case.pk, code, inputs, state_version=seen)

    def confirm(self, case: Case, *, confirm: bool = True) -> Case:
        """The head decides on the proposal that waits."""
        with driven_clock(self.now):
            fresh = Case.objects.get(pk=case.pk)
            waiting = fresh.proposals.get(outcome="waiting")
            cases.decide_proposal(
                self.head, waiting.pk, confirm=confirm, note="请补充核查记录", state_version=fresh.state_version
            )
            work()
            return Case.objects.get(pk=case.pk)

    # --- promises -----------------------------------------------------------------------------------------------------

    def promise(self, case: Case, day: str = "2026-06-10") -> PromisedMaterial:
        with driven_clock(self.now):
            return actions.promise_later(self.applicant, case.pk, self.health.pk, dt.date.fromisoformat(day))

    def promised(self, day: str = "2026-06-10") -> PromisedMaterial:
        """Filed with a promise."""
        case = self.draft()
        self.promise(case, day)
        self.file(case)
        return PromisedMaterial.objects.get(case=case)

    def decides_first(self) -> None:
        with driven_clock(self.now):
            actions.set_terms(self.boss, self.item.pk, decides_first=True, ground="海政办〔2026〕1号")

    # --- commitments --------------------------------------------------------------------------------------------------

    def text(self, **words: str) -> CommitmentText:
        with driven_clock(self.now):
            made = actions.write_text(self.boss, self.item.pk, {**WORDS, **words})
            return actions.publish_text(self.head, made.pk)

    def sign(self, case: Case, text: CommitmentText, actor: Any = None, name: str = "") -> Commitment:
        actor = actor or self.applicant
        with driven_clock(self.now):
            return actions.sign(actor, case.pk, text.pk, name=name or actor.user.name, read=True, step="password")

    def committed(self) -> Commitment:
        """Filed with a signed commitment."""
        case = self.draft()
        self.sign(case, CommitmentText.objects.filter(item=self.item, state="in_force").first() or self.text())
        self.file(case)
        return Commitment.objects.get(case=case)

    def decided(self) -> Commitment:
        """Decided at once on the commitment."""
        commitment = self.committed()
        with driven_clock(self.now):
            actions.decide_at_once(self.clerk, commitment.pk, state_version=commitment.case.state_version)
            work()
        return Commitment.objects.select_related("case").get(pk=commitment.pk)

    def broken(self) -> Commitment:
        """Decided, found broken, revoked by the head."""
        commitment = self.decided()
        with driven_clock(self.now):
            actions.report_breach(
                self.reviewer, commitment.pk, "现场核查：经营场所不存在。", state_version=commitment.state_version
            )
        self.confirm(commitment.case)
        return Commitment.objects.select_related("case").get(pk=commitment.pk)
