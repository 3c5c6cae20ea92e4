"""The citizens' side of the hotline: told without an account, looked up by number and code, urged, added to, rated."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hotline.actions import dispatch, take_step
from hotline.models import Ticket
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.patrols.objects import picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TOLD = {
    "kind": "complaint", "title": "夜间施工扰民", "content": "工地凌晨两点还在施工，连续三天睡不着。",
    "address": "人民路6号", "name": "李梅", "phone": "13812345678", "consent": "on", "once_key": "k1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _place_for_files(settings: Any, tmp_path: Any) -> None:
    cache.clear()
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def upload(name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture().read(), "image/jpeg")


def told(client: Client, **more: Any) -> Ticket:
    assert client.post("/12345/", {**TOLD, **more}).status_code == 302
    return Ticket.objects.latest("pk")


def replied(ticket: Ticket) -> Ticket:
    """Dispatched, signed for, answered and approved."""
    department = factories.department()
    chief = actor_of(factories.staff(Role.HOTLINE_DISPATCHER), Role.HOTLINE_DISPATCHER)
    clerk = actor_of(factories.staff(Role.CLERK, department), Role.CLERK)
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD, department), Role.DEPARTMENT_HEAD)
    ticket = dispatch(chief, ticket.pk, department_id=department.pk, state_version=ticket.state_version)
    for actor, code, inputs in (
        (clerk, "sign", {}), (clerk, "draft", {"text": "已责令停工。", "measures": ""}), (head, "approve", {}),
    ):  # fmt: skip
        ticket = take_step(actor, ticket.pk, code, inputs, state_version=ticket.state_version)
    return ticket


def test_somebody_without_an_account_tells_and_gets_number_and_code() -> None:
    client = Client()
    ticket = told(client)
    page = client.get("/12345/received/").content.decode()
    assert ticket.number in page and ticket.query_code in page
    assert (ticket.channel, ticket.reporter.name, ticket.owner) == ("web", "李梅", None)
    assert ticket.reporter.consented_at is not None


def test_sent_twice_is_one_request() -> None:
    client = Client()
    told(client)
    client.post("/12345/", TOLD)
    assert Ticket.objects.count() == 1


def test_wrong_input_keeps_everything_and_the_photo_too() -> None:
    client = Client()
    page = client.post("/12345/", {**TOLD, "phone": "12", "photos": upload("路口.jpg")})
    text = page.content.decode()
    assert page.status_code == 422 and TOLD["content"] in text and "路口.jpg" in text
    mark = re.search(r'name="kept" value="([^"]+)"', text)
    assert mark is not None
    ticket = told(client, kept=mark.group(1))
    assert [one.file.name for one in ticket.files.all()] == ["路口.jpg"]


def test_a_photo_that_is_none_is_named_and_the_good_one_stays() -> None:
    bad = SimpleUploadedFile("virus.jpg", b"MZ not a picture", "image/jpeg")
    page = Client().post("/12345/", {**TOLD, "photos": [upload("good.jpg"), bad]})
    text = page.content.decode()
    assert page.status_code == 422 and "virus.jpg" in text and "good.jpg" in text
    assert not Ticket.objects.exists()


def test_nobody_takes_a_photo_by_making_up_its_mark() -> None:
    ticket = told(Client(), kept="1:forged")
    assert not ticket.files.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"content": "啊啊啊啊啊啊啊啊"}, {"content": "?????"}, {"title": ""}, {"phone": ""}, {"consent": ""},
     {"lat": "200", "lon": "1"}, {"lat": "34.6"}, {"category": "999999"}, {"kind": "war"}, {"content": "字" * 5001}],
)  # fmt: skip
def test_what_cannot_be_handled_is_said_beside_its_field(wrong: dict[str, str]) -> None:
    page = Client().post("/12345/", {**TOLD, **wrong})
    assert page.status_code == 422 and "govuk-error-message" in page.content.decode()
    assert not Ticket.objects.exists()


def test_very_many_from_one_number_are_stopped_with_a_sentence_and_nothing_lost() -> None:
    client = Client()
    for n in range(10):
        told(client, once_key=f"k{n}")
    page = client.post("/12345/", {**TOLD, "once_key": "k99"})
    assert page.status_code == 429 and TOLD["content"] in page.content.decode()
    assert Ticket.objects.count() == 10


def test_number_and_code_open_the_request_and_a_wrong_code_does_not() -> None:
    ticket, client = told(Client()), Client()
    assert client.get(f"/12345/mine/{ticket.number}/").status_code == 404
    right = {"number": f" {str(ticket.number).lower()} ", "code": ticket.query_code.lower()}
    assert client.post("/12345/track/", {**right, "code": "AAAAAAAA"}).status_code == 422
    assert client.post("/12345/track/", right).status_code == 302
    page = client.get(f"/12345/mine/{ticket.number}/").content.decode()
    assert TOLD["title"] in page and "13812345678" not in page


def test_guessing_ends_after_ten_tries() -> None:
    ticket, client = told(Client()), Client()
    for _n in range(10):
        client.post("/12345/track/", {"number": ticket.number, "code": "AAAAAAAA"})
    right = {"number": ticket.number, "code": ticket.query_code}
    assert client.post("/12345/track/", right).status_code == 429


def test_urged_once_a_day() -> None:
    client = Client()
    ticket = told(client)
    assert client.post(f"/12345/mine/{ticket.number}/urge/", {"text": "还在等"}).status_code == 302
    assert client.post(f"/12345/mine/{ticket.number}/urge/", {"text": "还在等"}).status_code == 409
    assert ticket.urges.count() == 1


def test_more_is_added_with_a_photo() -> None:
    client = Client()
    ticket = told(client)
    address = f"/12345/mine/{ticket.number}/add/"
    refused = client.post(address, {"text": "", "photos": upload("补.jpg")}).content.decode()
    mark = re.search(r'name="kept" value="([^"]+)"', refused)
    assert mark is not None
    assert client.post(address, {"text": "昨晚又施工了。", "kept": mark.group(1)}).status_code == 302
    assert ticket.notes.get().from_caller and ticket.files.count() == 1


def test_the_caller_says_how_it_went_and_has_it_taken_up_again() -> None:
    client = Client()
    ticket = replied(told(client))
    address = f"/12345/mine/{ticket.number}/"
    assert "已责令停工。" in client.get(address).content.decode()
    assert client.post(f"{address}rate/", {"contacted": "yes"}).status_code == 422
    answers = {"contacted": "yes", "resolved": "yes", "satisfied": "yes"}
    assert client.post(f"{address}rate/", answers).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved, ticket.satisfied) == ("closed", True, True)
    assert client.post(f"{address}rate/", answers).status_code in {404, 409}
    assert client.post(f"{address}reopen/", {"reason": "昨晚又开工了。"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.reopened == 1 and ticket.is_open


def test_who_is_not_content_is_heard() -> None:
    client = Client()
    ticket = replied(told(client))
    client.post(f"/12345/mine/{ticket.number}/rate/", {"contacted": "no", "resolved": "no", "satisfied": "no"})
    ticket.refresh_from_db()
    assert ticket.state == "called_back" and ticket.satisfied is False


def test_a_signed_in_citizen_finds_the_own_requests_and_nobody_elses() -> None:
    person = factories.citizen()
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    mine, other = told(client), told(Client(), title="别人的事", once_key="k2")
    page = client.get("/12345/mine/").content.decode()
    assert mine.title in page and other.title not in page
    assert mine.owner == person
    assert client.get(f"/12345/mine/{other.number}/").status_code == 404


def test_telling_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    client = Client()
    told(client)
    client.get("/12345/mine/")
    ticket = Ticket.objects.get()
    with django_assert_max_num_queries(14):
        client.get(f"/12345/mine/{ticket.number}/")
    with django_assert_max_num_queries(2):
        client.get("/12345/")
