"""The permission table: for each named address and each role, what the portal answers.

Every app has a file `tests/permissions_<app>.py` with `ROWS`, a list of (url name, kwargs factory, {role: status}) and,
where the address takes a POST, `"post"` and its data behind. The factory takes the `Cast` and may make what the address
needs; what a row makes is gone with its test.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories

ANONYMOUS = "anonymous"
ROLES = (
    ANONYMOUS,
    "citizen",
    "other_citizen",
    "clerk",
    "reviewer",
    "department_head",
    "supervisor",
    "hall_manager",
    "hotline_operator",
    "hotline_dispatcher",
    "procurement_officer",
    "auditor",
    "administrator",
)
STAFF = ROLES[3:]
# Addresses of others that are not ours to guard.
FOREIGN: frozenset[str] = frozenset()


class Cast:
    """One person in each role, made when asked for; the staff work in one department."""

    def __init__(self) -> None:
        self._people: dict[str, User] = {}

    @cached_property
    def department(self) -> Department:
        return factories.department()

    def person(self, role: str) -> User:
        if role not in self._people:
            self._people[role] = self._make(role)
        return self._people[role]

    def _make(self, role: str) -> User:
        if role in {"citizen", "other_citizen"}:
            return factories.citizen()
        return factories.staff(Role(role), self.department)

    def client(self, role: str) -> Client:
        """A browser that is signed in, the staff's with the second factor shown."""
        client = Client()
        if role == ANONYMOUS:
            return client
        person = User.objects.get(pk=self.person(role).pk)  # afresh: what is cached on the object is of another request
        client.force_login(person, backend="portal.people.backends.AccountBackend")
        if role in STAFF:
            device, _made = TOTPDevice.objects.get_or_create(user_id=person.pk, confirmed=True)
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
        return client


class Ensemble:
    """One person in each role, made and signed in once for many rows."""

    def __init__(self) -> None:
        made = Cast()
        self.department_id = made.department.pk
        clients = {role: made.client(role) for role in ROLES}
        self.people = {role: made.person(role).pk for role in ROLES if role != ANONYMOUS}
        self.cookies = {role: client.cookies for role, client in clients.items()}

    def cast(self) -> Cast:
        return _Lent(self)


class _Lent(Cast):
    """The people of an ensemble, each read afresh: what one row caches on an object is not the next row's."""

    def __init__(self, ensemble: Ensemble) -> None:
        super().__init__()
        self._ensemble = ensemble

    @cached_property
    def department(self) -> Department:
        return Department.objects.get(pk=self._ensemble.department_id)

    def _is_elsewhere(self, role: str) -> bool:
        """A row that lets the staff work in another department gets people of its own."""
        return role in STAFF and self.department.pk != self._ensemble.department_id

    def _make(self, role: str) -> User:
        return super()._make(role) if self._is_elsewhere(role) else User.objects.get(pk=self._ensemble.people[role])

    def client(self, role: str) -> Client:
        if self._is_elsewhere(role):
            return super().client(role)
        client = Client()
        client.cookies.load(self._ensemble.cookies[role].output(header="", sep=";"))
        return client


KwargsFactory = Callable[[Cast], Mapping[str, Any]]


class Row(NamedTuple):
    """One address and what each role gets."""

    name: str
    kwargs: KwargsFactory
    expected: Mapping[str, int]
    method: str = "get"
    data: Mapping[str, Any] = {}


def nothing(_cast: Cast) -> Mapping[str, Any]:
    """The address takes no arguments."""
    return {}


def everyone(status: int = 200) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def signed_in(status: int = 200, *, anonymous: int = 302) -> dict[str, int]:
    return {**everyone(status), ANONYMOUS: anonymous}


def only(*roles: str, status: int = 200, otherwise: int = 403, anonymous: int = 302) -> dict[str, int]:
    """`status` for the named roles, `otherwise` for the other signed-in ones."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"no such role in the table: {unknown}")
    return {**everyone(otherwise), ANONYMOUS: anonymous, **dict.fromkeys(roles, status)}


def specialists(status: int) -> dict[str, int]:
    """What hotline and procurement people get, where the sort of their answer differs from the other strangers'."""
    return dict.fromkeys(("hotline_operator", "hotline_dispatcher", "procurement_officer"), status)


def all_rows() -> list[Row]:
    """The rows of all apps."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("permissions_*.py"))
    return [Row(*row) for name in names for row in importlib.import_module(f"tests.{name}").ROWS]


def named_addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Every name that `reverse` knows, with its namespace."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"
