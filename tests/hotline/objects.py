"""People of the hotline and of a department, and tickets in every state, by the real actions."""

from typing import Any

from hotline import actions
from hotline.actions import Caller, TicketDraft
from hotline.models import Category, Ticket
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from tests import factories


def hotline_department() -> Department:
    return factories.department("HOTLINE", name="12345热线中心", name_en="Hotline centre")


def operator() -> Actor:
    return actor_of(factories.staff(Role.HOTLINE_OPERATOR, hotline_department()), Role.HOTLINE_OPERATOR)


def dispatcher() -> Actor:
    return actor_of(factories.staff(Role.HOTLINE_DISPATCHER, hotline_department()), Role.HOTLINE_DISPATCHER)


def person(role: Role, dept: Department | None = None) -> Actor:
    return actor_of(factories.staff(role, dept), role)


def category(code: str = "0601") -> Category:
    return Category.objects.get(code=code)


def draft(**more: Any) -> TicketDraft:
    caller = {"name": "李女士", "phone": "13800001234", **more.pop("caller", {})}
    values = {
        "title": "夜间施工噪声",
        "content": "解放路工地晚上十一点还在施工，影响休息。",
        "kind": "complaint",
        "category_id": category().pk,
        "caller": Caller(**caller),
    }
    return TicketDraft(**{**values, **more})


class World:
    """One hotline and one department, with everybody who is needed for a whole journey."""

    def __init__(self) -> None:
        self.department = factories.department()
        self.operator, self.dispatcher = operator(), dispatcher()
        self.clerk = person(Role.CLERK, self.department)
        self.head = person(Role.DEPARTMENT_HEAD, self.department)

    def recorded(self, **more: Any) -> Ticket:
        return actions.record(self.operator, draft(**more))

    def dispatched(self, **more: Any) -> Ticket:
        ticket = self.recorded(**more)
        return actions.dispatch(
            self.dispatcher, ticket.pk, department_id=self.department.pk, state_version=ticket.state_version
        )

    def signed(self, **more: Any) -> Ticket:
        return self.step(self.clerk, self.dispatched(**more), "sign")

    def replied(self, **more: Any) -> Ticket:
        ticket = self.signed(**more)
        ticket = self.step(self.clerk, ticket, "draft", text="已责令整改，夜间不再施工。")
        return self.step(self.head, ticket, "approve")

    def closed(self, **more: Any) -> Ticket:
        return self.step(
            self.operator, self.replied(**more), "call_back", contacted="yes", resolved="yes", satisfied="yes"
        )

    @staticmethod
    def step(actor: Actor, ticket: Ticket, code: str, **inputs: Any) -> Ticket:
        fresh = Ticket.objects.get(pk=ticket.pk)
        return actions.take_step(actor, ticket.pk, code, inputs, state_version=fresh.state_version)
