"""What nobody should send: each gets a plain refusal, never a server error, and nothing is written."""

import json

import pytest

from approvals.cases.models import Case
from tests import factories
from tests.api.objects import api, system
from tests.api.test_cases import CASES, filing
from tests.api.test_tokens import problem

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def sender():
    factories.item("SCJG-900", materials=0)
    return api(client=system())


def send(sender, raw, content_type=JSON):
    answer = sender.generic("POST", CASES, raw, content_type=content_type)
    assert not Case.objects.exists()
    return answer


def body(**more):
    return json.dumps(filing(**more), ensure_ascii=False)


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"null, null",
        b"\xff\xfe{}",
        b'{"external_id": "\xff"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_no_json_of_ours_is_malformed(sender, raw):
    assert problem(send(sender, raw), 400)["code"] == "malformed"


@pytest.mark.parametrize("raw", [b"", b"1", b'"text"', b"null", b"[]", b"true"])
def test_json_that_is_no_object_is_a_fault(sender, raw):
    problem(send(sender, raw), 422)


def test_a_body_beyond_the_limit_is_too_large(sender):
    assert problem(send(sender, b'{"a": "' + b"x" * 1_100_000 + b'"}'), 413)["code"] == "too_large"
    assert problem(send(sender, b'{"a": "' + b"x" * 6_000_000 + b'"}'), 413)["code"] == "too_large"


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=gbk", "text/plain", "application/xml", "multipart/form-data", "nonsense", ""],
)
def test_another_type_or_charset_is_unsupported(sender, content_type):
    raw = body().encode("gbk" if "gbk" in content_type else "utf-8")
    assert problem(send(sender, raw, content_type), 415)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    "changes",
    [
        {"external_id": "x" * 121},
        {"external_id": ""},
        {"item": {"a": 1}},
        {"item": "x" * 5000},
        {"channel": "internal"},
        {"applicant": "someone"},
        {"applicant": {"type": "person", "name": "x" * 300}},
        {"applicant": {"type": "alien", "name": "x"}},
        {"applicant": {"type": "person", "name": "   "}},
        {"answers": []},
        {"answers": {"a": {"b": [1, 2, {"c": None}]}}},
        {"on_paper": ["x"] * 101},
        {"submit": "perhaps"},
    ],
)
def test_a_filing_with_faults_is_named_field_by_field(sender, changes):
    assert problem(send(sender, body(**changes).encode()), 422)["errors"]


@pytest.mark.parametrize("key", ["x" * 121, "schlüssel", "a\tb"])
def test_a_key_that_is_no_key_is_refused(sender, key):
    answer = sender.post(CASES, filing(), format="json", headers={"idempotency-key": key})
    problem(answer, 422)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/items/%00", "/api/v1/items/%ff%fe", f"{CASES}/99999999999999999999999999", f"{CASES}/-1", f"{CASES}/1e3"],
)
def test_an_address_with_nonsense_in_it_is_missing(sender, path):
    problem(sender.get(path), 404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 200, "q=%ff", "limit=%00", "cursor=" + "A" * 4000, "%00=1", "type[]=1"]
)
def test_a_question_with_nonsense_in_it_is_answered_or_refused(sender, query):
    answer = sender.get(f"/api/v1/items?{query}")
    assert answer.status_code in {200, 422}


def test_a_cursor_signed_with_another_key_is_refused(sender, settings):
    from portal.core.api.cursors import Asked

    place = Asked("cases", {"department": 1}, 20)
    settings.SECRET_KEY = "another installation's key, which is long enough as well"
    forged = place.cursor(10)
    settings.SECRET_KEY = "for the tests only, and long enough to be accepted as a key"
    assert problem(sender.get(CASES, {"cursor": forged}), 422)["errors"][0]["parameter"] == "cursor"


def test_the_portals_own_pages_know_no_token(sender):
    assert sender.get("/desk/").status_code == 302
    assert sender.get("/admin/clients/").status_code == 302
