"""A telephone, operators and their calls, for the tests."""

import datetime as dt
import json
from typing import Any

from django.test import Client

from hotline.calls import actions, telephone
from hotline.calls.models import Call, Extension
from portal.core.actors import Actor
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories

PHONE = "13912345678"
SECRET = "telephone-secret"


def operator(extension: str = "801") -> User:
    person = factories.staff(Role.HOTLINE_OPERATOR)
    Extension.objects.create(code=extension, user=person, since=now())
    return person


def acting(person: User) -> Actor:
    return actor_of(person, Role.HOTLINE_OPERATOR)


def notice(kind: str, *, call: str = "C1", at: dt.datetime | None = None, **more: Any) -> telephone.Notice:
    return telephone.Notice(**{"call_id": call, "kind": kind, "at": at or now(), "number": PHONE, **more})


def on_the_line(person: User, call: str = "C1") -> Call:
    """A call that the person has just answered."""
    actions.receive("sys", notice("ringing", call=call))
    return actions.receive("sys", notice("answered", call=call, agent=person.extension.code)).call


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def send(client: Client, said: dict[str, Any], *, secret: str = SECRET, at: dt.datetime | None = None) -> Any:
    """A report over HTTP, signed as a telephone system signs."""
    body = json.dumps(said).encode()
    signature = telephone.sign(secret.encode(), body, at or now())
    return client.post(
        "/hotline/telephone/sys/", body, content_type="application/json", headers={telephone.SIGNATURE: signature}
    )
