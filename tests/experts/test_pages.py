"""The pages of experts: bounded queries, secrecy, what was typed stays, the proof and its command."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.core.models import AccessLog
from portal.core.time import driven_clock
from procurement.experts.models import Draw, PanelMember
from procurement.tenders.models import Project
from tests import factories
from tests.experts.objects import SEEDS, buyer_agent, expert, frozen, held, pool, sealed, tender
from tests.factories import moment
from tests.permissions import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _eve():
    with driven_clock(moment("2026-12-11 10:00")):
        yield


@pytest.fixture
def cast() -> Cast:
    return Cast()


def sign_in(client, user):
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


def test_the_pool_and_the_draws_cost_the_same_for_few_and_many(cast, django_assert_max_num_queries):
    client = cast.client("procurement_officer")
    pool(30)
    held()
    with django_assert_max_num_queries(14):
        page = client.get("/trading/experts/")
    assert page.status_code == 200 and page.content.decode().count("<tr>") >= 25
    with django_assert_max_num_queries(10):
        assert client.get("/trading/draws/").status_code == 200
    with django_assert_max_num_queries(14):
        filtered = client.get("/trading/experts/?speciality=A06&state=approved&q=专家")
    assert filtered.status_code == 200


def test_a_draw_and_its_proof_cost_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries):
    pool()
    draw = held()
    staff = cast.client("procurement_officer")
    with django_assert_max_num_queries(32):
        assert staff.get(f"/trading/draws/{draw.pk}/").status_code == 200
    Project.objects.filter(pk=draw.project_id).update(state="awarded")
    with django_assert_max_num_queries(20):
        assert client.get(f"/tenders/{draw.project.number}/experts/").status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get(f"/tenders/{draw.project.number}/experts/1/record.json").status_code == 200
    mine = draw.members.first()
    sign_in(client, mine.user)
    with django_assert_max_num_queries(14):
        assert client.get("/my/calls/").status_code == 200
    with django_assert_max_num_queries(20):
        assert client.get("/my/expert/").status_code == 200


def test_an_officer_who_looks_before_the_day_sees_codes_and_the_look_is_logged(cast):
    pool()
    draw = held()
    names = [one.expert.name for one in draw.members.select_related("expert")]
    staff = cast.client("procurement_officer")
    page = staff.get(f"/trading/draws/{draw.pk}/").content.decode()
    assert not any(f">{name}<" in page for name in names)
    looks = AccessLog.objects.filter(stream="experts.draw", stream_id=draw.pk, what="committee")
    assert looks.get().actor_user_id == cast.person("procurement_officer").pk
    with driven_clock(moment("2026-12-14 08:00")):
        page = staff.get(f"/trading/draws/{draw.pk}/").content.decode()
    assert all(f">{name}<" in page for name in names) and looks.count() == 2


def test_the_tenderer_and_the_public_see_no_name_before_the_result(client):
    pool()
    draw = held()
    names = [one.expert.name for one in draw.members.select_related("expert")]
    address = f"/tenders/{draw.project.number}/experts/"
    with driven_clock(moment("2026-12-14 15:00")):
        sign_in(client, buyer_agent(draw.project).user)
        for path in (f"/trading/draws/{draw.pk}/", address):
            page = client.get(path)
            assert page.status_code == 200 and not any(name in page.content.decode() for name in names)
        assert client.get(f"{address}1/record.json").status_code == 404
    client.logout()
    assert draw.pool_digest in client.get(address).content.decode()
    Project.objects.filter(pk=draw.project_id).update(state="publicity")
    page = client.get(address).content.decode()
    assert all(name in page for name in names)
    record = client.get(f"{address}1/record.json").json()
    assert len(record["openings"]) == 5 and record["pool_digest"] == draw.pool_digest


def test_the_call_names_neither_tender_nor_buyer(client):
    pool()
    draw = held()
    mine = draw.members.select_related("user").first()
    sign_in(client, mine.user)
    page = client.get(f"/my/calls/{mine.pk}/").content.decode()
    for secret in (draw.project.number, draw.project.title, draw.project.buyer.name):
        assert secret not in page
    sent = {"answer": "decline", "note": "", "state_version": "0"}
    assert client.post(f"/my/calls/{mine.pk}/", sent).status_code == 422
    assert client.post(f"/my/calls/{mine.pk}/", {**sent, "answer": "accept"}).status_code == 302
    assert PanelMember.objects.get(pk=mine.pk).state == "accepted"
    assert client.get(f"/my/calls/{draw.members.exclude(pk=mine.pk).first().pk}/").status_code == 404


def test_a_refused_plan_keeps_what_was_typed_and_says_what_is_missing(cast):
    expert("A02")
    project = tender()
    staff = cast.client("procurement_officer")
    typed = {
        "evaluates_day": "2026-12-14", "evaluates_time": "14:00", "size": "5", "main_venue": "海州评标一室",
        "speciality1": "A02", "count1": "5",
    }  # fmt: skip
    page = staff.post(f"/trading/tenders/{project.number}/draw/", typed)
    words = page.content.decode()
    assert page.status_code == 422 and "海州评标一室" in words and "4" in words and not Draw.objects.exists()
    pool(15)
    typed |= {"count1": "3", "speciality2": "A06", "count2": "2"}
    assert staff.post(f"/trading/tenders/{project.number}/draw/", typed).status_code == 302
    assert Draw.objects.get().project == project


def test_both_parties_seal_and_reveal_on_their_pages(cast, client):
    from portal.core import draw as arithmetic

    pool()
    draw = frozen()
    watcher = cast.client("supervisor")
    sign_in(client, buyer_agent(draw.project).user)
    path = f"/trading/draws/{draw.pk}/"
    for party, browser in (("tenderer", client), ("supervisor", watcher)):
        draw.refresh_from_db()
        promise = arithmetic.commitment(party, draw.pool_digest, SEEDS[party])
        sent = {"step": "commit", "commitment": promise, "state_version": draw.state_version}
        assert 'data-party="' + party in browser.get(path).content.decode()
        assert browser.post(path, sent).status_code == 302
    draw.refresh_from_db()
    wrong = {"step": "reveal", "seed": "ab" * 32, "state_version": draw.state_version}
    refused = client.post(path, wrong)
    assert refused.status_code == 422 and "ab" * 32 in refused.content.decode()
    for party, browser in (("tenderer", client), ("supervisor", watcher)):
        draw.refresh_from_db()
        sent = {"step": "reveal", "seed": SEEDS[party].hex(), "state_version": draw.state_version}
        assert browser.post(path, sent).status_code == 302
    draw.refresh_from_db()
    assert draw.state == "drawn" and draw.members.count() == 5


def test_the_door_on_the_page_checks_in_replaces_and_keeps_a_refused_reason(cast):
    pool()
    draw = held()
    staff = cast.client("procurement_officer")
    seats = list(draw.members.order_by("pk"))
    path = f"/trading/draws/{draw.pk}/seats/{seats[0].pk}/"
    early = staff.post(path, {"step": "replace", "why": "absent", "note": "没有来", "state_version": "0"})
    assert early.status_code == 409 and "没有来" in early.content.decode()
    with driven_clock(moment("2026-12-14 14:10")):
        assert staff.post(path, {"step": "check_in", "venue": "main", "state_version": "0"}).status_code == 302
        other = f"/trading/draws/{draw.pk}/seats/{seats[1].pk}/"
        gone = {"step": "replace", "why": "absent", "note": "没有来", "state_version": "0"}
        assert staff.post(other, gone).status_code == 302
        assert staff.post(other, gone).status_code == 409
    assert [one.state for one in draw.members.order_by("pk")][:2] == ["attending", "replaced"]
    assert draw.members.live().count() == 5


def test_verify_draw_replays_a_number_or_a_file_and_ends_with_an_error_for_a_changed_one(tmp_path, client):
    pool()
    draw = held()
    Project.objects.filter(pk=draw.project_id).update(state="awarded")
    out = StringIO()
    call_command("verify_draw", draw.project.number, stdout=out)
    assert "5 seats" in out.getvalue()
    record = client.get(f"/tenders/{draw.project.number}/experts/1/record.json").json()
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    call_command("verify_draw", str(path), stdout=StringIO())
    record["openings"][0]["name"] = "别人"
    path.write_text(json.dumps(record), encoding="utf-8")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_draw", str(path), stderr=said)
    assert "别人" in said.getvalue()
    path.write_text("{", encoding="utf-8")
    for what in (str(path), "JY-0"):
        with pytest.raises(CommandError):
            call_command("verify_draw", what)


def test_a_changed_row_shows_on_the_public_proof(client):
    pool()
    draw = held()
    Project.objects.filter(pk=draw.project_id).update(state="awarded")
    orders = {name: list(reversed(codes)) for name, codes in draw.orders.items()}
    Draw.objects.filter(pk=draw.pk).update(orders=orders)
    page = client.get(f"/tenders/{draw.project.number}/experts/").content.decode()
    assert 'class="act red"' in page


def test_the_tenders_pages_show_the_way_in_and_the_proof(cast, client):
    project = tender()
    staff = cast.client("procurement_officer")
    assert (
        f"/trading/tenders/{project.number}/draw/" in staff.get(f"/trading/tenders/{project.number}/").content.decode()
    )
    pool()
    sealed(frozen(project))
    assert f"/tenders/{project.number}/experts/" in client.get(f"/tenders/{project.number}/").content.decode()
    inner = staff.get(f"/trading/tenders/{project.number}/").content.decode()
    assert f"/trading/tenders/{project.number}/draw/" not in inner and "/trading/draws/" in inner


def test_an_expert_applies_and_corrects_on_the_own_pages(client):
    person = factories.citizen()
    sign_in(client, person)
    assert client.get("/my/expert/").status_code == 200
    typed = {
        "name": "周明远", "title": "高级工程师", "region": "海州", "phone": "13812345678", "employer": "江海设计院",
        "identity": factories.resident_number(55), "specialities": ["A02"],
    }  # fmt: skip
    refused = client.post("/my/expert/apply/", {**typed, "phone": "1"})
    assert refused.status_code == 422 and "江海设计院" in refused.content.decode()
    assert client.post("/my/expert/apply/", typed).status_code == 302
    page = client.get("/my/expert/").content.decode()
    assert "周明远" in page and typed["identity"] not in page
    sent = {"step": "leave", "note": "", "state_version": "0"}
    assert client.post("/my/expert/", sent).status_code == 422
    assert client.post("/my/expert/", {**sent, "note": "退休"}).status_code == 302
