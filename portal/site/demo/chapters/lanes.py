"""Short ways in the demo city: materials that follow, commitments with their checks, and items that the portal decides."""

import datetime as dt
import random
from collections.abc import Callable, Iterable
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case, Proposal
from approvals.catalogue.models import Item
from approvals.certificates.models import Certificate
from approvals.instant import actions as instant
from approvals.instant.models import InstantDecision
from approvals.pledges import actions
from approvals.pledges import tasks as pledge_tasks
from approvals.pledges.models import Commitment, CommitmentText, CreditRecord, PromisedMaterial
from approvals.pledges.terms import latest_day
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.rules import add_version
from portal.core.time import driven_clock, local_date, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.people import Applicant, Team
from portal.site.demo.story import Offer, Story
from portal.site.demo.year import Casting, live_alone, work_off

ORDER = 75  # behind the certificates, which instant approval asks for
ONE_DAY = dt.timedelta(days=1)
GROUND = "《海州市推行告知承诺制和容缺受理工作实施方案》（海政办发〔2025〕21号）"
# item: (conditions, what is checked, the same in English)
TEXTS = {
    "SCJG-001": (
        "经营场所真实、合法，与申报地址一致。\n设施设备满足食品安全要求。", "核查经营场所证明，现场核查设施设备。",
        "The premises are real and lawful.\nEquipment meets food safety rules.", "Proof of the premises; a visit.",
    ),
    "SCJG-007": (
        "住所（经营场所）真实、合法、安全。\n申请人对场所拥有合法使用权。", "抽查住所（经营场所）使用证明。",
        "The address is real, lawful and safe.\nThe applicant may use it.", "Proof of the right to use the address.",
    ),
    "MZJ-009": (
        "申请人年满八十周岁，具有本市户籍。\n未重复领取同类津贴。", "与公安户籍、民政津贴数据比对。",
        "The applicant is eighty or older and registered here.\nNo second allowance is drawn.",
        "Compared with household and allowance data.",
    ),
    "GJJ-002": (
        "本人及配偶在本市无自有住房。\n租赁住房用于自住。", "与不动产登记数据比对，核查租赁备案。",
        "Neither spouse owns a home here.\nThe rented home is lived in.", "Compared with the real estate register.",
    ),
    "RSJ-015": (
        "有符合要求的经营场所和专职工作人员。\n有健全可行的工作制度。", "现场核查场所、人员和制度。",
        "There are premises and full-time staff.\nThere are working rules.", "A visit: premises, staff, rules.",
    ),
}  # fmt: skip
CONSEQUENCES = "承诺不实的，撤销决定，记入信用记录，一年内不适用告知承诺和容缺受理。"
CONSEQUENCES_EN = "If it is false the decision is revoked, it goes on record, and for a year nothing can be promised."
TOLERANT = ("SCJG-001", "SCJG-003", "SCJG-005", "SCJG-014", "JTJ-002")
DECIDES_FIRST = "SCJG-005"
HELD = {"GAJ-005": "JZZ", "YBJ-002": "JZZ", "SHUI-001": "YYZZ"}
KEPT = "现场核查情况与承诺一致。"
BROKEN = "现场核查发现申报的经营场所不存在，与承诺不符。"


def live(city: City) -> None:
    """Texts and rules of two months ago, filings of the weeks since, and what became of them."""
    city.say("Short ways …")
    chance, casting = city.chance("lanes"), Casting(city.stage, city.people, city.seed + 75)
    offers = {one.item.code: one for one in casting.offers if one.form is not None}
    boss = actor_of(User.objects.get(username="admin1"), Role.ADMINISTRATOR)
    with driven_clock(city.end - 60 * ONE_DAY):
        _write_texts(city, boss)
        _write_rules(city, boss)
    _promises(city, casting, offers, chance)
    _commitments(city, casting, offers, chance)
    _instant(city, casting, offers, chance)
    with driven_clock(city.end):
        pledge_tasks.sweep()
        work_off()


# --- texts and rules ------------------------------------------------------------------------------------------------------


def _write_texts(city: City, boss: Actor) -> None:
    for item in Item.objects.filter(code__in=TEXTS, status="published").order_by("code"):
        head = city.people.teams[item.department_id].head
        if head is None:
            continue
        conditions, checked, conditions_en, checked_en = TEXTS[item.code]
        words = {
            "conditions": conditions, "checked": checked, "consequences": CONSEQUENCES,
            "conditions_en": conditions_en, "checked_en": checked_en, "consequences_en": CONSEQUENCES_EN,
        }  # fmt: skip
        text = actions.write_text(boss, item.pk, words, check_days=20 if item.code == "SCJG-001" else None)
        actions.publish_text(head, text.pk)
    first = Item.objects.filter(code=DECIDES_FIRST).first()
    if first is not None:
        actions.set_terms(boss, first.pk, decides_first=True, ground=GROUND)


def _write_rules(city: City, boss: Actor) -> None:
    """Three items that the portal decides; during the trial more is drawn for a review than the rule says."""
    add_version(
        boss, "instant.sample_share", value=0.25, valid_from=today() + ONE_DAY,
        source="《海州市政务服务秒批试点方案》（海政数〔2025〕9号）：试点期间抽查比例提高到25%",
        source_en="Trial of instant approval in Haizhou: a quarter is drawn during the trial",
    )  # fmt: skip
    for item in Item.objects.filter(code__in=HELD, status="published").order_by("code"):
        head = city.people.teams[item.department_id].head
        checks = [{"check": "certificate", "subject": HELD[item.code]}]
        checks += (
            [{"check": "register"}] if item.enterprise else [{"check": "same_as_account", "subject": _number(item)}]
        )
        checks += [{"check": "no_other_case", "value": "10"}, {"check": "no_bar"}]
        if head is None:
            continue
        rules = instant.write(boss, item.pk, [one for one in checks if one.get("subject") != ""], ground=GROUND)
        instant.try_out(boss, rules.pk)
        instant.publish(head, rules.pk)


def _number(item: Item) -> str:
    """The field of the form that takes the resident number; empty where there is none."""
    form = item.current.form if item.current is not None else None
    sections = form.definition["sections"] if form is not None else []
    fields = [one for section in sections for one in section["fields"]]
    return next((one["code"] for one in fields if one.get("prefill") == "resident_number"), "")


# --- stories ------------------------------------------------------------------------------------------------------------


class Promising(Story):
    """A filing in which whatever may follow is promised for later."""

    def _fill_in(self) -> None:
        super()._fill_in()
        case, actor = Case.objects.get(pk=self.pk), self.plan.applicant.actor
        last = latest_day(case)
        for row in case.materials.filter(material__tolerable=True).select_related("material"):
            if last is not None and row.material is not None:
                cases.remove_material(actor, case.pk, row.pk)
                actions.promise_later(actor, case.pk, row.material.pk, max(today() + ONE_DAY, last - 2 * ONE_DAY))


class Committing(Story):
    """A filing with a signed commitment in place of what it stands for."""

    def _fill_in(self) -> None:
        super()._fill_in()
        case, actor = Case.objects.get(pk=self.pk), self.plan.applicant.actor
        for row in case.materials.filter(material__committable=True):
            cases.remove_material(actor, case.pk, row.pk)
        text = CommitmentText.objects.get(item=case.item_id, state="in_force")
        name = actor.user.name if actor.user is not None and case.organisation_id else case.applicant_name
        actions.sign(actor, case.pk, text.pk, name=name, read=True, step="password")


def _file(
    kind: type[Story], city: City, casting: Casting, offer: Offer, *, days_ago: int, applicant: Applicant | None = None
) -> Case | None:
    """One filing so many days ago; None where it did not come to it."""
    day = local_date(city.end) - days_ago * ONE_DAY
    plan = casting.story(offer, day, applicant=applicant, halt="submitted").plan
    story = kind(city.stage, plan)
    try:
        live_alone(story.live(), city.end)
    except DomainError:
        return None  # barred meanwhile, or the same draft stands already
    return Case.objects.filter(pk=story.pk).exclude(state="draft").first()


def _at(city: City, case: Case, days: int, act: Callable[[Case], Any]) -> None:
    """Something that somebody does with a case some days after its filing, at the latest at the end."""
    filed = case.submitted_at or city.end
    with driven_clock(min(city.end, max(filed + dt.timedelta(hours=1), filed + days * ONE_DAY))):
        act(Case.objects.get(pk=case.pk))
        work_off()


def _accept(team: Team) -> Callable[[Case], Any]:
    return lambda case: cases.take_step(team.clerks[0], case.pk, "accept", state_version=case.state_version)


def _end(team: Team, code: str, **inputs: str) -> Callable[[Case], Any]:
    """Proposed by a clerk, confirmed by the head."""

    def act(case: Case) -> None:
        proposal = cases.propose(team.clerks[0], case.pk, code, inputs, state_version=case.state_version)
        _confirm(team, Case.objects.get(pk=case.pk), proposal)

    return act


def _confirm(team: Team, case: Case, proposal: Proposal) -> None:
    if team.head is not None:
        cases.decide_proposal(team.head, proposal.pk, confirm=True, note="同意", state_version=case.state_version)


# --- materials that follow ------------------------------------------------------------------------------------------------


def _promises(city: City, casting: Casting, offers: dict[str, Offer], chance: random.Random) -> None:
    """Waiting, brought, in order, not brought, and one that ended over it."""
    wanted = [code for code in TOLERANT if code in offers]
    firm = next((one for one in city.people.firms if _username(one) == "firm1"), None)
    for place, code in enumerate(_cycled(wanted, 4 if city.small else 10)):
        ago = (3, 8, 9, 25, 40)[place % 5]
        applicant = firm if place == 0 else None
        case = _file(Promising, city, casting, offers[code], days_ago=ago, applicant=applicant)
        if case is None:
            continue
        team = city.people.teams[case.department_id]
        _at(city, case, 1, _accept(team))
        _follow_up(city, case, team, place)


def _follow_up(city: City, case: Case, team: Team, place: int) -> None:
    clerk = team.clerks[0]
    match place % 5:
        case 1 | 2:
            for promise in PromisedMaterial.objects.filter(case=case):
                _at(city, case, 2, lambda _case, one=promise: _bring(clerk, one, settle=place % 5 == 1))  # type: ignore[misc]
        case 3:
            _at(city, case, 20, lambda _case: actions.lapse_due())
        case 4:
            _at(city, case, 20, lambda _case: actions.lapse_due())
            _at(city, case, 22, _end(team, "terminate", grounds="申请人未在承诺期限内补齐容缺材料，经催告仍未提交。"))


def _bring(clerk: Actor, promise: PromisedMaterial, *, settle: bool) -> None:
    brought = actions.bring(clerk, promise.pk, [], on_paper=True, state_version=promise.state_version)
    if settle:
        actions.settle(clerk, brought.pk, state_version=brought.state_version)


# --- commitments --------------------------------------------------------------------------------------------------------


def _commitments(city: City, casting: Casting, offers: dict[str, Offer], chance: random.Random) -> None:
    """Signed, decided at once, checked: kept, to be put right, broken with its record, and some still to check."""
    wanted = [code for code in TEXTS if code in offers]
    for place, code in enumerate(_cycled(wanted, 5 if city.small else 12)):
        case = _file(Committing, city, casting, offers[code], days_ago=(30, 35, 28, 20, 4)[place % 5])
        commitment = Commitment.objects.filter(case=case).first() if case is not None else None
        if case is None or commitment is None or place % 5 == 4:
            continue  # waits for the visitor
        team = city.people.teams[case.department_id]
        _at(city, case, 0, lambda seen: _decide(team, seen))  # noqa: B023 - called at once
        _at(city, case, 12, lambda seen: _check(team, seen, place))  # noqa: B023 - called at once
    record = CreditRecord.objects.filter(ground="commitment").order_by("pk").first()
    if record is not None and record.person is not None:
        with driven_clock(city.end):
            actions.ask(
                actor_of(record.person), record.pk, kind="repair", text="已重新租赁经营场所并完成整改，申请信用修复。"
            )


def _decide(team: Team, case: Case) -> None:
    commitment = Commitment.objects.get(case=case)
    actions.decide_at_once(
        team.clerks[0], commitment.pk, text="依据告知承诺，准予办理。", state_version=case.state_version
    )


def _check(team: Team, case: Case, place: int) -> None:
    commitment = Commitment.objects.get(case=case)
    reviewer, seen = team.reviewers[0], commitment.state_version
    match place % 5:
        case 0:
            actions.keep(reviewer, commitment.pk, KEPT, state_version=seen)
        case 1:
            actions.report_breach(reviewer, commitment.pk, BROKEN, state_version=seen)
            if place == 1:  # a later one waits for the head
                _confirm(team, Case.objects.get(pk=case.pk), case.proposals.get(outcome="waiting"))
        case 2:
            actions.ask_correction(reviewer, commitment.pk, "标识牌与登记名称不一致，请更正。", state_version=seen)


# --- decided by the portal ------------------------------------------------------------------------------------------------


def _instant(city: City, casting: Casting, offers: dict[str, Offer], chance: random.Random) -> None:
    """Holders and others file; what was drawn is partly reviewed."""
    for code, kind in HELD.items():
        if code not in offers:
            continue
        for applicant in _holders(city, kind, 2 if city.small else 6):
            _file(Story, city, casting, offers[code], days_ago=chance.randint(2, 14), applicant=applicant)
        _file(Story, city, casting, offers[code], days_ago=chance.randint(2, 14))
    waiting = InstantDecision.objects.filter(review="waiting").select_related("case").order_by("pk")
    for place, decision in enumerate(waiting):
        team = city.people.teams[decision.case.department_id]
        if place % 2 == 0 and team.reviewers:
            with driven_clock(max(city.end - ONE_DAY, decision.decided_at)):
                instant.review(
                    team.reviewers[0], decision.pk, right=True, finding="证照有效，申请信息一致，系统决定正确。"
                )
                work_off()


def _holders(city: City, kind: str, most: int) -> list[Applicant]:
    """Applicants who hold a valid certificate of the type, each once."""
    holders = {(one.organisation.pk if one.organisation else None, one.actor.user_id): one for one in
               [*city.people.firms, *city.people.citizens]}  # fmt: skip
    by_firm = {firm: one for (firm, _user), one in holders.items() if firm is not None}
    rows = Certificate.objects.filter(type__code=kind, state="issued").order_by("pk")
    found: dict[int, Applicant] = {}
    for row in rows:
        one = by_firm.get(row.organisation_id) if row.organisation_id else holders.get((None, row.holder_id))
        if one is not None:
            found.setdefault(id(one), one)
    return list(found.values())[:most]


def _username(applicant: Applicant) -> str:
    return applicant.actor.user.username if applicant.actor.user is not None else ""


def _cycled(codes: list[str], count: int) -> Iterable[str]:
    return [codes[n % len(codes)] for n in range(count)] if codes else []
