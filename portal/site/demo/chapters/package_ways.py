"""Ways to file a package: with a certificate in place of a material, with materials that follow, for somebody else."""

import datetime as dt
import random
from collections.abc import Callable
from functools import partial

from approvals.cases import actions as case_actions
from approvals.cases.models import Case
from approvals.cases.principals import Principal
from approvals.catalogue.models import Item, Material
from approvals.certificates import actions as certificates
from approvals.certificates.models import Certificate, CertificateType
from approvals.counter import actions as counter
from approvals.counter.actions import Visitor
from approvals.packages import actions, given, later
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.merging import AUTHORITY
from approvals.packages.models import Package, PackageFiling
from portal.core.actors import Actor
from portal.core.documents import make_now
from portal.core.models import Document
from portal.core.time import driven_clock, local_date, now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.chapters.certificates import KINDS
from portal.site.demo.chapters.packages import ByCode, paper
from portal.site.demo.names import Namer
from portal.site.demo.people import Applicant
from portal.site.demo.year import work_off

ORDER = 72  # behind the packages, and behind the certificates that were issued and suspended
FOLLOWS = "health"  # 从业人员健康证明: the employees are still being examined


def live(city: City) -> None:
    """Each way some working days before the last day; its parts are accepted the day after."""
    chance = city.chance("package-ways")
    with driven_clock(city.end - dt.timedelta(days=12)):
        _link(city)
    ways = Ways(city, chance)
    for place, holder in enumerate(ways.holders("JHZ", 1 if city.small else 5)):
        ways.filed(2 + place, partial(ways.with_certificate, *holder))
    for place, firm in enumerate(city.people.firms[1 : 2 if city.small else 5]):
        ways.filed(1 + 2 * place, partial(ways.with_promise, firm))
    for place, agent in enumerate(city.people.citizens[4 : 5 if city.small else 8]):
        ways.filed(1 + place, partial(ways.for_somebody, agent))
    with driven_clock(city.end):
        work_off()


def _link(city: City) -> None:
    """The items that came with the packages take certificates as well."""
    boss = actor_of(User.objects.get(username="admin1"), Role.ADMINISTRATOR)
    items = set(Item.objects.values_list("code", flat=True))
    rows = Material.objects.filter(version__state="published").values_list("version__item__code", "code")
    known = set(rows)
    types = {one.code: one for one in CertificateType.objects.all()}
    for kind in KINDS:
        if kind.code in types:
            certificates.set_links(
                boss, types[kind.code].pk, items=[code for code in kind.items if code in items],
                materials=[pair for pair in kind.stands_in if pair in known],
            )  # fmt: skip


class Ways:
    """Filings of the packages of the city by these ways."""

    def __init__(self, city: City, chance: random.Random) -> None:
        self.city, self.chance, self.namer = city, chance, Namer(chance)
        rows = Package.objects.select_related("current").filter(status="published")
        self.packages = {one.code: one for one in rows}

    def filed(self, days_ago: int, file: Callable[[], PackageFiling | None]) -> None:
        """Filed so many working days before the last day; the clerks accept the parts the day after."""
        hours = self.city.stage.hours
        day = hours.index.add(local_date(self.city.end), -days_ago)
        moment = min(hours.filing(self.chance, day, online=False), self.city.end - dt.timedelta(hours=3))
        with driven_clock(moment):
            filing = file()
            work_off()
        if filing is None:
            return
        with driven_clock(min(self.city.end, moment + dt.timedelta(hours=2))):
            for case in Case.objects.filter(package_part__filing=filing).order_by("pk"):
                clerk = self.city.people.teams[case.department_id].clerks[0]
                self._answer(clerk, case)
                actions.follow_case_now(case.pk)
            work_off()

    def _answer(self, clerk: Actor, case: Case) -> None:
        case_actions.take_step(clerk, case.pk, "accept", {}, state_version=case.state_version)

    def holders(self, kind: str, most: int) -> list[tuple[Applicant, Certificate]]:
        """People of the city who hold a valid certificate of the type, each once."""
        people = {one.actor.user_id: one for one in self.city.people.citizens}
        rows = Certificate.objects.filter(type__code=kind, state="issued", organisation__isnull=True).order_by("pk")
        found = {row.holder_id: (people[row.holder_id], row) for row in rows if row.holder_id in people}
        return list(found.values())[:most]

    # --- the three ways ---------------------------------------------------------------------------------------------------

    def with_certificate(self, person: Applicant, certificate: Certificate) -> PackageFiling | None:
        """The holder consents once; every part that asks for the paper gets the certificate instead."""
        filing = self._begun("newborn", person.actor)
        if filing is None:
            return None
        make_now(Document.objects.filter(pk=certificate.document_id or 0))
        keys = [key for key, offers in given.offers(Draft(filing)).items() if _fits(offers, certificate)]
        for key in keys:
            actions.give_certificate(person.actor, filing.pk, certificate.pk, key=key, consent=True)
        self._fill_in(person.actor, filing, person.facts, without=keys)
        return self._submit(person.actor, filing)

    def with_promise(self, firm: Applicant) -> PackageFiling | None:
        """The firm brings one of the materials later."""
        filing = self._begun("restaurant", firm.actor, organisation=firm.organisation)
        if filing is None:
            return None
        promised = self._promise(firm.actor, filing)
        self._fill_in(firm.actor, filing, firm.facts, without=promised)
        return self._submit(firm.actor, filing)

    def for_somebody(self, agent: Applicant) -> PackageFiling | None:
        """A son at the window with his father's power of attorney, and a material that follows."""
        package, user = self.packages.get("restaurant"), agent.actor.user
        team = self.city.people.teams.get(package.department_id) if package is not None else None
        if package is None or package.current is None or team is None or not team.clerks or user is None:
            return None
        clerk = team.clerks[0]
        card = Visitor(name=user.name, resident_number=user.citizen.resident_number, phone=user.phone, identity="card")
        intake = counter.begin_intake(clerk, card)
        principal = Principal(
            name=self.namer.person(female=False), phone=self.namer.mobile(), relation="parent_child",
            resident_number=self.namer.resident_number(dt.date(1966, 3, 9), female=False),
        )  # fmt: skip
        filing = actions.begin_at_window(clerk, intake.pk, package.pk, answers_of(package), principal=principal)
        promised = self._promise(clerk, filing)
        facts = {**agent.facts, "name": principal.name, "phone": principal.phone}
        self._fill_in(clerk, filing, {**facts, "resident_number": principal.resident_number}, without=promised)
        actions.add_paper(clerk, filing.pk, paper(clerk, "授权委托书"), key=AUTHORITY.key)
        return self._submit(clerk, filing, confirmation="paper")

    # --- steps ------------------------------------------------------------------------------------------------------------

    def _begun(self, code: str, actor: Actor, **more: object) -> PackageFiling | None:
        package = self.packages.get(code)
        if package is None or package.current is None:
            return None
        return actions.begin(actor, package.pk, answers_of(package), **more)  # type: ignore[arg-type]

    def _promise(self, actor: Actor, filing: PackageFiling) -> list[str]:
        draft = Draft(filing)
        days = later.last_days(draft)
        wanted = [one.key for one in draft.materials if one.material.code == FOLLOWS and days.get(one.key)]
        for key in wanted:
            actions.promise_later(actor, filing.pk, days[key], key=key, agreed=True)  # type: ignore[arg-type]
        return wanted

    def _fill_in(self, actor: Actor, filing: PackageFiling, facts: dict[str, str], *, without: list[str]) -> None:
        draft, filler = Draft(filing), ByCode(self.chance, self.namer, now().date(), facts)
        for page in draft.form.definition.sections if draft.form.definition else ():
            if page.show_if is None or page.show_if.holds(filler.answers):
                actions.save_page(actor, filing.pk, page.code, filler.page(page), done=True)
        for one in draft.materials:
            if one.required and not one.on_paper_only and one.key not in without:
                actions.add_paper(actor, filing.pk, paper(actor, one.material.name), key=one.key)
        actions.save_page(actor, filing.pk, MATERIALS, {}, done=True)

    def _submit(self, actor: Actor, filing: PackageFiling, **more: str) -> PackageFiling:
        seen = PackageFiling.objects.values_list("state_version", flat=True).get(pk=filing.pk)
        return actions.submit(actor, filing.pk, state_version=seen, **more)


def answers_of(package: Package) -> dict[str, str]:
    """The first answer of each question of the guide."""
    questions = package.current.questions if package.current is not None else []
    return {one["code"]: one["choices"][0]["value"] for one in questions}


def _fits(offers: list[given.Offer], certificate: Certificate) -> bool:
    return any(one.certificate.pk == certificate.pk and not one.reason for one in offers)
