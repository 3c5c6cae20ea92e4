"""The counter in the demo city: windows that take in for others, people with their cards, originals, hand-overs."""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item, Material
from approvals.counter import actions
from approvals.counter.actions.handover import open_cases_of
from approvals.counter.models import WindowScope
from approvals.payments.actions import take_money
from approvals.payments.models import Order
from hall.models import Window, WindowDuty
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.time import driven_clock, now
from portal.people.models import Department
from portal.people.roles import Role
from portal.site.demo import aftercare
from portal.site.demo.answers import Filler
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from portal.site.demo.people import Applicant, Team
from portal.site.demo.year import work_off

ORDER = 20
SMALL, FULL = 8, 70  # people taken in at the window
QUESTIONS = ("该场所规划用途是否符合经营要求，请提出意见。", "请核实申请人登记信息与贵单位掌握情况是否一致。")
REPLIES = ("经核查，符合相关要求，无不同意见。", "情况属实，请依法办理。")
REPORTS = ("涉及跨区域事项，超出本级权限，特此上报请示。", "政策适用存在疑义，报请上级主管部门研究答复。")
HIGHER = ("省市场监督管理厅", "省住房和城乡建设厅", "市人民政府")
PLACES = ("A区档案柜2层", "A区档案柜3层", "综合窗口资料架", "B区档案柜1层")


def found(city: City) -> None:
    """The comprehensive windows stand in front for the departments without windows of their own, a few items besides."""
    own = set(Window.objects.filter(department__isnull=False).values_list("department", flat=True))
    shared = [pk for pk in city.people.teams if pk not in own]
    extra = list(Item.objects.filter(department__in=own, current__kind="immediate").order_by("code")[:4])
    for window in Window.objects.filter(kind=Window.Kind.COMPREHENSIVE):
        WindowScope.objects.bulk_create(
            [
                *(WindowScope(window=window, department_id=pk) for pk in shared),
                *(WindowScope(window=window, item=item) for item in extra),
            ]
        )


def live(city: City) -> None:
    """People at the windows through the year, up to the end; then what is still going on."""
    chance = city.chance("counter")
    visits = Visits(city, chance)
    days = (city.end.date() - city.first).days
    number = SMALL if city.small else FULL
    for place in range(number):
        day = city.first + dt.timedelta(days=int(days * (place + 0.5) / number))
        with stops_at_the_end():
            visits.live(day)
    visits.still_going_on()
    with driven_clock(city.end):
        work_off()


class TheEnd(Exception):
    """The history stops here."""


@contextmanager
def stops_at_the_end() -> Iterator[None]:
    """A visit ends where the history does, or where the portal refuses what people wanted."""
    try:
        yield
    except (TheEnd, DomainError):
        return


@dataclass
class Visits:
    """Visits at the window, one after the other."""

    city: City
    chance: random.Random
    at: dt.datetime = field(init=False)

    def __post_init__(self) -> None:
        self.items = list(Item.objects.open_to_filing().select_related("current__form", "department").order_by("code"))
        self.everybody = list(self.city.people.citizens[2:])
        duties = WindowDuty.objects.filter(posting__role=Role.CLERK).values_list("posting__user", "window")
        self.windows: dict[int, int] = dict(duties)

    def live(self, day: dt.date) -> None:
        """One person from the card to the decision and the papers given back."""
        hours = self.city.stage.hours
        self.at = hours.on(self.chance, day, dt.datetime.combine(day, dt.time(9), self.city.end.tzinfo))
        item = self.chance.choice(self.items)
        team = self.city.people.teams.get(item.department_id)
        if team is None or not team.clerks:
            return
        clerk = self.chance.choice(team.clerks)
        person = self.chance.choice(self.everybody)
        case = self._take_in(clerk, item, person)
        if case is None:
            return
        self._later(0)
        if case.kind == "immediate":
            case = self._at_once(clerk, case)
        else:
            case = self._handle(team, clerk, case)
        if self.chance.random() < 0.85:
            self._later(1)
            self._give_back(clerk, case)
        if case.state == "approved":
            self._bring(clerk, person, case)

    def _bring(self, clerk: Actor, person: Applicant, case: Case) -> None:
        """The fee paid at the window, the result written, handed over or sent, and the case closed."""
        self._later(1)
        with driven_clock(self.at):
            order = Order.objects.filter(case=case.pk, state="due").first()
            if order is not None:
                take_money(
                    clerk,
                    order.pk,
                    method="cash",
                    received_fen=order.amount_fen,
                    reference="",
                    state_version=order.state_version,
                )
            case.refresh_from_db()
        case = self._step(clerk, case, "issue", document_number=f"{case.department.code}-{case.pk:06d}")
        with driven_clock(self.at):
            work_off()
        self._later(self.chance.randint(1, 3))
        with driven_clock(self.at):
            delivery = aftercare.delivery_of(case.pk)
            if delivery is None:
                return
            aftercare.send_off(delivery, clerk, self.chance)
        self._later(self.chance.randint(1, 3))
        with driven_clock(self.at):
            aftercare.bring_to_an_end(aftercare.delivery_of(case.pk) or delivery, person, clerk)
            case.refresh_from_db()
        if case.state == "delivered":
            self._step(clerk, case, "close")

    def _later(self, days: int) -> None:
        """The next moment in the office; the history ends at its end."""
        self.at = self.city.stage.hours.later(self.chance, self.at, days) if days else self.at + dt.timedelta(minutes=7)
        if self.at >= self.city.end:
            raise TheEnd

    def _take_in(self, clerk: Actor, item: Item, person: Applicant, *, leave_open: bool = False) -> Case | None:
        if self.at >= self.city.end:
            raise TheEnd
        facts = person.facts
        with driven_clock(self.at):
            card = actions.Visitor(
                name=facts["name"], resident_number=facts["resident_number"], phone=facts["phone"], identity="card"
            )
            window = self.windows.get(clerk.user_id or 0)
            intake = actions.begin_intake(clerk, card, window_id=window)
            intake = actions.choose_item(clerk, intake.pk, item)
            case = intake.case
            assert case is not None and case.version is not None  # noqa: S101
            self._fill_in(clerk, case, facts)
            if leave_open:
                return None
            noted = {}
            for material in case.version.materials.all():
                noted[material.pk] = self._note(clerk, case, material)
            actions.note_materials(clerk, intake.pk, noted)
            return actions.file_intake(
                clerk, intake.pk, confirmation=self.chance.choice(("paper", "tablet")), state_version=0,
                place=self.chance.choice(PLACES),
            )  # fmt: skip

    def _fill_in(self, clerk: Actor, case: Case, facts: dict[str, str]) -> None:
        form = case.version.form if case.version else None
        if form is None:
            return
        filler = Filler(self.chance, Namer(self.chance), now().date(), facts)
        for section in FormDefinition.parse(form.definition).sections:
            if section.show_if is None or section.show_if.holds(filler.answers):
                case_actions.save_step(clerk, case.pk, section.code, filler.page(section), done=True)

    def _note(self, clerk: Actor, case: Case, material: Material) -> actions.Noted:
        if material.kind == Material.Kind.ORIGINAL:
            return actions.Noted("original", original_seen=True)
        if material.kind == Material.Kind.COPY:
            return actions.Noted("copy", original_seen=True, copies=max(1, material.copies))
        stored = self.city.stage.papers.hand_in(clerk, code=material.code, title=material.name)
        case_actions.add_material(clerk, case.pk, stored, material=material)
        return actions.Noted("scan", original_seen=self.chance.random() < 0.5)

    def _at_once(self, clerk: Actor, case: Case) -> Case:
        with driven_clock(self.at):
            done = actions_of_conclusion(case)
            return case_actions.conclude_at_once(clerk, case.pk, done, state_version=case.state_version)

    def _step(self, actor: Actor | None, case: Case, code: str, **inputs: object) -> Case:
        assert actor is not None  # noqa: S101
        with driven_clock(self.at):
            return case_actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)

    def _handle(self, team: Team, clerk: Actor, case: Case) -> Case:
        case = self._step(clerk, case, "accept")
        self._later(1)
        if self.chance.random() < 0.3:
            case = self._involve(clerk, case)
        elif self.chance.random() < 0.25 and team.head is not None:
            case = self._report(team.head, clerk, case)
        if case.review_steps:
            case = self._step(clerk, case, "forward", opinion="材料齐全，符合受理条件，建议准予。")
            for reviewer in team.reviewers[: case.review_steps]:
                self._later(1)
                case = self._step(reviewer, case, "pass_review", opinion="经审查，符合法定条件。")
            self._later(1)
        return self._step(team.head if case.review_steps else clerk, case, "approve", text="准予。")

    def _involve(self, clerk: Actor, case: Case) -> Case:
        other = self.chance.choice([pk for pk in self.city.people.teams if pk != case.department_id])
        code = Department.objects.get(pk=other).code
        case = self._step(clerk, case, "involve", department=code, question=self.chance.choice(QUESTIONS))
        return self._reply(clerk, case)

    def _report(self, head: Actor, clerk: Actor, case: Case) -> Case:
        given = {"authority": self.chance.choice(HIGHER), "grounds": self.chance.choice(REPORTS)}
        with driven_clock(self.at):
            asked = case_actions.propose(clerk, case.pk, "report_up", given, state_version=case.state_version)
        self._later(0)
        with driven_clock(self.at):
            version = case.state_version + 1
            case = case_actions.decide_proposal(head, asked.pk, confirm=True, note="同意上报。", state_version=version)
        return self._reply(clerk, case)

    def _reply(self, clerk: Actor, case: Case) -> Case:
        self._later(self.chance.choice((1, 2, 3)))
        replied_on = self.at.date()
        return self._step(clerk, case, "record_reply", replied_on=replied_on, reply=self.chance.choice(REPLIES))

    def _give_back(self, clerk: Actor, case: Case) -> None:
        papers = list(case.left_papers.filter(handed_back__isnull=True).values_list("pk", flat=True))
        if not papers or case.applicant is None:
            return
        with driven_clock(self.at):
            taking = actions.Taking(
                taker="applicant", name=case.applicant.name, identity_checked=True,
                signature=self.chance.choice(("paper", "tablet")),
            )  # fmt: skip
            actions.give_back(clerk, case.pk, papers, taking)

    # --- at the end -----------------------------------------------------------------------------------------------------

    def still_going_on(self) -> None:
        """A withdrawn application with its original still here, an intake that nobody finished, an offered hand-over."""
        morning = self.city.end - dt.timedelta(hours=2)
        for team in self.city.people.teams.values():
            if team.department.code in {"SCJG", "ZJJ"} and team.clerks:
                self.at = morning
                with stops_at_the_end():
                    self._withdrawn(team)
                with stops_at_the_end():
                    self._open(team)
                with stops_at_the_end():
                    self._offered(team)

    def _items_of(self, team: Team, *, kind: str) -> list[Item]:
        return [one for one in self.items if one.department_id == team.department.pk and one.current.kind == kind]

    def _withdrawn(self, team: Team) -> None:
        items, person = self._items_of(team, kind="promise"), self.chance.choice(self.everybody)
        if not items:
            return
        case = self._take_in(team.clerks[0], items[0], person)
        if case is None:
            return
        self._later(0)
        with driven_clock(self.at):
            if not case.left_papers.exists():
                actions.leave_paper(
                    team.clerks[0], case.pk, name="不动产权证书原件", is_original=True, place=self.chance.choice(PLACES)
                )
        self._later(0)
        self._step(person.actor, case, "withdraw", reason="暂不办理，材料另行准备。")

    def _open(self, team: Team) -> None:
        self._later(0)
        items = self._items_of(team, kind="promise") or self._items_of(team, kind="immediate")
        if items:
            self._take_in(team.clerks[0], items[-1], self.chance.choice(self.everybody), leave_open=True)

    def _offered(self, team: Team) -> None:
        self._later(0)
        if len(team.clerks) < 2:
            return
        with driven_clock(self.at):
            for giver in reversed(team.clerks):
                if open_cases_of(giver.user_id or 0, team.department.pk).exists():
                    receiver = team.clerks[0] if giver is not team.clerks[0] else team.clerks[1]
                    actions.propose_handover(
                        giver, department_id=team.department.pk, giver_id=giver.user_id or 0,
                        receiver_id=receiver.user_id or 0, reason="leave",
                        note="明日起休假，请接续办理，注意临近时限的办件。",
                    )  # fmt: skip
                    return


def actions_of_conclusion(case: Case) -> case_actions.Conclusion:
    """What is said when an immediate item is concluded on the spot."""
    number = f"{case.department.code}-{case.pk:06d}"
    name = case.applicant.name if case.applicant else case.applicant_name
    return case_actions.Conclusion(text="当场办结。", document_number=number, received_by=f"{name}本人领取")
