"""Packages in the demo city: a birth, a new firm, a restaurant; and filings that stand in every state."""

import datetime as dt
import random
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.catalogue.demo import load_demo_catalogue
from approvals.catalogue.models import Item, LifeEvent
from approvals.counter import actions as counter
from approvals.counter.actions import Visitor
from approvals.packages import actions
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import Package, PackageFiling
from approvals.packages.readiness import one_by_one, visits
from approvals.packages.registrations import FILE_KIND
from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.time import driven_clock, local_date, now
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.site.demo import words
from portal.site.demo.answers import Filler
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from portal.site.demo.papers import sample_pdf
from portal.site.demo.people import Applicant
from portal.site.demo.year import work_off

ORDER = 65  # behind the year of cases, before the papers are made
OWN_ITEMS = "package_items"


@dataclass(frozen=True)
class Kind:
    """One package as the table below has it; `filings` are (working days before the last day, what becomes of it)."""

    code: str
    lead: str
    audience: str
    life_event: str
    version: actions.VersionDraft
    filings: tuple[tuple[int, str], ...]


BIRTH = actions.VersionDraft(
    name="新生儿出生一件事",
    name_en="A child is born",
    summary="出生医学证明、户口登记、预防接种证、医保参保、社保卡、生育津贴一次申请，并联办理。",
    summary_en=(
        "Birth certificate, household registration, vaccination card, health insurance, social security card and"
        " maternity allowance in one filing."
    ),
    promised_days=7,
    visits=1,
    questions="""
household: 孩子的户口登记在本市吗？ | Will the child be registered in Haizhou?
- yes: 是 | Yes
- no: 否 | No
card: 现在办理孩子的社会保障卡吗？ | Do you want the child's social security card now?
- yes: 办理 | Yes
- later: 以后再办 | Later
insured: 母亲参加了职工生育保险吗？ | Is the mother covered by employees' maternity insurance?
- yes: 是 | Yes
- no: 否 | No
""",
    items="""
WJW-101
WJW-102
GAJ-007 = household=yes
YBJ-001 = household=yes
RSJ-012 = household=yes & card=yes
YBJ-005 = insured=yes
""",
)
FIRM = actions.VersionDraft(
    name="企业开办一件事",
    name_en="Opening a firm",
    summary="设立登记、公章刻制、税务和发票、社会保险、住房公积金一表申请，并联办理。",
    summary_en="Registration, seals, tax and invoices, social insurance and housing fund in one filing.",
    promised_days=2,
    visits=1,
    questions="""
staff: 开办时招用员工吗？ | Will you employ people from the start?
- yes: 招用 | Yes
- no: 暂不招用 | Not yet
seals: 需要刻制公章吗？ | Do you need seals?
- yes: 需要 | Yes
- own: 使用电子印章 | Electronic seals only
""",
    items="""
SCJG-010
SPJ-101 = seals=yes
SHUI-101
RSJ-101 = staff=yes
GJJ-101 = staff=yes
""",
)
RESTAURANT = actions.VersionDraft(
    name="餐饮店开办一件事",
    name_en="Opening a restaurant",
    summary="食品经营许可、开业前消防检查、户外招牌、污水排放一次申请，联合核查。",
    summary_en="Food licence, fire check, sign and sewage permit in one filing.",
    promised_days=10,
    visits=1,
    questions="""
sign: 要设置户外招牌吗？ | Will you put up a sign outside?
- yes: 要 | Yes
- no: 不要 | No
public: 属于公众聚集场所吗（营业面积三百平方米以上）？ | Is it a public venue (300 m² or more)?
- yes: 是 | Yes
- no: 否 | No
drain: 污水排入市政管网吗？ | Does the sewage go into the public drains?
- yes: 是 | Yes
- no: 否，有其他处理方式 | No
""",
    items="""
SCJG-001
XFJ-001 = public=yes
CGJ-001 = sign=yes
ZJJ-011 = drain=yes
""",
)
KINDS = (
    Kind("newborn", "WJW", "person", "birth", BIRTH, (
        (1, "filed"), (2, "supplement"), (0, "draft"), (3, "running"), (9, "partly"), (8, "granted"), (10, "overdue"),
        (6, "withdrawn"),
    )),
    Kind("open-firm", "SCJG", "organisation", "start", FIRM, ((1, "filed"), (2, "running"), (5, "granted"), (7, "granted"))),
    Kind("restaurant", "SCJG", "organisation", "admit", RESTAURANT, (
        (1, "filed"), (3, "supplement"), (5, "running"), (12, "granted"), (14, "overdue"),
    )),
)  # fmt: skip
VISITOR = ("running", "supplement", "draft")  # these are filed by the accounts with which visitors sign in


def live(city: City) -> None:
    """The packages are made by the leading departments' heads, and filed over the last weeks."""
    chance = city.chance("packages")
    wanted = [code for kind in KINDS for code, _line in _lines(kind, city)]
    for table in ("items", OWN_ITEMS):
        load_demo_catalogue(
            _account("admin1"), _account("admin2"), valid_from=city.first - dt.timedelta(days=365), only=wanted,
            table=table,
        )  # fmt: skip
    last = local_date(city.end)
    for kind in KINDS:
        with driven_clock(city.end - dt.timedelta(days=40)):
            package = _published(city, kind)
        for days, fate in kind.filings[:3] if city.small else kind.filings:
            filed_on = city.stage.hours.index.add(last, -days) if days else last
            moment = city.stage.hours.filing(chance, filed_on, online=False)
            _Story(city, chance, package, fate).live(min(moment, city.end - dt.timedelta(hours=2)))
        for place in range(1 if city.small else 3):
            filed_on = city.stage.hours.index.add(last, -1 - place)
            with driven_clock(city.stage.hours.filing(chance, filed_on, online=False)):
                _at_window(city, chance, package, city.people.citizens[1 + place])
    with driven_clock(city.end):
        work_off()


def _lines(kind: Kind, city: City) -> list[tuple[str, str]]:
    """(item code, its line), for the departments that work in this city: a small one has few."""
    present = {team.department.code for team in city.people.teams.values()}
    lines = [(line.partition("=")[0].strip(), line) for line in kind.version.items.splitlines() if line]
    return [(code, line) for code, line in lines if code.partition("-")[0] in present]


def _contents(kind: Kind, city: City) -> actions.VersionDraft:
    """The version without the items that a small city lacks, and without the questions that only they need."""
    lines = [line for _code, line in _lines(kind, city)]
    blocks = [f"{first}\n{rest}" for first, rest in _questions(kind.version.questions)]
    asked = [block for block in blocks if any(f"{block.partition(':')[0]}=" in line for line in lines)]
    items = Item.objects.filter(code__in=[code for code, _line in _lines(kind, city)]).select_related("current")
    return replace(
        kind.version, items="\n".join(lines), questions="\n".join(asked),
        promised_days=min(kind.version.promised_days, one_by_one(items)),
        visits=min(kind.version.visits, visits(items)),
    )  # fmt: skip


def _questions(text: str) -> list[tuple[str, str]]:
    """(line of the question, lines of its answers)."""
    found: list[tuple[str, str]] = []
    for line in text.strip().splitlines():
        if line.startswith("-"):
            first, rest = found[-1]
            found[-1] = (first, f"{rest}\n{line}".strip())
        else:
            found.append((line, ""))
    return found


def _account(name: str) -> Actor:
    return actor_of(User.objects.get(username=name), Role.ADMINISTRATOR)


def _published(city: City, kind: Kind) -> Package:
    lead = Department.objects.get(code=kind.lead)
    team = city.people.teams.get(lead.pk)
    head = team.head if team is not None and team.head is not None else _account("admin1")
    event = LifeEvent.objects.filter(code=kind.life_event).first()
    draft = actions.PackageDraft(
        code=kind.code, department_id=lead.pk, audience=kind.audience, version=_contents(kind, city),
        life_event_id=event.pk if event else None,
    )  # fmt: skip
    package = actions.make_package(head, draft)
    version = package.versions.get()
    second = team.reviewers[0] if team is not None and team.reviewers else _account("admin2")
    actions.review(second, version.pk, revision=1)
    actions.publish(head, version.pk, revision=1)
    return Package.objects.select_related("current").get(pk=package.pk)


def _at_window(city: City, chance: random.Random, package: Package, person: Applicant) -> None:
    """A clerk of the leading department takes somebody in: the form together, one paper kept, the rest scanned."""
    team = city.people.teams.get(package.department_id)
    if team is None or not team.clerks or package.current is None or person.actor.user is None:
        return
    clerk, user = team.clerks[0], person.actor.user
    visitor = Visitor(name=user.name, resident_number=user.citizen.resident_number, phone=user.phone, identity="card")
    intake = counter.begin_intake(clerk, visitor)
    answers = {one["code"]: one["choices"][0]["value"] for one in package.current.questions}
    filing = actions.begin_at_window(clerk, intake.pk, package.pk, answers)
    draft, filler = Draft(filing), ByCode(chance, Namer(chance), now().date(), person.facts)
    for page in draft.form.definition.sections if draft.form.definition else ():
        if page.show_if is None or page.show_if.holds(filler.answers):
            actions.save_page(clerk, filing.pk, page.code, filler.page(page), done=True)
    for place, one in enumerate(draft.materials):
        if one.on_paper_only:
            continue
        if place == 0:
            actions.keep_paper(clerk, filing.pk, key=one.key, kept="copy", copies=one.material.copies)
        elif one.required:
            actions.add_paper(clerk, filing.pk, paper(clerk, one.material.name), key=one.key)
    actions.save_page(clerk, filing.pk, MATERIALS, {}, done=True)
    seen = PackageFiling.objects.values_list("state_version", flat=True).get(pk=filing.pk)
    actions.submit(clerk, filing.pk, state_version=seen, confirmation="paper")
    work_off()


class _Story:
    """One filing from the guide to where its fate leaves it."""

    def __init__(self, city: City, chance: random.Random, package: Package, fate: str) -> None:
        self.city, self.chance, self.package, self.fate = city, chance, package, fate
        people = city.people.firms if package.code == "restaurant" else city.people.citizens
        self.applicant: Applicant = people[0] if fate in VISITOR else chance.choice(people[1:] or people)
        self.filing: PackageFiling | None = None

    def live(self, moment: dt.datetime) -> None:
        """Every step at a moment of its own, none after the last day."""
        self.moment = moment
        with driven_clock(moment):
            self._file()
        if self.filing is None or self.fate in {"draft", "filed"}:
            return
        cases = list(Case.objects.filter(package_part__filing=self.filing).order_by("package_part__order"))
        if self.fate == "withdrawn":
            self._at(1, lambda: self._withdraw())
            return
        for case in cases:
            self._at(0, lambda case=case: self._accept(case, last=case is cases[-1]))
            if case.kind == "immediate":
                self._at(0, lambda case=case: self._decide(case, refuse=False))
        slow = cases[-1].pk
        for case in cases:
            if case.kind == "immediate" or self.fate == "running":
                continue
            if self.fate == "overdue" and case.pk == slow:
                continue
            self._at(1, lambda case=case: self._decide(case, refuse=self.fate == "partly" and case.pk == slow))

    def _at(self, days: int, act: Any) -> None:
        """The next office moment; what would lie after the last day has not happened yet."""
        hours = self.city.stage.hours
        at = hours.later(self.chance, self.moment, days) if days else hours.soon(self.chance, self.moment)
        if at >= self.city.end:
            return
        self.moment = at if not days else self.moment + dt.timedelta(minutes=30)
        with driven_clock(at):
            act()
            work_off()  # what follows from the step bears its day, and not that of whoever works next

    # --- the applicant --------------------------------------------------------------------------------------------------

    def _file(self) -> None:
        actor = self.applicant.actor
        version = self.package.current
        if version is None:
            return
        answers = {one["code"]: one["choices"][0]["value"] for one in version.questions}
        filing = actions.begin(actor, self.package.pk, answers, organisation=self.applicant.organisation)
        self._fill_in(filing)
        if self.fate != "draft":
            self.filing = actions.submit(actor, filing.pk, state_version=filing.state_version)
        work_off()  # the receipts of materials bear the day of the filing

    def _fill_in(self, filing: PackageFiling) -> None:
        actor, draft = self.applicant.actor, Draft(filing)
        filler = ByCode(self.chance, Namer(self.chance), now().date(), self.applicant.facts)
        pages = draft.form.definition.sections if draft.form.definition else ()
        for page in pages[:2] if self.fate == "draft" else pages:
            if page.show_if is None or page.show_if.holds(filler.answers):
                actions.save_page(actor, filing.pk, page.code, filler.page(page), done=True)
        if self.fate == "draft":
            return
        for one in draft.materials:
            if one.required and not one.on_paper_only:
                stored = paper(actor, one.material.name)
                actions.add_paper(actor, filing.pk, stored, key=one.key)
        actions.save_page(actor, filing.pk, MATERIALS, {}, done=True)

    def _withdraw(self) -> None:
        if self.filing is not None:
            actions.withdraw(
                self.applicant.actor, self.filing.pk, reason=self.chance.choice(words.WITHDRAW),
                state_version=self.filing.state_version,
            )  # fmt: skip

    # --- the departments ------------------------------------------------------------------------------------------------

    def _step(self, case: Case, actor: Actor | None, code: str, **inputs: Any) -> None:
        if actor is None:
            return
        state_version = Case.objects.values_list("state_version", flat=True).get(pk=case.pk)
        case_actions.take_step(actor, case.pk, code, inputs, state_version=state_version)
        actions.follow_case_now(case.pk)

    def _accept(self, case: Case, *, last: bool) -> None:
        clerk = self.city.people.teams[case.department_id].clerks[0]
        if self.fate == "supplement" and last:
            text = self.chance.choice(words.SUPPLEMENT)
            self._step(case, clerk, "ask_supplement", missing=[], text=text, limit_days=10)
            return
        self._step(case, clerk, "accept")

    def _decide(self, case: Case, *, refuse: bool) -> None:
        """As far as the step allows; a part whose supplement is out stays where it is."""
        team = self.city.people.teams[case.department_id]
        clerk = team.clerks[0]
        try:
            if refuse:
                self._refuse(case, clerk, team.head)
                return
            steps = Case.objects.values_list("review_steps", flat=True).get(pk=case.pk)
            if steps:
                self._step(case, clerk, "forward", opinion=self.chance.choice(words.OPINION_WINDOW))
                for reviewer in team.reviewers[:steps]:
                    self._step(case, reviewer, "pass_review", opinion=self.chance.choice(words.OPINION_REVIEW))
            self._step(case, team.head if steps else clerk, "approve", text=self.chance.choice(words.DECISION))
        except DomainError:
            return

    def _refuse(self, case: Case, clerk: Actor, head: Actor | None) -> None:
        if head is None:
            return
        now_ = Case.objects.get(pk=case.pk)
        grounds = self.chance.choice(words.REFUSED)
        proposal = case_actions.propose(
            clerk, case.pk, "refuse", {"grounds": grounds}, state_version=now_.state_version
        )
        now_ = Case.objects.get(pk=case.pk)
        case_actions.decide_proposal(head, proposal.pk, confirm=True, note="", state_version=now_.state_version)
        actions.follow_case_now(case.pk)


class ByCode(Filler):
    """Answers the questions of a merged form, whose names carry a mark behind the item's own code."""

    def _answer(self, question: Any) -> Any:
        return super()._answer(replace(question, code=question.code.rpartition("_")[0]))


_papers: dict[str, bytes] = {}


def paper(owner: Actor, title: str) -> Any:
    content = _papers.setdefault(title, sample_pdf(title))
    return files.store(ContentFile(content, name=f"{title}.pdf"), owner=owner, kind=FILE_KIND)
