"""The departments' own systems of the demo city: accounts, tokens, what two of them sent in, and a webhook.

The tokens are made up at every build and shown to nobody: who wants to try the interface makes one as `admin1`.
"""

import datetime as dt
import random

from approvals.cases.actions.sent_in import Applicant, Filing, remote_step, send_in
from approvals.cases.catalogue_memory import asked_by
from approvals.catalogue.models import Item
from portal.api.actions import change, subscribe
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.time import ZONE, driven_clock, today
from portal.people.actions.clients import ClientDraft, make_client, make_token, revoke_token
from portal.people.actors import actor_of
from portal.people.models import Client, Department, User
from portal.people.roles import Role
from portal.site.demo.answers import Filler
from portal.site.demo.chapters import City
from portal.site.demo.names import Namer
from portal.site.demo.year import work_off

ORDER = 90
SYSTEMS = (
    # code, name, department, scopes
    ("scjg-reg", "市场监管登记业务系统", "SCJG", ("catalogue:read", "cases:read", "cases:write", "events:read")),
    ("gaj-hz", "公安户政业务系统", "GAJ", ("catalogue:read", "cases:read", "events:read", "webhooks:manage")),
    ("rsj-social", "人社一体化业务平台", "RSJ", ("catalogue:read", "indicators:read", "imports:write")),
)
RECEIVER = "https://hz.gaj.haizhou.example/hooks/portal"
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
    """What the department took in at its own office and sent here; some of it accepted at once."""
    items = list(
        Item.objects.open_to_filing().filter(department=client.department).select_related("current").order_by("code")
    )
    if not items:
        return
    chance = city.chance("api")
    actor = Actor(user=client.user, role="system", name=client.name)
    days = max((city.end - begun).days - 2, 1)
    for number in range(1, (4 if city.small else 40) + 1):
        at = begun + dt.timedelta(days=1 + chance.randrange(days), hours=chance.randrange(1, 6))
        with driven_clock(min(at, city.end)):
            _one(actor, chance.choice(items), number, chance)


def _one(actor: Actor, item: Item, number: int, chance: random.Random) -> None:
    """One filing, with answers as the item's form asks for them; most of them are accepted on the spot."""
    namer, on = Namer(chance), today()
    female = chance.random() < 0.5
    birth = namer.birth(youngest=22, oldest=65, on=on)
    facts = {
        "name": namer.person(female=female),
        "resident_number": namer.resident_number(birth, female=female),
        "phone": namer.mobile(),
        "address": namer.address(),
    }
    if item.current is None:
        return
    asked = asked_by(item.current)
    filler = Filler(chance, namer, on, facts)
    for section in asked.definition.sections if asked.definition else ():
        if section.show_if is None or section.show_if.holds(filler.answers):
            filler.page(section)
    filing = Filing(
        external_id=f"DJ{number:06d}",
        item_code=item.code,
        applicant=Applicant(
            type="person", name=facts["name"], phone=facts["phone"], resident_number=facts["resident_number"]
        ),
        answers=filler.answers,
        on_paper=[material.code for material in asked.materials],
    )
    try:
        made = send_in(actor, filing)
    except Invalid:
        return  # what was drawn does not fit the form: the department's system would not have sent it either
    if chance.random() < 0.7:
        remote_step(actor, made["id"], "accept", {}, state_version=made["state_version"])
