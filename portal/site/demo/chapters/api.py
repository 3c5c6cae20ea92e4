"""The departments' own systems of the demo city: accounts, tokens, what two of them sent in, and a webhook.

The tokens are made up at every build and shown to nobody: who wants to try the interface makes one as `admin1`.
"""

import datetime as dt
import random

from approvals.cases.actions.sent_in import Applicant as SentApplicant
from approvals.cases.actions.sent_in import Filing, remote_step, send_in
from approvals.cases.models import Channel
from approvals.delivery import actions as deliveries
from portal.api.actions import change, subscribe
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.time import ZONE, driven_clock, today
from portal.people.actions.clients import ClientDraft, make_client, make_token, revoke_token
from portal.people.actors import actor_of
from portal.people.models import Client, Department, User
from portal.people.roles import Role
from portal.site.demo import aftercare
from portal.site.demo.answers import Filler
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from portal.site.demo.people import Applicant
from portal.site.demo.story import Ended, Moments, Plan, Stage, Story
from portal.site.demo.year import Casting, live_alone, work_off

ORDER = 90
SYSTEMS = (
    # code, name, department, scopes
    ("scjg-reg", "市场监管登记业务系统", "SCJG", ("catalogue:read", "cases:read", "cases:write", "events:read")),
    ("gaj-hz", "公安户政业务系统", "GAJ", ("catalogue:read", "cases:read", "events:read", "webhooks:manage")),
    ("rsj-social", "人社一体化业务平台", "RSJ", ("catalogue:read", "indicators:read", "imports:write")),
)
RECEIVER = "https://hz.gaj.haizhou.example/hooks/portal"
# What needs the applicant's own account, or a night in which the portal would have acted.
NEVER = ("supplement", "withdraw_early", "withdraw", "slow_answer", "wait_for_decision", "unpaid")
LISTENING = ("case.submit", "case.accept", "case.approve", "case.refuse", "case.deliver")


def live(city: City) -> None:
    """Accounts from half-way through the history; the first system has sent some filings in."""
    begun = city.end - (city.end - dt.datetime.combine(city.first, dt.time(9), city.end.tzinfo)) / 2
    begun = begun.astimezone(ZONE).replace(hour=10, minute=20)
    with driven_clock(begun):
        administrator = actor_of(User.objects.get(username="admin1"), Role.ADMINISTRATOR)
        made = [_system(administrator, *facts) for facts in SYSTEMS]
    clients = [client for client in made if client is not None]
    for client in clients:
        if client.code == "scjg-reg":
            _filings(city, client, begun)
        if client.code == "gaj-hz":
            with driven_clock(begun + dt.timedelta(days=1)):
                hook, _secret = subscribe(administrator, client, url=RECEIVER, events=LISTENING)
                # Nobody answers there: it stands as it would while the other side is not ready.
                change(administrator, hook.pk, active=False)
    with driven_clock(city.end):
        work_off()


def _system(administrator: Actor, code: str, name: str, department: str, scopes: tuple[str, ...]) -> Client | None:
    found = Department.objects.filter(code=department).first()
    if found is None:
        return None
    client = make_client(administrator, ClientDraft(code=code, name=name, department_id=found.pk))
    old, _text = make_token(administrator, client.pk, scopes=scopes, days=180, label="联调")
    revoke_token(administrator, old.pk)
    make_token(administrator, client.pk, scopes=scopes, days=365, label="生产环境")
    return client


def _filings(city: City, client: Client, begun: dt.datetime) -> None:
    """What the department took in at its own office and sent here, and what its clerks did with it since."""
    casting = Casting(city.stage, city.people, city.seed + 90)
    own = [one for one in casting.offers if one.item.department_id == client.department_id]
    if not own:
        return
    chance = city.chance("api")
    system = Actor(user=client.user, role="system", name=client.name)
    days = max((city.end - begun).days - 2, 1)
    for number in range(1, (4 if city.small else 40) + 1):
        day = (begun + dt.timedelta(days=1 + chance.randrange(days))).date()
        plan = casting.story(chance.choice(own), day).plan
        plan.fate |= dict.fromkeys(NEVER, False)
        plan.filed_at = city.stage.hours.filing(chance, day, online=False)
        plan.channel = Channel.COUNTER
        live_alone(SentIn(city.stage, plan, system, f"DJ{number:06d}").live(), city.end)


class SentIn(Story):
    """A case that the department's system files; most are accepted there on the spot. The clerks do the rest here."""

    def __init__(self, stage: Stage, plan: Plan, system: Actor, external_id: str) -> None:
        super().__init__(stage, plan)
        self.system, self.external_id = system, external_id
        self.facts = _somebody(self.chance, plan.filed_at.date())
        # Whoever stood at the department's own window has no account here: what they get, they get on paper.
        plan.applicant = Applicant(actor=self.clerk, organisation=None, facts=self.facts)

    def _life(self) -> Moments:
        yield self.plan.filed_at
        self._send_in()
        if self.chance.random() < 0.7:
            made = remote_step(self.system, self.pk, "accept", {}, state_version=self.version)
            self.state, self.version = "accepted", made["state_version"]
            self._look("accepted")
        else:
            yield from self._first_answer()
        if self._at_once():
            yield from self._decide_at_once()
        else:
            yield from self._handle()
        yield from self._deliver()

    def _send_in(self) -> None:
        """Answers as the item's form asks for them, every material on paper."""
        filler = Filler(self.chance, Namer(self.chance), today(), self.facts)
        form = self.plan.offer.form
        for section in form.sections if form else ():
            if section.show_if is None or section.show_if.holds(filler.answers):
                filler.page(section)
        who = self.facts
        applicant = SentApplicant(
            type="person", name=who["name"], phone=who["phone"], resident_number=who["resident_number"]
        )
        filing = Filing(
            external_id=self.external_id, item_code=self.plan.offer.item.code, applicant=applicant,
            answers=filler.answers, on_paper=[material.code for material in self.plan.offer.materials],
        )  # fmt: skip
        try:
            made = send_in(self.system, filing)
        except Invalid:
            raise Ended from None  # what was drawn does not fit the form: the system would not have sent it either
        self.pk, self.version, self.state = made["id"], made["state_version"], "submitted"
        deliveries.choose(self.clerk, self.pk, way="window")

    def _pay(self) -> None:
        aftercare.settle_fee(self.pk, self.plan, self.clerk, at_window=True)


def _somebody(chance: random.Random, on: dt.date) -> dict[str, str]:
    """A person of the city who never signed in."""
    namer, female = Namer(chance), chance.random() < 0.5
    birth = namer.birth(youngest=22, oldest=65, on=on)
    return {
        "name": namer.person(female=female),
        "resident_number": namer.resident_number(birth, female=female),
        "phone": namer.mobile(),
        "address": namer.address(),
    }
