"""The pages: a fixed number of queries, what is typed stays, the live part answers 304, workbooks hold what is shown."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from portal.core.models import Document
from portal.core.time import driven_clock
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import Accountability, Act, LampReminder, Subscription
from tests import factories
from tests.monitoring.objects import Office, lamps, overdue_case
from tests.permissions import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FRAME = 9  # session, account, second factor, postings, notices


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-11-20 10:00")):
        yield Office()


@pytest.fixture
def cast(office):
    return Cast()


@pytest.fixture
def client(cast):
    return cast.client("supervisor")


def test_the_stream_costs_the_same_for_few_and_for_many(office, client, django_assert_max_num_queries):
    overdue_case(office)
    for _turn in range(2):
        with django_assert_max_num_queries(FRAME + 10):
            answer = client.get(reverse("monitoring:lamps"))
        assert answer.status_code == 200
        for day in (3, 4, 5):
            overdue_case(office, dt.date(2026, 11, day))
        office.order()


@pytest.mark.parametrize(
    ("name", "own"),
    [("acts", 4), ("accountabilities", 4), ("samples", 4), ("units", 3), ("alerts", 4), ("act-new", 3)],
)
def test_lists_cost_the_same_for_few_and_for_many(office, client, django_assert_max_num_queries, name, own):
    for _turn in range(2):
        with django_assert_max_num_queries(FRAME + own):
            assert client.get(reverse(f"monitoring:{name}")).status_code == 200
        for _n in range(4):
            office.order(person=office.people["clerk"])
            office.proposed(person=office.people["clerk"])


def test_one_order_and_one_record_cost_the_same_whatever_hangs_on_them(office, client, django_assert_max_num_queries):
    for day in (2, 3, 4):
        overdue_case(office, dt.date(2026, 11, day))
    act = office.order(*(one.ident for one in lamps(source="cases.decision")))
    office.proposed(act=act)
    with django_assert_max_num_queries(FRAME + 8):
        assert client.get(reverse("monitoring:act", args=[act.pk])).status_code == 200
    with django_assert_max_num_queries(FRAME + 5):
        assert client.get(reverse("monitoring:unit", args=[office.department.code])).status_code == 200


def test_the_live_part_answers_304_until_something_changes(office, client):
    overdue_case(office)
    url = reverse("monitoring:live")
    first = client.get(url)
    assert first.status_code == 200 and b"<html" not in first.content
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    overdue_case(office, dt.date(2026, 11, 3))
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_reminding_from_the_stream_counts_cases_with_those_of_the_board(office, client):
    overdue_case(office)
    (lamp,) = lamps(source="cases.decision")
    back = reverse("monitoring:lamps") + "?app=approvals"
    answer = client.post(reverse("monitoring:remind"), {"lamp": lamp.ident, "next": back})
    assert answer["Location"] == back and Reminder.objects.count() == 1
    client.post(reverse("monitoring:remind"), {"lamp": lamp.ident, "next": "https://elsewhere.example/"})
    assert Reminder.objects.count() == 1
    act = office.order()
    with driven_clock(factories.moment("2026-11-26 10:00")):
        client.post(reverse("monitoring:remind"), {"lamp": f"supervision.order:{act.pk}"})
    assert LampReminder.objects.get().key == act.pk


def test_an_order_takes_the_ticked_lamps_and_keeps_what_was_typed(office, client):
    overdue_case(office)
    overdue_case(office, dt.date(2026, 11, 3))
    first, second = lamps(source="cases.decision")
    url = reverse("monitoring:act-new")
    page = client.get(url, {"lamp": first.ident, "department": office.department.code}).content.decode()
    assert f'value="{first.ident}" checked' in page and f'value="{second.ident}"' in page
    data = {"department": office.department.code, "lamp": [first.ident], "kind": "order", "title": "督办一", "text": ""}
    answer = client.post(url, {**data, "limit_days": "3"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "督办一" in shown and f'value="{first.ident}" checked' in shown
    answer = client.post(url, {**data, "text": "请办结", "limit_days": "99"})
    assert answer.status_code == 422 and "请办结" in answer.content.decode()
    answer = client.post(url, {**data, "text": "请办结", "limit_days": "3"})
    act = Act.objects.get()
    assert answer["Location"] == reverse("monitoring:act", args=[act.pk])
    assert [one.key for one in act.subjects.all()] == [first.key]
    assert Document.objects.filter(kind="monitoring.order").exists()


def test_without_a_department_it_is_asked_first(client, office):
    answer = client.get(reverse("monitoring:act-new"), {"lamp": "bonds.refund:1"})
    assert answer.status_code == 200 and b'value="bonds.refund:1"' in answer.content
    assert client.get(reverse("monitoring:accountability-new"), {"department": "nowhere"}).status_code == 422


def test_a_step_that_is_refused_keeps_what_was_typed(office, cast):
    act = office.order()
    head = cast.client("department_head")
    url = reverse("monitoring:act-step", args=[act.pk, "reply"])
    answer = head.post(url, {"reply-state_version": "7", "reply-reply": "已查明原因"})
    assert answer.status_code == 422 and "已查明原因" in answer.content.decode()
    assert head.post(url, {"reply-state_version": "0", "reply-reply": ""}).status_code == 422
    assert head.post(url, {"reply-state_version": "0", "reply-reply": "已查明原因"}).status_code == 302
    assert head.post(reverse("monitoring:act-step", args=[act.pk, "nowhere"])).status_code == 404


def test_a_proposal_rests_on_its_order(office, client):
    act = office.order()
    data = {
        "department": office.department.code,
        "act": str(act.pk),
        "measure": "talk",
        "ground": "逾期",
        "basis": "第八条",
    }
    client.post(reverse("monitoring:accountability-new"), data)
    assert Accountability.objects.get().act == act


def test_the_workbook_holds_the_lamps_of_the_filters_and_no_formula(office, cast):
    case = overdue_case(office)
    office.order()
    client = cast.client("department_head")
    content = client.get(reverse("monitoring:workbook"), {"app": "approvals"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2 and case.number in rows[1]
    url = reverse("monitoring:unit", args=[office.department.code])
    content = client.get(url, {"format": "xlsx"}).content
    assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[1].max_row == 2  # the head and the order


def test_the_page_of_a_person_is_the_own_heads_and_nobody_elses(office, cast):
    other = factories.staff("clerk", office.other)
    head = cast.client("department_head")
    assert head.get(reverse("monitoring:person", args=[office.people["clerk"].pk])).status_code == 200
    assert head.get(reverse("monitoring:person", args=[other.pk])).status_code == 404
    assert cast.client("supervisor").get(reverse("monitoring:person", args=[other.pk])).status_code == 200


def test_who_is_named_opens_the_own_measure(office):
    record = office.judge("second", office.proposed(person=office.people["clerk"]), "confirm")
    cast = Cast()
    cast._people["clerk"] = office.user("clerk")
    assert cast.client("clerk").get(reverse("monitoring:accountability", args=[record.pk])).status_code == 200
    assert cast.client("reviewer").get(reverse("monitoring:accountability", args=[record.pk])).status_code == 404


def test_an_alert_is_set_up_and_a_wrong_line_is_kept(office, client):
    url = reverse("monitoring:alerts")
    data = {"kind": "threshold", "figure": "approvals.overdue_rate", "side": "above", "limit": "120"}
    answer = client.post(url, data)
    assert answer.status_code == 422 and b'value="120"' in answer.content
    assert client.post(url, {**data, "limit": "5"}).status_code == 302
    row = Subscription.objects.get()
    assert float(row.limit) == 0.05
    assert "5%" in client.get(url).content.decode().replace(" %", "%").replace(".0%", "%")


def test_nonsense_in_the_address_never_breaks_a_page(office, client):
    for name in ("lamps", "acts", "workbook"):
        for query in (
            "department=x&cursor=%00",
            "department=999999999999999999999",
            "state=x&kind=y&cursor=W10",
            "person=%00",
        ):
            assert client.get(f"{reverse(f'monitoring:{name}')}?{query}").status_code == 200, (name, query)


def test_orders_are_listed_by_the_days_on_which_they_were_issued_or_answered(office, client):
    act = office.order()
    office.step("head", act, "receive")
    with driven_clock(factories.moment("2026-11-23 10:00")):
        office.step("head", act, "reply", reply="已办结并整改到位。")
    url = reverse("monitoring:acts")

    def listed(by: str, first: str, last: str) -> bool:
        asked = {"kind": "order", "by": by, "from": first, "to": last}
        return act.number in client.get(url, asked).content.decode()

    assert listed("issued", "2026-11-20", "2026-11-20")
    assert not listed("issued", "2026-11-21", "2026-11-30")
    assert listed("answered", "2026-11-21", "2026-11-30")
    assert not listed("answered", "2026-11-20", "2026-11-20")
    assert listed("issued", "2026-13-40", "2026-11-20")  # a day that there is not narrows nothing


def test_a_step_says_what_was_done(office, cast):
    act = office.order()
    url = reverse("monitoring:act-step", args=[act.pk, "withdraw"])
    given = {"withdraw-state_version": act.state_version, "withdraw-note": "重复下达"}
    told = cast.client("supervisor").post(url, given, headers={"accept-language": "en"}, follow=True)
    assert [str(one) for one in told.context["messages"]] == ["Withdrawn"]


def _post(client, name, pk, code, **typed):
    values = {f"{code}-{key}": value for key, value in typed.items()}
    return client.post(reverse(f"monitoring:{name}-step", args=[pk, code]), values)


def test_what_was_typed_for_a_step_that_somebody_else_took_is_shown_to_be_copied(office, client):
    act = office.step("head", office.order(), "reply", reply="已整改")
    seen = act.state_version
    office.step("supervisor", act, "accept", note="")
    answer = _post(client, "act", act.pk, "send_back", note="请补充<原因>", days=3, state_version=seen)
    assert answer.status_code == 422 and "请补充&lt;原因&gt;" in answer.content.decode()
    assert Act.objects.get(pk=act.pk).state == "accepted"


def test_a_form_that_grew_old_goes_through_once_the_reader_has_seen_the_new_state(office, client):
    act = office.step("head", office.order(), "reply", reply="已整改")
    seen = act.state_version
    office.step("supervisor", act, "send_back", note="未说明原因", days=2)
    office.step("head", act, "reply", reply="已整改，原因另附")
    answer = _post(client, "act", act.pk, "send_back", note="仍不具体", days=2, state_version=seen)
    page = answer.content.decode()
    assert answer.status_code == 422 and "仍不具体" in page
    now = Act.objects.get(pk=act.pk).state_version
    assert f'name="send_back-state_version" value="{now}"' in page
    assert f'name="send_back-state_version" value="{seen}"' not in page
    assert _post(client, "act", act.pk, "send_back", note="仍不具体", days=2, state_version=now).status_code == 302


def test_an_appeal_that_comes_too_late_keeps_its_words(office, cast):
    record = office.judge("second", office.proposed(), "confirm")
    head = cast.client("department_head")
    with driven_clock(factories.moment("2026-11-30 10:00")):
        answer = _post(head, "accountability", record.pk, "appeal", note="当日停机", state_version=record.state_version)
        page = answer.content.decode()
        assert answer.status_code == 422 and "当日停机" in page and "2026年11月27日" in page
    assert Accountability.objects.get(pk=record.pk).state == "confirmed"


def test_the_limit_of_a_reply_sent_back_is_refused_beside_its_field(office, client):
    act = office.step("head", office.order(), "reply", reply="已整改")
    answer = _post(client, "act", act.pk, "send_back", note="未说明原因", days=9, state_version=act.state_version)
    assert answer.status_code == 422 and "未说明原因" in answer.content.decode()
    assert Act.objects.get(pk=act.pk).state == "replied"
