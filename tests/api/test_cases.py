"""Cases by program: the same actions, policies and queries as the pages; isolated by department."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import actions, policies
from approvals.cases.catalogue_memory import forget
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import Case, CaseContent
from approvals.catalogue.models import FormVersion, ItemVersion
from portal.core import audit, statistics
from portal.core.events import events_of
from portal.core.jobs import run_due_jobs
from portal.core.models import AccessLog, DirtyKey, IdempotencyRecord, Job
from portal.core.statistics.engine import _traces_of_new, traces
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.api.objects import api, caller, system, token
from tests.api.test_tokens import problem
from tests.cases.filing_objects import pdf

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases"
MOST_QUERIES_A_CREATE, MOST_QUERIES_A_LIST = 12, 8


@pytest.fixture(autouse=True)
def _no_memory():
    forget()


@pytest.fixture
def item():
    return factories.item("SCJG-900", materials=0)


def filing(item="SCJG-900", **more):
    return {
        "external_id": "OA-1",
        "item": item,
        "applicant": {
            "type": "person",
            "name": "王小明",
            "phone": "13812345678",
            "resident_number": factories.resident_number(7),
        },
        **more,
    }


def post(client, url, body, **headers):
    return client.post(url, body, format="json", headers=headers)


# --- filing -----------------------------------------------------------------------------------------------------------


def test_a_system_files_a_case_with_number_clock_event_and_figures(item):
    client = system()
    answer = post(api(client=client), CASES, filing())
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    assert answer.json() == {"id": case.pk, "number": case.number, "state_version": 1}
    assert answer["Location"] == f"/api/v1/cases/{case.pk}"
    assert answer["ETag"] == '"v1"'
    assert (case.state, case.channel, case.source, case.external_id) == ("submitted", "counter", client.code, "OA-1")
    assert case.answer_due_on is not None
    (told,) = events_of(case)
    assert (told.event.type, told.event.role, told.actor_name) == ("case.submit", "system", client.name)
    assert Job.objects.filter(name="cases.tell_applicant").count() == 1
    assert DirtyKey.objects.exists()
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    assert list(audit.differences()) == []


def test_what_a_new_case_adds_to_the_figures_is_what_the_database_says(item):
    post(api(), CASES, filing())
    case = Case.objects.select_related("item", "department").get()
    assert _traces_of_new(CASE_MEASURES, case) == traces(CASE_MEASURES, [case.pk]) != set()


def test_the_number_of_queries_of_a_create_is_bounded(item):
    client = api()
    post(client, CASES, filing(external_id="first"))
    with CaptureQueriesContext(connection) as captured:
        answer = post(client, CASES, filing(external_id="second"), **{"Idempotency-Key": "k"})
    assert answer.status_code == 201
    asked = [one["sql"] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(asked) <= MOST_QUERIES_A_CREATE, "\n".join(sql[:100] for sql in asked)


def test_the_applicant_without_an_account_is_told_by_telephone(item):
    post(api(), CASES, filing())
    run_due_jobs()
    from portal.core.models import OutboxMessage

    (message,) = OutboxMessage.objects.all()
    assert message.address == "13812345678"


def test_a_verified_account_with_the_same_number_finds_the_case_among_its_own(item):
    person = factories.citizen()
    person.citizen.verified_at = factories.moment("2026-01-01 09:00")
    person.citizen.save()
    body = filing()
    body["applicant"]["resident_number"] = person.citizen.resident_number
    post(api(), CASES, body)
    assert Case.objects.of_applicant(person).count() == 1
    other = factories.citizen()  # nobody has checked who this is
    body["applicant"]["resident_number"] = other.citizen.resident_number
    post(api(), CASES, {**body, "external_id": "OA-2"})
    assert not Case.objects.of_applicant(other).exists()


def test_the_same_key_with_the_same_body_acts_once_and_with_another_body_is_refused(item):
    client = api(client=system())
    first = post(client, CASES, filing(), **{"Idempotency-Key": "abc"})
    again = post(client, CASES, filing(), **{"Idempotency-Key": "abc"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Case.objects.count() == 1
    other = post(client, CASES, filing(external_id="OA-2"), **{"Idempotency-Key": "abc"})
    assert problem(other, 409)["code"] == "idempotency_key_reused"
    changed = filing()
    changed["applicant"]["name"] = "李四"
    assert problem(post(client, CASES, changed, **{"Idempotency-Key": "abc"}), 409)["code"] == "idempotency_key_reused"
    assert Case.objects.count() == IdempotencyRecord.objects.count() == 1


def test_the_same_external_id_without_the_key_is_refused_but_another_system_may_have_it(item):
    client = system()
    post(api(client=client), CASES, filing())
    assert problem(post(api(client=client), CASES, filing()), 409)["code"] == "external_id_taken"
    assert post(api(client=system()), CASES, filing()).status_code == 201


def test_every_fault_is_named_with_its_place(item):
    body = filing(on_paper=["nothing"], answers={"unknown": 1})
    body["applicant"] = {"type": "person", "name": "王小明", "resident_number": "123", "phone": "1"}
    answer = problem(post(api(), CASES, body), 422)
    assert {one["pointer"] for one in answer["errors"]} == {"#/applicant/resident_number", "#/applicant/phone"}
    body["applicant"] = filing()["applicant"]
    answer = problem(post(api(), CASES, body), 422)
    assert {one["pointer"] for one in answer["errors"]} == {"#/on_paper/0", "#/answers/unknown"}
    answer = problem(post(api(), CASES, {"external_id": "x"}), 422)
    assert {one["pointer"] for one in answer["errors"]} == {"#/item", "#/applicant"}
    assert problem(post(api(), CASES, []), 422)["errors"][0]["pointer"] == "#"


def test_an_item_of_another_department_does_not_exist_here(item):
    factories.item("ZJJ-1", dept=factories.department("ZJJ"), materials=0)
    assert problem(post(api(), CASES, filing("ZJJ-1")), 422)["errors"][0]["pointer"] == "#/item"


def test_a_closed_item_takes_no_filing(item):
    item.status = "suspended"
    item.save()
    assert problem(post(api(), CASES, filing()), 409)["code"] == "wrong_state"


def test_answers_are_checked_by_the_items_form():
    made = factories.item("SCJG-901", materials=0)
    definition = {
        "sections": [
            {
                "code": "shop",
                "title": "店铺",
                "fields": [
                    {"code": "shop_name", "type": "text", "label": "店名"},
                    {"code": "area", "type": "number", "label": "面积", "min": 1, "max": 900},
                    {"code": "opens_on", "type": "date", "label": "开业", "required": False},
                ],
            }
        ]
    }
    form = FormVersion.objects.create(item=made, number=1, definition=definition)
    version = ItemVersion.objects.create(
        item=made, number=2, kind="promise", legal_days=20, promised_days=10, online=True, form=form
    )
    version.state, version.valid_from = "published", dt.date(2020, 1, 1)
    version.published_at = factories.moment("2020-01-01 09:00")
    version.save()
    made.current = version
    made.save()
    forget()
    client = api()
    faulty = filing("SCJG-901", answers={"shop_name": {"a": 1}, "area": 5000, "opens_on": "tomorrow"})
    places = {one["pointer"] for one in problem(post(client, CASES, faulty), 422)["errors"]}
    assert places == {"#/answers/shop_name", "#/answers/opens_on"}
    answers = {"shop_name": "小面馆", "area": 5000}
    assert (
        problem(post(client, CASES, filing("SCJG-901", answers=answers)), 422)["errors"][0]["pointer"]
        == "#/answers/area"
    )
    good = post(client, CASES, filing("SCJG-901", answers={"shop_name": "小面馆", "area": 50}))
    assert good.status_code == 201, good.content
    content = CaseContent.objects.get()
    assert json.loads(content.answers) == {"shop": {"shop_name": "小面馆", "area": 50}}
    schema = client.get("/api/v1/items/SCJG-901").json()["form_schema"]
    assert schema["required"] == ["shop_name", "area"]


# --- draft, materials, submit -----------------------------------------------------------------------------------------


def test_a_draft_gets_its_materials_and_is_submitted_when_complete():
    factories.item("SCJG-902", materials=2)
    client = api(client=system())
    made = post(client, CASES, filing("SCJG-902", submit=False))
    assert made.status_code == 201, made.content
    assert made.json()["number"] is None
    url = f"{CASES}/{made.json()['id']}"
    refused = post(client, f"{url}/transitions/submit", {}, **{"If-Match": '"v0"'})
    assert problem(refused, 422)["errors"]
    for code in ("m0", "m1"):
        sent = client.post(f"{url}/materials", {"file": pdf(), "material": code}, format="multipart")
        assert sent.status_code == 201, sent.content
    assert [row["material"] for row in client.get(f"{url}/materials").json()["results"]] == ["m0", "m1"]
    taken = post(client, f"{url}/transitions/submit", {}, **{"If-Match": '"v0"'})
    assert taken.status_code == 200, taken.content
    assert taken.json()["state"] == "submitted"
    assert taken["ETag"] == '"v1"'
    late = client.post(f"{url}/materials", {"file": pdf(), "material": "m0"}, format="multipart")
    problem(late, 409)


def test_required_materials_are_uploaded_or_named_as_on_paper():
    factories.item("SCJG-903", materials=2)
    client = api()
    assert problem(post(client, CASES, filing("SCJG-903")), 422)["errors"][0]["pointer"] == "#/on_paper"
    assert post(client, CASES, filing("SCJG-903", on_paper=["m0", "m1"])).status_code == 201


def test_an_upload_that_is_no_document_is_refused_in_words():
    factories.item("SCJG-904", materials=1)
    client = api()
    url = f"{CASES}/{post(client, CASES, filing('SCJG-904', submit=False)).json()['id']}/materials"
    script = SimpleUploadedFile("x.pdf", b"#!/bin/sh\n")
    problem(client.post(url, {"file": script, "material": "m0"}, format="multipart"), 422)
    assert problem(client.post(url, {"material": "m0"}, format="multipart"), 422)["errors"][0]["pointer"] == "#/file"
    problem(client.post(url, {"file": pdf(), "material": "other"}, format="multipart"), 422)


def test_a_file_is_read_with_its_scope_only_and_the_viewing_is_logged():
    factories.item("SCJG-905", materials=1)
    client = system()
    writer = api(client=client)
    url = f"{CASES}/{post(writer, CASES, filing('SCJG-905', submit=False)).json()['id']}/materials"
    file = f"{url}/{writer.post(url, {'file': pdf(), 'material': 'm0'}, format='multipart').json()['id']}/file"
    assert problem(api("cases:read", client=client).get(file), 403)["scope"] == "documents:read"
    answer = api("documents:read", client=client).get(file)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert AccessLog.objects.filter(what__startswith="file:", actor_user_id=client.user_id).count() == 1
    problem(api().get(file), 404)  # another system of the same department does not see this one's draft


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_list_goes_on_by_cursor_and_never_twice_over_the_same(item, django_assert_max_num_queries):
    client = api("cases:read", "cases:write")
    for n in range(7):
        post(client, CASES, filing(external_id=f"OA-{n}"))
    found, cursor = [], ""
    while cursor is not None:
        with django_assert_max_num_queries(MOST_QUERIES_A_LIST):
            page = client.get(CASES, {"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        found += [row["id"] for row in page["results"]]
        cursor = page["next_cursor"]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == 7


def test_the_list_costs_the_same_however_long_it_is(item):
    client = api("cases:read", "cases:write", "cases:personal")
    counts = []
    for start in (0, 5):
        for n in range(start, start + 5):
            post(client, CASES, filing(external_id=f"OA-{n}"))
        with CaptureQueriesContext(connection) as captured:
            client.get(CASES)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MOST_QUERIES_A_LIST


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"cursor": "forged"}, "cursor"),
        ({"cursor": "WzEsMl0:abc"}, "cursor"),
        ({"limit": "101"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"limit": "١٢"}, "limit"),
        ({"state": "nonsense"}, "state"),
        ({"submitted_from": "2026-13-01"}, "submitted_from"),
        ({"open": "yes"}, "open"),
        ({"colour": "red"}, "colour"),
        ({"number": "a\0b"}, "number"),
    ],
)
def test_a_faulty_question_names_its_parameter(query, parameter):
    answer = problem(api().get(CASES, query), 422)
    assert answer["errors"][0]["parameter"] == parameter


def test_a_cursor_fits_no_other_question(item):
    client = api()
    for n in range(3):
        post(client, CASES, filing(external_id=f"OA-{n}"))
    cursor = client.get(CASES, {"limit": 1}).json()["next_cursor"]
    assert client.get(CASES, {"limit": 2, "cursor": cursor}).status_code == 200
    problem(client.get(CASES, {"state": "submitted", "cursor": cursor}), 422)
    problem(client.get("/api/v1/items", {"cursor": cursor}), 422)


def test_personal_data_is_masked_unless_the_token_may_and_then_the_viewing_is_logged(item):
    client = system()
    made = post(api(client=client), CASES, filing()).json()
    url = f"{CASES}/{made['id']}"
    AccessLog.objects.all().delete()
    plain = api("cases:read", client=client).get(url).json()
    text = json.dumps(plain, ensure_ascii=False)
    assert "王小明" not in text
    assert "13812345678" not in text
    assert factories.resident_number(7) not in text
    assert not AccessLog.objects.exists()
    full = api("cases:read", "cases:personal", client=client).get(url).json()
    assert full["applicant"]["name"] == "王小明"
    assert full["personal"]["phone"] == "13812345678"
    (viewed,) = AccessLog.objects.all()
    assert (viewed.stream_id, viewed.actor_user_id, viewed.role) == (made["id"], client.user_id, "system")
    listed = api("cases:read", "cases:personal", client=client).get(CASES).json()
    assert listed["results"][0]["applicant"]["name"] == "王小明"
    assert AccessLog.objects.count() == 2


@pytest.mark.parametrize("tail", ["", "/transitions", "/timeline", "/events", "/materials", "/documents"])
def test_another_departments_case_is_missing(tail):
    there = factories.department("ZJJ")
    case = factories.submitted(on=factories.item(dept=there))
    problem(api().get(f"{CASES}/{case.pk}{tail}"), 404)
    problem(api().get(f"{CASES}/999999999999999999999{tail}"), 404)
    assert api(client=system(dept=there)).get(f"{CASES}/{case.pk}{tail}").status_code == 200


def test_the_policy_of_systems_is_the_queryset(item):
    mine, other, foreign = system(), system(), system(dept=factories.department("ZJJ"))
    post(api(client=mine), CASES, filing())
    post(api(client=mine), CASES, filing(external_id="draft", submit=False))
    factories.submitted(on=factories.item(dept=factories.department("ZJJ")))
    answers = set()
    for client in (mine, other, foreign):
        user = User.objects.get(pk=client.user_id)
        visible = set(Case.objects.visible_to(user).values_list("pk", flat=True))
        for case in Case.objects.all():
            assert policies.may_see(user, case) == (case.pk in visible), (client, case.state)
            answers.add(policies.may_see(user, case))
    assert answers == {True, False}


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/api/v1/items", "catalogue:read"),
        ("get", CASES, "cases:read"),
        ("post", CASES, "cases:write"),
        ("get", "/api/v1/indicators", "indicators:read"),
        ("post", "/api/v1/imports", "imports:write"),
        ("get", f"{CASES}/1/events", "events:read"),
        ("get", f"{CASES}/1/documents", "documents:read"),
    ],
)
def test_a_token_outside_its_scope_is_told_which_one_is_missing(method, path, scope):
    from portal.people.clients import ALL_SCOPES

    others = [one for one in ALL_SCOPES if one != scope]
    answer = getattr(api(*others), method)(path)
    body = problem(answer, 403)
    assert (body["code"], body["scope"]) == ("missing_scope", scope)


# --- steps ------------------------------------------------------------------------------------------------------------


def step(client, case_id, code, version, inputs=None, **headers):
    return post(
        client,
        f"{CASES}/{case_id}/transitions/{code}",
        {"inputs": inputs or {}},
        **{"If-Match": f'"v{version}"'},
        **headers,
    )


def test_a_system_takes_a_case_through_its_life_as_a_clerk():
    factories.item("SCJG-910", materials=0, review_steps=0)
    client = api(client=system())
    made = post(client, CASES, filing("SCJG-910")).json()
    offered = {one["code"] for one in client.get(f"{CASES}/{made['id']}/transitions").json()["results"]}
    assert {"accept", "ask_supplement", "withdraw", "not_accept"} <= offered
    version = made["state_version"]
    for code, inputs, state in (
        ("accept", {}, "accepted"),
        ("approve", {"text": "准予"}, "approved"),
        ("issue", {"document_number": "证-1"}, "issued"),
        ("deliver", {"way": "post", "proof": "EMS 1"}, "delivered"),
        ("close", {}, "closed"),
    ):
        answer = step(client, made["id"], code, version, inputs)
        assert answer.status_code == 200, answer.content
        assert answer.json()["state"] == state
        version = answer.json()["state_version"]
    told = client.get(f"{CASES}/{made['id']}/events").json()["results"]
    assert [one["sequence"] for one in told] == [1, 2, 3, 4, 5, 6]
    assert {one["actor"] for one in told} == {"system"}
    assert "before" not in told[1]["data"]
    after = client.get(f"{CASES}/{made['id']}/events", {"after": 4, "limit": 1}).json()
    assert after["results"][0]["sequence"] == 5
    assert client.get(f"{CASES}/{made['id']}/timeline").json()["results"][0]["title"]


def test_a_step_says_for_which_state_it_is_meant(item):
    client = api(client=system())
    case_id = post(client, CASES, filing()).json()["id"]
    assert problem(post(client, f"{CASES}/{case_id}/transitions/accept", {}), 428)["code"] == "if_match_required"
    assert problem(step(client, case_id, "accept", 0), 412)["code"] == "stale"
    assert problem(post(client, f"{CASES}/{case_id}/transitions/accept", {}, **{"If-Match": '"abc"'}), 412)
    assert step(client, case_id, "accept", 1).status_code == 200
    assert problem(step(client, case_id, "accept", 2), 409)["code"] == "wrong_state"
    problem(step(client, case_id, "nonsense", 2), 404)
    problem(step(client, case_id, "deem_accepted", 2), 404)  # the portal's own step


def test_a_step_repeated_under_its_key_answers_the_same_and_acts_once(item):
    client = api(client=system())
    case_id = post(client, CASES, filing()).json()["id"]
    first = step(client, case_id, "accept", 1, **{"Idempotency-Key": "s"})
    again = step(client, case_id, "accept", 1, **{"Idempotency-Key": "s"})
    assert first.json() == again.json()
    other = step(client, case_id, "ask_supplement", 1, {"text": "x", "limit_days": 3}, **{"Idempotency-Key": "s"})
    assert problem(other, 409)["code"] == "idempotency_key_reused"


def test_a_no_of_a_system_waits_for_a_person(item):
    client = api(client=system())
    case_id = post(client, CASES, filing()).json()["id"]
    step(client, case_id, "accept", 1)
    proposed = step(client, case_id, "refuse", 2, {"grounds": "不符合条件"})
    assert proposed.status_code == 200, proposed.content
    assert proposed.json()["state"] == "accepted"
    proposal = proposed.json()["proposal"]
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
    case = actions.decide_proposal(head, proposal, confirm=True, note="", state_version=3)
    assert case.state == "refused"


def test_what_a_step_asks_is_named_where_it_is_missing(item):
    client = api(client=system())
    case_id = post(client, CASES, filing()).json()["id"]
    answer = problem(step(client, case_id, "ask_supplement", 1), 422)
    assert {one["pointer"] for one in answer["errors"]} == {"#/inputs/text", "#/inputs/limit_days"}


def test_a_systems_own_supplement_is_brought_by_the_system():
    factories.item("SCJG-920", materials=1)
    client = api(client=system())
    case_id = post(client, CASES, filing("SCJG-920", on_paper=["m0"])).json()["id"]
    step(client, case_id, "ask_supplement", 1, {"text": "补", "limit_days": 5})
    sent = client.post(f"{CASES}/{case_id}/materials", {"file": pdf(), "material": "m0"}, format="multipart")
    assert sent.status_code == 201, sent.content
    assert step(client, case_id, "resubmit", 2).json()["state"] == "submitted"


def test_only_steps_of_the_table_that_a_clerk_may_take_are_allowed():
    factories.item("SCJG-911", materials=0, review_steps=1)
    client = api(client=system())
    case_id = post(client, CASES, filing("SCJG-911")).json()["id"]
    step(client, case_id, "accept", 1)
    step(client, case_id, "forward", 2)
    assert problem(step(client, case_id, "pass_review", 3, {"opinion": "可"}), 403)["code"] == "not_allowed"


def test_a_revoked_token_takes_no_step(item):
    from portal.people.actions.clients import revoke_token
    from tests.api.objects import administrator

    row, text = token()
    case_id = post(caller(text), CASES, filing()).json()["id"]
    revoke_token(administrator(), row.pk)
    problem(step(caller(text), case_id, "accept", 1), 401)
