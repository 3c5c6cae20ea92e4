"""The pages of conduct: bounded queries, the way of a rating, steps on a decision's page, sheets as rows."""

import datetime as dt

import pytest

from portal.core.time import driven_clock
from procurement.conduct import actions
from procurement.conduct.models import Decision, Rating, Sheet
from tests.conduct.objects import agent_of, draft, ended, experts_of, later, rated, step
from tests.experts.objects import expert, supervisor
from tests.permissions import Cast
from tests.tenders.objects import credit_code, firm, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(later(0)):
        yield


@pytest.fixture
def cast() -> Cast:
    return Cast()


def sign_in(client, user):
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def test_lists_cost_the_same_for_few_and_many(cast, client, django_assert_max_num_queries):
    chief = officer()
    for n in range(27):
        listed = actions.propose(chief, draft(kind="red", uscc=credit_code(5000 + n), name=f"守信企业{n}"))
        step(supervisor(), listed, "decide")
    project = ended(seats=4)
    for one in experts_of(project):
        rated(project, one, chief, "Z01")
    staff = cast.client("auditor")
    for path, most in (
        ("/trading/decisions/", 9), ("/trading/conduct/", 9), ("/trading/conduct/ratings/", 9),
        ("/trading/conduct/sheets/", 9),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert staff.get(path).status_code == 200, path
    with django_assert_max_num_queries(2):
        page = client.get("/trading/lists/")
    assert page.content.decode().count("<article") == 25
    cursor = client.get("/trading/lists.json").json()["next_cursor"]
    assert len(client.get(f"/trading/lists.json?cursor={cursor}").json()["entries"]) == 2
    sign_in(client, experts_of(project)[0].user)
    with django_assert_max_num_queries(14):
        assert client.get("/my/conduct/").status_code == 200


def test_a_buyer_rates_the_agency_on_the_page_and_finds_it_done(client):
    project = ended()
    sign_in(client, agent_of(project.buyer).user)
    address = f"/tenders/{project.number}/ratings/"
    assert address in client.get(f"/tenders/{project.number}/").content.decode()
    form = f"{address}agency/{project.agency_id}/"
    assert form in client.get(address).content.decode()
    sheet = Sheet.objects.get(subject="agency")
    sent = {"acts": [sheet.acts.get(code="D03").pk], "note": ""}
    refused = client.post(form, sent)
    assert refused.status_code == 422 and "checked" in refused.content.decode()
    assert client.post(form, {**sent, "note": "公告晚发一天"}).status_code == 302
    assert Rating.objects.get().by == "buyer" and form not in client.get(address).content.decode()
    assert client.post(form, {**sent, "note": "再来一次"}).status_code == 422
    assert client.get(f"{address}agency/999999/").status_code == 404


def test_a_tender_without_result_has_no_way_to_ratings(client):
    project = ended(state="opened")
    sign_in(client, agent_of(project.buyer).user)
    assert client.get(f"/tenders/{project.number}/ratings/").status_code == 404
    assert "/ratings/" not in client.get(f"/tenders/{project.number}/").content.decode()


def test_an_objection_and_its_answer_are_typed_on_the_pages(cast, client):
    project = ended()
    one = experts_of(project)[0]
    rating = rated(project, one, officer(), "Z03")
    path = f"/trading/conduct/ratings/{rating.pk}/"
    sign_in(client, one.user)
    assert client.post(path, {"step": "object", "state_version": "0", "objection": ""}).status_code == 422
    sent = {"step": "object", "state_version": "0", "objection": "手机已交存"}
    assert client.post(path, sent).status_code == 302
    assert client.post(path, sent).status_code == 422
    watcher = cast.client("supervisor")
    assert "手机已交存" in watcher.get(path).content.decode()
    answer = {"step": "withdraw", "state_version": "1", "answer": "登记属实"}
    assert watcher.post(path, answer).status_code == 302
    assert Rating.objects.get().state == "withdrawn"


def test_the_second_person_rule_stands_on_the_page_in_words(client):
    chief = officer()
    proposal = actions.propose(chief, draft(kind="red", uscc=credit_code(77), name="守信企业"))
    sign_in(client, chief.user)
    page = client.post(f"/trading/decisions/{proposal.pk}/", {"step": "decide", "state_version": "0"})
    assert page.status_code == 422 and 'role="alert"' in page.content.decode()
    assert Decision.objects.get().state == "proposed"


def test_a_proposal_about_an_expert_is_typed_with_the_register_number(cast):
    one = expert()
    staff = cast.client("supervisor")
    typed = {
        "kind": "talk", "about": "expert", "expert": "ZJ999999", "ground": "评分差异较大", "source": "办法第九条",
        "authority": "海州市政务服务管理局", "appeal": "十个工作日内提出异议",
    }  # fmt: skip
    refused = staff.post("/trading/decisions/new/", typed)
    assert refused.status_code == 422 and "评分差异较大" in refused.content.decode()
    assert staff.post("/trading/decisions/new/", {**typed, "expert": f"zj{one.pk:06d}"}).status_code == 302
    assert Decision.objects.get().expert == one


def row(n, code="", points="", text="", source="", text_en=""):
    values = {"code": code, "points": points, "text": text, "source": source, "text_en": text_en}
    return {f"act{n}_{name}": value for name, value in values.items()}


def test_a_sheet_is_published_from_rows_and_a_broken_one_is_named_beside_its_field(cast):
    staff = cast.client("procurement_officer")
    head = {"subject": "expert", "valid_from": "2026-12-01", "rows": "3"}
    sent = {**head, **row(1, "Z01", "三", "迟到", "办法"), **row(2, "Z02", "15", "缺席"), **row(3)}
    refused = staff.post("/trading/conduct/sheets/", sent)
    page = refused.content.decode()
    assert refused.status_code == 422 and 'value="三"' in page and 'value="缺席"' in page
    assert set(refused.context["form"].errors) == {"act1_points", "act2_source"}
    good = {
        **head,
        **row(1, "Z01", "3", "迟到", "办法第三条", "Late"),
        **row(2),
        **row(3, "Z02", "15", "缺席", "办法第四条"),
    }
    assert staff.post("/trading/conduct/sheets/", good).status_code == 302
    made = Sheet.objects.get(subject="expert", number=2)
    assert [(act.code, act.points, act.text_en) for act in made.acts.order_by("pk")] == [
        ("Z01", 3, "Late"),
        ("Z02", 15, ""),
    ]
    assert made.valid_from == dt.date(2026, 12, 1)


def test_more_rows_are_added_without_judging_or_losing_what_was_typed(cast):
    staff = cast.client("procurement_officer")
    sent = {"subject": "agency", "valid_from": "", "rows": "1", "more": "1", **row(1, "D09", "x", "拖延")}
    page = staff.post("/trading/conduct/sheets/", sent)
    assert page.status_code == 200 and not page.context["form"].errors
    assert page.context["form"].rows == 4 and 'value="拖延"' in page.content.decode()


def test_the_form_begins_with_the_rows_of_the_sheet_in_force(cast):
    page = cast.client("procurement_officer").get("/trading/conduct/sheets/?subject=agency")
    held = Sheet.objects.get(subject="agency").acts.count()
    form = page.context["form"]
    assert form.rows == held + 3 and form.initial["act1_code"] and "D03" in page.content.decode()


def test_a_sheet_without_any_act_is_refused_in_words(cast):
    staff = cast.client("procurement_officer")
    refused = staff.post("/trading/conduct/sheets/", {"subject": "agency", "valid_from": "2026-12-01", "rows": "1"})
    assert refused.status_code == 422 and refused.context["form"].non_field_errors()


def test_a_firm_reads_and_answers_its_decision_and_others_find_nothing(client):
    outcast, agent = firm("新浦鸿运")
    proposal = actions.propose(officer(), draft(uscc=outcast.uscc))
    path = f"/trading/decisions/{proposal.pk}/"
    sign_in(client, agent.user)
    assert proposal.ground in client.get(path).content.decode()
    assert path in client.get("/my/conduct/").content.decode()
    sent = {"step": "hear", "state_version": "0", "statement": "已整改"}
    assert client.post(path, sent).status_code == 302
    sign_in(client, expert().user)
    assert client.get(path).status_code == 404
