"""Other systems and the messages to them as files."""

import pytest
from django.urls import reverse

from portal.api import actions
from portal.api.models import Delivery, Subscription
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.api.objects import administrator, system, token
from tests.exports.lists import exported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True  # no second factor for the administrator


def test_a_head_gets_the_systems_of_the_own_department_without_their_secrets():
    ours, theirs = system(), system(dept=factories.department("ZJJ"))
    text = token(ours)[1]
    url = reverse("api:admin-clients")
    rows = exported(factories.staff(Role.DEPARTMENT_HEAD), url, "api.clients")
    assert [(one["Code"], one["Valid tokens"]) for one in rows] == [(ours.code, 1)]
    assert text not in str(rows)
    admin = factories.staff(Role.ADMINISTRATOR)
    assert {one["Code"] for one in exported(admin, url, "api.clients")} == {ours.code, theirs.code}
    assert exported(admin, url + "?state=closed", "api.clients") == []


def test_messages_are_those_of_the_webhook_and_of_the_state():
    hooks = [_webhook(system()), _webhook(system(dept=factories.department("ZJJ")))]
    for hook in hooks:
        Delivery.objects.create(subscription=hook, event="ping", payload={"data": {}})
    head, url = factories.staff(Role.DEPARTMENT_HEAD), reverse("api:admin-webhook", args=[hooks[0].pk])
    assert [row["Event"] for row in exported(head, url, "api.messages")] == ["ping"]
    assert exported(head, url + "?state=parked", "api.messages") == []
    _nobody_elses(head, hooks[1].pk)


def _webhook(client) -> Subscription:
    return actions.subscribe(administrator(), client, url="https://oa.example.org/in", events=["case.submit"])[0]


def _nobody_elses(head: User, webhook: int) -> None:
    from django.http import QueryDict

    from portal.core.exports.registry import export_named

    assert not export_named("api.messages", head).queryset(head, QueryDict(f"webhook={webhook}")).exists()
