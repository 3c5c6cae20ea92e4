"""Tokens: shown once, kept as a digest, scoped, limited, revoked at once; and every refusal is a problem document."""

import datetime as dt

import pytest
from rest_framework.test import APIClient

from portal.core.errors import Invalid, NotAllowed
from portal.core.events import events_of
from portal.core.time import driven_clock, now
from portal.people.actions.clients import (
    ClientDraft,
    change_client,
    close_client,
    make_client,
    make_token,
    revoke_token,
)
from portal.people.actors import actor_of
from portal.people.models import Client, ClientToken, ClientUsage, User
from portal.people.policies import may_see_client
from portal.people.roles import Role
from tests import factories
from tests.api.objects import administrator, api, caller, system, token

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"


def problem(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    assert body["code"]
    return body


def test_a_token_says_who_it_is():
    answer = api("cases:read").get(ME)
    assert answer.status_code == 200
    assert answer.json()["department"] == "SCJG"
    assert answer.json()["scopes"] == ["cases:read"]


def test_only_the_digest_of_a_token_is_kept_and_the_trail_says_who_made_it():
    row, text = token()
    stored = ClientToken.objects.values().get()
    assert text not in str(stored)
    assert len(stored["digest"]) == 64
    told = events_of(row.client)
    assert [one.event.type for one in told] == ["client.made", "client.token_made"]
    assert told[1].data["token"] == row.prefix
    assert text not in told[1].event.body


def test_without_a_token_the_answer_is_401_with_a_challenge():
    answer = caller("x").get(ME)
    assert problem(answer, 401)["code"] == "token_invalid"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert problem(APIClient().get(ME), 401)["code"] == "not_authenticated"


@pytest.mark.parametrize("text", ["hzt_", "hzt_0123456789_" + "A" * 43, "Bearer", "é" * 20, "\x00", "a" * 5000])
def test_a_made_up_token_is_refused(text):
    problem(caller(text).get(ME), 401)


def test_a_wrong_secret_behind_a_good_prefix_is_refused():
    row, text = token()
    problem(caller(f"hzt_{row.prefix}_{'A' * 43}").get(ME), 401)
    assert caller(text).get(ME).status_code == 200


def test_a_revoked_and_an_expired_token_say_so():
    row, text = token(days=3)
    with driven_clock(now() + dt.timedelta(days=3, seconds=1)):
        assert problem(caller(text).get(ME), 401)["code"] == "token_expired"
    assert caller(text).get(ME).status_code == 200
    revoke_token(administrator(), row.pk)
    assert problem(caller(text).get(ME), 401)["code"] == "token_revoked"


def test_a_closed_account_and_all_its_tokens_are_dead_at_once():
    client = system()
    first, second = token(client)[1], token(client)[1]
    close_client(administrator(), client.pk)
    assert {problem(caller(text).get(ME), 401)["code"] for text in (first, second)} == {"token_revoked"}


def test_a_token_works_only_from_the_allowed_networks():
    client = system(allowed_networks=["10.12.0.0/16"])
    _row, text = token(client)
    assert problem(caller(text).get(ME), 401)["code"] == "network_not_allowed"
    assert caller(text).get(ME, REMOTE_ADDR="10.12.3.4").status_code == 200
    # A forwarded address is believed only behind proxies of our own.
    problem(caller(text).get(ME, headers={"x-forwarded-for": "10.12.3.4"}), 401)


def test_behind_our_own_proxies_the_outermost_of_them_is_believed(settings):
    settings.API_PROXIES = 1
    _row, text = token(system(allowed_networks=["10.12.0.0/16"]))
    assert caller(text).get(ME, headers={"x-forwarded-for": "1.2.3.4, 10.12.3.4"}).status_code == 200
    problem(caller(text).get(ME, headers={"x-forwarded-for": "10.12.3.4, 1.2.3.4"}), 401)


def test_too_many_requests_are_told_when_to_come_again():
    client = system(rate_per_minute=3)
    reader = api("cases:read", client=client)
    statuses = [reader.get(ME).status_code for _ in range(4)]
    assert statuses[:3] == [200, 200, 200]
    answer = reader.get(ME)
    assert problem(answer, 429)["code"] == "too_many_requests"
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_who_guesses_tokens_is_soon_not_even_looked_at(django_assert_num_queries):
    guesser = caller("nonsense")
    for _ in range(60):
        guesser.get(ME)
    with django_assert_num_queries(0):
        problem(guesser.get(ME), 429)


def test_use_is_written_down_in_batches_and_not_for_every_request(django_assert_num_queries):
    row, text = token()
    reader = caller(text)
    reader.get(ME)
    with django_assert_num_queries(1):
        reader.get(ME)
    row.refresh_from_db()
    assert row.last_used_at is not None
    with driven_clock(now() + dt.timedelta(minutes=6)):
        reader.get(ME)
    assert sum(ClientUsage.objects.values_list("requests", flat=True)) == 3


def test_an_unknown_address_and_a_wrong_method_are_problems():
    problem(api().get("/api/v1/nothing-here"), 404)
    assert problem(api().delete(ME), 405)["code"] == "method_not_allowed"
    assert problem(api().get(ME, headers={"accept": "text/csv"}), 406)["code"] == "not_acceptable"


def test_problems_speak_the_readers_language():
    reader = api()
    chinese = APIClient().get("/api/v1/nothing-here", headers={"accept-language": "zh-CN"}).json()["detail"]
    english = reader.get("/api/v1/nothing-here").json()["detail"]
    assert chinese != english
    assert any("一" <= letter <= "鿿" for letter in chinese)


# --- the administrators' side -----------------------------------------------------------------------------------------


def test_nobody_but_an_administrator_makes_accounts_and_tokens():
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
    client = system()
    row, _text = token(client)
    draft = ClientDraft(code="other", name="其他", department_id=client.department_id)
    for act in (
        lambda: make_client(head, draft),
        lambda: change_client(head, client.pk, draft),
        lambda: close_client(head, client.pk),
        lambda: make_token(head, client.pk, scopes=["cases:read"], days=1),
        lambda: revoke_token(head, row.pk),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "S"}, "code"),
        ({"name": " "}, "name"),
        ({"department_id": None}, "department"),
        ({"kind": "device"}, "department"),
        ({"rate_per_minute": 0}, "rate_per_minute"),
        ({"allowed_networks": ["10.0.0.0/99"]}, "allowed_networks"),
    ],
)
def test_a_faulty_account_is_refused_field_by_field(changes, field):
    good = {"code": "scjg-oa", "name": "系统", "department_id": factories.department().pk}
    with pytest.raises(Invalid) as refused:
        make_client(administrator(), ClientDraft(**{**good, **changes}))
    assert set(refused.value.fields) == {field}


def test_a_token_for_nothing_or_for_the_unknown_is_refused():
    client = system()
    for scopes in ([], ["cases:everything"]):
        with pytest.raises(Invalid):
            make_token(administrator(), client.pk, scopes=scopes, days=1)
    with pytest.raises(Invalid):
        make_token(administrator(), client.pk, scopes=["cases:read"], days=0)


def test_the_account_behind_a_system_is_no_member_of_staff_and_cannot_sign_in():
    client = system()
    assert not User.objects.staff().filter(pk=client.user_id).exists()
    assert not client.user.may_sign_in
    assert not client.user.has_usable_password()


def test_the_policy_of_accounts_is_the_queryset():
    here, there = factories.department("AAA"), factories.department("BBB")
    clients = [system("aaa-oa", here), system("bbb-oa", there)]
    people = [
        factories.staff(role, here) for role in (Role.CLERK, Role.DEPARTMENT_HEAD, Role.AUDITOR, Role.ADMINISTRATOR)
    ]
    answers = set()
    for person in [*people, factories.citizen()]:
        user = User.objects.get(pk=person.pk)
        visible = set(Client.objects.visible_to(user).values_list("pk", flat=True))
        for client in clients:
            assert may_see_client(user, client) == (client.pk in visible)
            answers.add(may_see_client(user, client))
    assert answers == {True, False}
