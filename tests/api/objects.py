"""Real objects for the API's tests: an administrator, a department's system, a token, and a caller that shows it."""

import itertools
from typing import Any

from rest_framework.test import APIClient

from portal.people.actions.clients import ClientDraft, make_client, make_token
from portal.people.actors import actor_of
from portal.people.clients import ALL_SCOPES
from portal.people.models import Client, ClientToken, Department
from portal.people.roles import Role
from tests import factories

_serial = itertools.count(1)


def administrator() -> Any:
    return actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


def system(code: str = "", dept: Department | None = None, **more: Any) -> Client:
    draft = ClientDraft(
        code=code or f"scjg-oa-{next(_serial)}",
        name="市监局业务系统",
        department_id=(dept or factories.department()).pk,
        **more,
    )
    return make_client(administrator(), draft)


def token(client: Client | None = None, *scopes: str, days: int = 30) -> tuple[ClientToken, str]:
    return make_token(administrator(), (client or system()).pk, scopes=scopes or ALL_SCOPES, days=days, label="测试")


def caller(text: str, **headers: str) -> APIClient:
    """A program that shows this token and reads English."""
    client = APIClient(raise_request_exception=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}", HTTP_ACCEPT_LANGUAGE="en", **headers)
    return client


def api(*scopes: str, client: Client | None = None) -> APIClient:
    """A caller with a fresh token for these scopes, all of them without any."""
    return caller(token(client, *scopes)[1])
