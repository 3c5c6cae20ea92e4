"""GeoReport v2: what is offered, what is published, what is taken in; valid by the standard's own schemas."""

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from hotline.actions import Caller, TicketDraft, record
from hotline.models import Category, Reporter, Ticket
from hotline.open311.models import Submission
from hotline.open311.posting import is_web_address
from hotline.open311.querysets import METRES_A_DEGREE
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.clients import usage
from portal.people.roles import Role
from tests import factories
from tests.api.objects import token
from tests.factories import moment

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
SCHEMAS = SHARED / "open311" / "georeport-v2-schema"
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
HERE = {"lat": "39.9042", "long": "116.4074"}


@pytest.fixture(autouse=True)
def _friday():
    usage.forget()
    with driven_clock(moment("2026-11-20 10:00")):
        yield
    usage.forget()


@pytest.fixture
def key() -> str:
    return token(None, "open311:write")[1]


def valid(name: str, data: Any) -> None:
    """By the schema that the standard's authors publish; skipped where it is not at hand."""
    if not SCHEMAS.exists():
        pytest.skip("the shared data with the schemas of GeoReport v2 is not here")
    files = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    drafted = {file: {"$schema": "http://json-schema.org/draft-07/schema#", **body} for file, body in files.items()}
    registry = Registry().with_resources((file, Resource.from_contents(body)) for file, body in drafted.items())
    jsonschema.Draft7Validator({"$ref": name}, registry=registry).validate(data)


def ticket(code: str = "0205", **more: Any) -> Ticket:
    operator = factories.staff(Role.HOTLINE_OPERATOR)
    values = {
        "title": "井盖破损", "content": "井盖破损，电话13800138000", "category_id": Category.objects.get(code=code).pk,
        "address": "滨河路12号门前", "latitude": 39.9042, "longitude": 116.4074,
        "caller": Caller(name="王丽娟", phone="13800138000", address="望海小区3幢502室"),
    }  # fmt: skip
    return record(actor_of(operator, Role.HOTLINE_OPERATOR), TicketDraft(**{**values, **more}))


def listed(client: Any, **filters: Any) -> list[str]:
    answer = client.get("/open311/v2/requests.json", filters)
    assert answer.status_code == 200, answer.content.decode()
    return [row["service_request_id"] for row in answer.json()]


def send(client: Any, key: str, headers: dict[str, str] | None = None, **data: Any) -> Any:
    sent = {"api_key": key, "service_code": "0203", "description": "垃圾满溢", **HERE, **data}
    return client.post("/open311/v2/requests.json", sent, headers=headers or {})


def test_services_and_definitions_are_valid_by_the_schemas(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        services = client.get("/open311/v2/services.json").json()
    valid("services.json", services)
    assert {row["service_code"] for row in services} >= {"0205", "0601"}
    assert "0701" not in {row["service_code"] for row in services}  # unpaid wages are nobody else's business
    definition = client.get("/open311/v2/services/0205.json").json()
    valid("service-definition.json", definition)
    assert [one["code"] for one in definition["attributes"]] == ["where", "size"]
    assert client.get("/open311/v2/services/0205.json", headers={"Accept-Language": "en"}).json()["attributes"][0][
        "values"
    ][0] == {"key": "road", "name": "Road"}


def test_requests_are_valid_by_the_schemas_and_never_name_the_caller(client, key):
    ticket()
    send(client, key)
    answer = client.get("/open311/v2/requests.json")
    valid("requests.json", answer.json())
    for form in ("json", "xml"):
        text = client.get(f"/open311/v2/requests.{form}").content.decode()
        assert "王丽娟" not in text and "13800138000" not in text and "望海小区" not in text
        assert "滨河路12号门前" in text and "垃圾满溢" in text  # where it happened, and what was posted to be public


def test_secret_danger_void_and_private_matters_are_not_published(client):
    shown = ticket()
    hidden = [
        ticket(secret=True),
        ticket(life_danger=True),
        ticket(code="0701"),
        ticket(kind="enquiry"),
        ticket(category_id=None),
    ]
    gone = ticket()
    Ticket.objects.filter(pk=gone.pk).update(state="void", ended_at=now(), ended_on=now().date())
    assert listed(client) == [shown.number]
    for one in (*hidden, gone):
        assert client.get(f"/open311/v2/requests/{one.number}.json").status_code == 404
        assert listed(client, service_request_id=one.number) == []
    assert client.get(f"/open311/v2/requests/{shown.number}.json").json()[0]["status"] == "open"


def test_filters_by_service_state_place_and_update(client):
    near = ticket()
    east = ticket(code="0601", longitude=116.4074 + 600 / (METRES_A_DEGREE * 0.767))
    with driven_clock(moment("2026-11-20 15:00")):
        Ticket.objects.filter(pk=near.pk).update(state="closed", ended_at=now(), ended_on=now().date())
    with driven_clock(moment("2026-11-20 16:00")):
        assert listed(client, status="open") == [east.number]
        assert listed(client, status="closed") == [near.number]
        assert set(listed(client, status="open,closed")) == {near.number, east.number}
        assert listed(client, service_code="0601") == [east.number]
        assert listed(client, **HERE, radius=500) == [near.number]
        assert set(listed(client, **HERE, radius=700)) == {near.number, east.number}
        assert listed(client, updated_after="2026-11-20T12:00:00+08:00") == [near.number]
        assert listed(client, updated_before="2026-11-20T12:00:00+08:00") == [east.number]
        assert listed(client, page_size=1, page=2) == [near.number]
        both = f"{near.number},{east.number}"
        assert len(listed(client, service_request_id=both, start_date="2020-01-01T00:00:00Z")) == 2


def test_a_question_never_covers_more_than_ninety_days(client):
    with driven_clock(moment("2026-08-01 10:00")):
        old = ticket()
    with driven_clock(moment("2026-10-01 10:00")):
        middle = ticket()
    young = ticket()
    assert set(listed(client)) == {young.number, middle.number}  # without dates: the last ninety days
    assert set(listed(client, start_date="2026-07-30T00:00:00+08:00")) == {old.number, middle.number}
    assert set(listed(client, start_date="2026-07-30", end_date="2026-12-31")) == {old.number, middle.number}
    assert set(listed(client, end_date="2026-10-15")) == {old.number, middle.number}
    assert listed(client, service_request_id=old.number) == [old.number]  # a number has no date


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"}, {"status": "pending"}, {"lat": "39.9"}, {"lat": "91", "long": "0"}, {"page": "0"},
        {"page_size": "5000"}, {"lat": "nan", "long": "1"}, {"radius": "1e9", **HERE}, {"page": "900", "page_size": "200"},
        {"start_date": "2026-11-02", "end_date": "2026-11-01"}, {"service_code": "\x00"},
    ],
)  # fmt: skip
def test_wrong_questions_get_the_array_of_errors(client, query):
    answer = client.get("/open311/v2/requests.json", query)
    assert answer.status_code == 400
    assert all(set(row) == {"code", "description"} and row["code"] == 400 for row in answer.json())
    root = ET.fromstring(client.get("/open311/v2/requests.xml", query).content)  # noqa: S314 - our own answer
    assert root.tag == "errors" and root.find("error/code").text == "400"  # type: ignore[union-attr]


def test_a_list_costs_the_same_for_many_as_for_few(client, django_assert_num_queries):
    for n in range(12):
        ticket(latitude=39.9 + n / 1000)
        if n in {1, 11}:
            with django_assert_num_queries(1):
                client.get("/open311/v2/requests.json")


def test_a_request_becomes_a_ticket_with_its_attributes(client, key, django_assert_max_num_queries):
    data = {
        "service_code": "0205", "attribute[where]": "road", "attribute[size]": "40", "first_name": "丽娟", "last_name": "王",
        "phone": "13800138000", "media_url": "https://photos.example.com/1.jpg",
    }  # fmt: skip
    with django_assert_max_num_queries(25):
        answer = send(client, key, **data)
    assert answer.status_code == 201
    made = Ticket.objects.get(number=answer.json()[0]["service_request_id"])
    assert (made.channel, made.category.code, made.latitude) == ("open311", "0205", 39.9042)
    assert "损坏位置：车行道" in made.content and made.reporter.phone == "13800138000"
    sent = Submission.objects.get(ticket=made)
    assert (sent.attributes, sent.media_url) == ({"where": "road", "size": 40.0}, "https://photos.example.com/1.jpg")


def test_every_fault_is_named_at_once_and_nothing_is_made(client, key):
    answer = send(
        client, key, service_code="0601", description="", lat="", long="", media_url="http://169.254.169.254/latest/"
    )
    text = answer.content.decode()
    assert answer.status_code == 400 and not Ticket.objects.exists()
    assert "attribute[source]" in text and "media_url" in text and "address_string" in text
    wrong = send(client, key, service_code="0601", **{"attribute[source]": ["site", "moon"]})
    assert wrong.status_code == 400 and "attribute[source]" in wrong.content.decode()
    assert send(client, key, phone="call me").status_code == 400
    assert send(client, key, service_code="nothing").status_code == 404
    assert send(client, key, service_code="").status_code == 400


def test_one_number_is_limited_whatever_app_it_uses_and_danger_never(client, key):
    assert send(client, key, phone="13800138000").status_code == 201
    latest = Ticket.objects.get()
    more = [Ticket(title="x", content="x", recorded_at=latest.recorded_at, recorded_on=latest.recorded_on,
                   urgent_at=latest.recorded_at) for _n in range(29)]  # fmt: skip
    Ticket.objects.bulk_create(more)
    Reporter.objects.bulk_create([Reporter(ticket=one, phone="13800138000") for one in more])
    stopped = send(client, key, phone="13800138000")
    assert stopped.status_code == 429 and stopped.json()[0]["code"] == 429
    assert send(client, key, phone="13800138000", description="这里着火了，快来").status_code == 201
    assert send(client, key, phone="13800138001").status_code == 201


def test_an_address_or_a_street_will_do_as_the_place(client, key):
    street = factories.department("GCBH", level="township")
    assert send(client, key, lat="", long="", address_string="滨河路1号").status_code == 201
    assert send(client, key, lat="", long="", address_id=street.code).status_code == 201
    assert Ticket.objects.filter(street_code=street.code).count() == 1
    assert send(client, key, lat="", long="", address_id="MOON").status_code == 400


def test_only_a_key_with_the_scope_may_send(client, key):
    other = token(None, "cases:read")[1]
    for wrong in ("", "hzt_0000000000_" + "x" * 43, other):
        answer = send(client, wrong)
        assert (answer.status_code, answer.json()[0]["code"]) == (403, 403)
    assert not Ticket.objects.exists()
    assert send(client, key).status_code == 201


def test_a_request_sent_twice_is_one_and_its_key_finds_it(client, key):
    first = send(client, key, {"Idempotency-Key": KEY})
    again = send(client, key, {"Idempotency-Key": KEY})
    assert first.json() == again.json() and Ticket.objects.count() == 1
    found = client.get(f"/open311/v2/tokens/{KEY}.json").json()
    assert found == [{"service_request_id": first.json()[0]["service_request_id"], "token": KEY}]
    other = send(client, key, {"Idempotency-Key": KEY}, description="另一件事")
    assert other.status_code == 409 and Ticket.objects.count() == 1
    assert client.get(f"/open311/v2/tokens/{'0' * 32}.json").status_code == 404


def test_xml_has_the_elements_of_the_standard(client, key):
    made = send(client, key, description="<b>& 垃圾\x0b满溢</b>".replace("\x0b", "")).json()[0]["service_request_id"]
    root = ET.fromstring(client.get(f"/open311/v2/requests/{made}.xml").content)  # noqa: S314 - our own answer
    assert root.tag == "service_requests" and root[0].tag == "request"
    assert root.findtext("request/description") == "<b>& 垃圾满溢</b>"
    definition = ET.fromstring(client.get("/open311/v2/services/0205.xml").content)  # noqa: S314 - our own answer
    assert definition.findtext("attributes/attribute/values/value/key") == "road"
    discovery = ET.fromstring(client.get("/open311/v2/discovery.xml").content)  # noqa: S314 - our own answer
    assert discovery.findtext("endpoints/endpoint/specification") == "http://wiki.open311.org/GeoReport_v2"


def test_another_jurisdiction_is_not_found(client, settings):
    settings.OPEN311_JURISDICTION = "haizhou.example"
    assert client.get("/open311/v2/services.json?jurisdiction_id=haizhou.example").status_code == 200
    answer = client.get("/open311/v2/services.json?jurisdiction_id=elsewhere")
    assert (answer.status_code, answer.json()[0]["code"]) == (404, 404)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://photos.example.com/a.jpg", True), ("http://127.0.0.1/a", False), ("http://[::1]/", False),
        ("http://2130706433/", False), ("file:///etc/passwd", False), ("https://user:pw@example.com/", False),
        ("http://localhost/", False), ("http://db.internal/", False), ("javascript:alert(1)", False),
        ("http://a b.com", False),
    ],
)  # fmt: skip
def test_only_a_public_web_address_is_kept_as_a_reference(text, good):
    assert is_web_address(text) is good
