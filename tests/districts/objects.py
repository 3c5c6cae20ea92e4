"""A district with two streets, its dispatcher, and everybody who is needed for a whole journey within it."""

from typing import Any

from hotline import actions as hotline_actions
from hotline.districts import actions
from hotline.districts.models import Assignment, Platform
from hotline.models import Ticket
from portal.core.actors import Actor
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.models import Client, ClientToken, Department, User
from portal.people.roles import DISTRICT_DISPATCHER, Role
from tests import factories
from tests.hotline.objects import World as HotlineWorld


def district(code: str = "XSQ", **more: Any) -> Department:
    values = {"name": "新沙区12345分中心", "name_en": "Xinsha District", "short_name": "新沙区", "level": "district"}
    return factories.department(code, **{**values, **more})


def street(code: str, above: Department, **more: Any) -> Department:
    values = {"name": f"{code}街道办事处", "name_en": f"Street {code}", "short_name": code, "level": "township"}
    return factories.department(code, **{**values, "parent": above, **more})


def dispatcher_of(one: Department) -> Actor:
    person = factories.staff(Role.HOTLINE_DISPATCHER, one)
    return actor_of(person, DISTRICT_DISPATCHER, department_id=one.pk)


def person_of(role: Role, one: Department) -> Actor:
    return actor_of(factories.staff(role, one), role)


class World(HotlineWorld):
    """The city's hotline, and two districts of which the first has two streets."""

    def __init__(self) -> None:
        super().__init__()
        self.district, self.other = district(), district("DHQ", name="东湖区12345分中心", name_en="East Lake District")
        self.street, self.second = street("JFL", self.district), street("RML", self.district)
        self.runner, self.stranger = dispatcher_of(self.district), dispatcher_of(self.other)
        self.worker, self.chief = person_of(Role.CLERK, self.street), person_of(Role.DEPARTMENT_HEAD, self.street)

    def sent(self, to: Department | None = None, **more: Any) -> Ticket:
        """Dispatched by the city to the district."""
        ticket = self.recorded(**more)
        place = to or self.district
        return hotline_actions.dispatch(
            self.dispatcher, ticket.pk, department_id=place.pk, state_version=ticket.state_version
        )

    def taken(self, **more: Any) -> Ticket:
        """Signed for by the district."""
        return self.step(self.runner, self.sent(**more), "sign")

    def assigned(self, ticket: Ticket | None = None, to: Department | None = None) -> Assignment:
        ticket = ticket or self.taken()
        fresh = Ticket.objects.get(pk=ticket.pk)
        place = to or self.street
        return actions.assign(
            self.runner, fresh.pk, department_id=place.pk, note="请尽快处理", state_version=fresh.state_version
        )

    def inner(self, actor: Actor, one: Assignment, code: str, **inputs: Any) -> Assignment:
        fresh = Assignment.objects.get(pk=one.pk)
        return actions.take_step(actor, one.pk, code, inputs, state_version=fresh.state_version)

    def returned(self, one: Assignment | None = None) -> Assignment:
        return self.inner(self.worker, one or self.assigned(), "return", ground="not_ours", reason="属于另一街道")


def platform(one: Department, url: str = "https://platform.example/in") -> Platform:
    return Platform.objects.create(district=one, kind="outside", url=url, secret=SECRET, made_at=now())


SECRET = "shared between city and district"


def client_of(one: Department, *scopes: str, code: str = "xsq-12345") -> str:
    """A system account of the district; returns the text of its token."""
    from portal.people.clients.authentication import new_token

    person = User(username=f"system.{code}", name=f"{one.name}平台", is_system=True)
    person.set_unusable_password()
    person.save()
    client = Client.objects.create(code=code, name=f"{one.name}平台", department=one, user=person)
    text, prefix, digest = new_token()
    ClientToken.objects.create(
        client=client, prefix=prefix, digest=digest, scopes=list(scopes or ("districts:read", "districts:write")),
        expires_at=now().replace(year=now().year + 1),
    )  # fmt: skip
    return text
