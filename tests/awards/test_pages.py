"""The pages of awards: bounded queries, forms that lose neither words nor files, what is public and what is not."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.core.time import driven_clock
from portal.people.models import Membership
from portal.people.roles import Role
from procurement.awards import actions
from procurement.awards.actions import PenaltyDraft
from procurement.awards.models import Award, Choice, Contract, Remedy
from tests import factories
from tests.awards.objects import (
    agent_of,
    answered,
    awarded,
    candidate,
    complaint_facts,
    contract_of,
    evaluated,
    objection,
    published,
    signed,
    supervisor,
    the_lot,
)
from tests.factories import moment
from tests.permissions import Cast
from tests.tenders.objects import bidder, officer, picture

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _after_the_publicity(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-12-22 10:00")):
        yield


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")


@pytest.fixture
def chief(client):
    person = factories.staff(Role.PROCUREMENT_OFFICER)
    sign_in(client, person)
    return officer(person)


def grown(chief, n, **more):
    """So many tenders with their remedies, awards, contracts, public and with rows, and penalties."""
    for _one in range(n):
        contract = signed(chief, published(chief, evaluated(**more)))
        project = contract.lot.project
        with driven_clock(moment("2026-12-18 10:00")):
            for rank in (2, 3):
                answered(objection(project, candidate(project, rank).bidder), chief)
        judge = supervisor()
        third = candidate(project, 3).bidder
        made = actions.file_remedy(
            agent_of(third), project.pk, third.organisation_id, complaint_facts(kind="complaint")
        )
        actions.take_remedy_step(judge, made.number, "accept", {}, state_version=None)
        inputs = {"outcome": "rejected", "consequence": "none", "frivolous": "0", "answer": "投诉不成立。"}
        actions.take_remedy_step(judge, made.number, "decide", inputs, state_version=None)
        actions.take_contract_step(chief, contract.pk, "publish", {}, state_version=None)
        draft = PenaltyDraft(uscc=third.organisation.uscc, ground="虚假投诉", article="第七十七条", amount_fen=100)
        actions.take_penalty_step(supervisor(), actions.propose_penalty(judge, draft).pk, "decide", {}, state_version=0)
    return contract


LISTS = (
    "awards:desk", "awards:contracts", "awards:remedies", "awards:penalties", "awards:decisions", "awards:my-remedies",
)  # fmt: skip


def test_lists_need_as_many_queries_for_many_as_for_few(client, chief, django_assert_max_num_queries):
    grown(chief, 1)
    urls = [*(reverse(name) for name in LISTS), reverse("awards:decisions") + "?show=penalties"]
    bounds = {}
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(40) as few:
            assert client.get(url).status_code == 200
        bounds[url] = len(few)
    grown(chief, 2)
    for url in urls:
        with django_assert_max_num_queries(bounds[url]):
            assert client.get(url).status_code == 200


def test_one_tender_needs_as_many_queries_with_many_lots(client, chief, django_assert_max_num_queries):
    bounds = []
    for lots in (1, 4):
        project = awarded(chief, published(chief, evaluated(lots=lots))).lot.project
        for name in ("awards:result", "awards:project"):
            url = reverse(name, args=[project.number])
            client.get(url)
            with django_assert_max_num_queries(50) as few:
                assert client.get(url).status_code == 200
            bounds.append(len(few))
    assert bounds[:2] == bounds[2:]


def test_one_contract_needs_as_many_queries_with_many_rows(client, chief, django_assert_max_num_queries):
    contract = signed(chief)
    url = reverse("awards:contract", args=[contract.pk])

    def more(n):
        for day in range(1, n + 1):
            actions.add_milestone(chief, contract.pk, name="路面", due_on=dt.date(2027, 6, day))
            actions.add_payment(chief, contract.pk, name="进度款", amount_fen=1, due_on=dt.date(2027, 6, day))
            actions.propose_change(chief, contract.pk, amount_fen=1, reason="追加")

    more(1)
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        assert client.get(url).status_code == 200
    more(6)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_the_public_page_counts_down_and_hides_who_objected(client, chief):
    with driven_clock(moment("2026-12-18 10:00")):
        project = published(chief)
        remedy = objection(project)
        client.logout()
        page = client.get(reverse("awards:result", args=[project.number])).content.decode()
    assert candidate(project).bidder.organisation.name in page
    assert remedy.number not in page
    assert "3" in page


def test_candidates_are_not_public_before_they_are_published_nor_in_government_procurement(client):
    for category in ("construction", "government"):
        project = evaluated(category=category)
        page = client.get(reverse("awards:result", args=[project.number])).content.decode()
        assert candidate(project).bidder.organisation.name not in page


def test_a_decision_is_public_without_the_name_of_who_complained(client, chief):
    contract = grown(chief, 1)
    remedy = Remedy.objects.get(kind="complaint")
    client.logout()
    for url in (reverse("awards:decision", args=[remedy.number]), reverse("awards:decisions")):
        page = client.get(url).content.decode()
        assert contract.lot.project.title in page
        assert remedy.organisation.name not in page


def test_a_refused_remedy_keeps_words_and_files(client, chief):
    project = published(chief)
    one = candidate(project, 3).bidder
    sign_in(client, agent_of(one).user)
    url = reverse("awards:file", args=[project.number, "objection"])
    data = {
        "organisation": one.organisation_id,
        "stage": "result",
        "facts": "第一名业绩证明材料不实，请核查。",
        "claim": "",
    }
    answer = client.post(url, {**data, "evidence": [picture("beleg.png")]})
    page = answer.content.decode()
    assert answer.status_code == 422 and "第一名业绩证明材料不实" in page and "beleg.png" in page
    mark = page.split('name="kept" value="')[1].split('"')[0]
    late = client.post(url, {**data, "claim": "重新评审", "kept": mark})
    assert late.status_code == 422 and "beleg.png" in late.content.decode(), "a day late, and still nothing is lost"
    with driven_clock(moment("2026-12-21 10:00")):
        done = client.post(url, {**data, "claim": "重新评审", "kept": [mark, "forged"]})
    assert done.status_code == 302
    remedy = Remedy.objects.get()
    assert remedy.files.get().file.name == "beleg.png"
    assert client.get(reverse("awards:remedy", args=[remedy.number])).status_code == 200


def test_somebody_elses_mark_brings_no_file(client, chief):
    project = published(chief)
    data = {
        "stage": "result",
        "facts": "第一名业绩证明材料不实，请核查。",
        "claim": "",
        "evidence": [picture("geheim.png")],
    }
    url = reverse("awards:file", args=[project.number, "objection"])
    second, third = candidate(project, 2).bidder, candidate(project, 3).bidder
    sign_in(client, agent_of(second).user)
    page = client.post(url, {**data, "organisation": second.organisation_id}).content.decode()
    mark = page.split('name="kept" value="')[1].split('"')[0]
    sign_in(client, agent_of(third).user)
    stolen = {**data, "organisation": third.organisation_id, "kept": mark}
    stolen.pop("evidence")
    assert "geheim.png" not in client.post(url, stolen).content.decode()


def test_the_officer_publishes_the_buyer_chooses_and_the_officer_awards(client, chief):
    project = evaluated()
    with driven_clock(moment("2026-12-17 10:00")):
        url = reverse("awards:publish", args=[project.number])
        assert 'value="2026-12-21"' in client.get(url).content.decode(), "the earliest day is suggested"
        refused = client.post(url, {"until_on": "2026-12-19", "state_version": 0})
        assert refused.status_code == 422 and 'value="2026-12-19"' in refused.content.decode()
        assert client.post(url, {"until_on": "2026-12-21", "state_version": 0}).status_code == 302
    sign_in(client, agent_of(project.buyer).user)
    url = reverse("awards:choose", args=[project.number, 1])
    second = candidate(project, 2).pk
    wrong = client.post(url, {"candidate": second, "ground": "first"})
    assert wrong.status_code == 422
    assert client.post(url, {"candidate": candidate(project).pk, "ground": "first"}).status_code == 302
    sign_in(client, chief.user)
    page = client.get(reverse("awards:project", args=[project.number])).content.decode()
    assert reverse("awards:award", args=[project.number, 1]) in page
    assert client.post(reverse("awards:award", args=[project.number, 1])).status_code == 302
    assert Award.objects.count() == Contract.objects.count() == 1
    client.post(reverse("awards:award", args=[project.number, 1]))
    assert Award.objects.count() == 1


def test_unranked_candidates_are_chosen_on_the_page_with_votes_and_minutes(client, chief):
    project = published(chief, ranked=False)
    url = reverse("awards:choose", args=[project.number, 1])
    winner = candidate(project, 2).pk
    data = {"candidate": winner, "ground": "separated", "note": "按书面定标规则", "minutes": picture("minutes.png")}
    votes = {f"member{n}": f"委员{n}" for n in (1, 2, 3)} | {f"vote{n}": winner for n in (1, 2)}
    refused = client.post(url, {**data, **votes})
    page = refused.content.decode()
    assert refused.status_code == 422 and "委员3" in page and "minutes.png" in page
    mark = page.split('name="kept" value="')[1].split('"')[0]
    data.pop("minutes")
    done = client.post(url, {**data, **votes, "vote3": candidate(project, 1).pk, "kept": mark})
    assert done.status_code == 302
    assert Choice.objects.get().votes.count() == 3
    page = client.get(reverse("awards:project", args=[project.number])).content.decode()
    assert "委员3" in page and "minutes.png" in page


def test_a_contract_for_another_amount_keeps_its_paper_on_the_page(client, chief):
    contract = contract_of(awarded(chief).lot.project)
    url = reverse("awards:sign", args=[contract.pk])
    label = client.get(url).content.decode().split('for="id_paper"')[1].split("</label>")[0]
    assert "选填" not in label, "a signed contract is not entered without its paper"
    data = {
        "state_version": 0, "amount": "900001", "signed_on": "2026-12-22", "starts_on": "2026-12-22",
        "ends_on": "2027-10-01", "terms": "工期 280 天", "performance_bond": "90000", "paper": picture("vertrag.png"),
    }  # fmt: skip
    refused = client.post(url, data)
    page = refused.content.decode()
    assert refused.status_code == 422 and "vertrag.png" in page and "900001" in page
    data.pop("paper")
    mark = page.split('name="kept" value="')[1].split('"')[0]
    assert client.post(url, {**data, "amount": "900000", "kept": mark}).status_code == 302
    contract.refresh_from_db()
    assert contract.state == "signed" and contract.file.name == "vertrag.png"
    assert client.get(reverse("core:file", args=[contract.file_id])).status_code == 200
    sign_in(client, bidder()[1].user)
    assert client.get(reverse("core:file", args=[contract.file_id])).status_code == 404


def test_a_change_is_proposed_and_decided_on_the_page(client, chief):
    contract = signed(chief)
    url = reverse("awards:row-new", args=[contract.pk, "changes"])
    assert client.post(url, {"direction": "more", "reason": "追加"}).status_code == 422
    assert client.post(url, {"direction": "less", "amount": "1000", "reason": "减少"}).status_code == 302
    change = contract.changes.get()
    assert change.amount_fen == -100_000
    decide = reverse("awards:row", args=[contract.pk, "changes", change.pk])
    client.post(decide, {"verdict": "approve"})
    change.refresh_from_db()
    assert change.verdict == "waiting", "nobody approves the own proposal"
    sign_in(client, agent_of(contract.lot.project.buyer).user)
    client.post(decide, {"verdict": "approve"})
    change.refresh_from_db()
    assert change.verdict == "approved"


def test_a_supervisor_decides_a_complaint_on_its_page_and_what_was_typed_is_kept(chief):
    project = published(chief)
    third = candidate(project, 3).bidder
    with driven_clock(moment("2026-12-18 10:00")):
        answered(objection(project, third), chief)
        made = actions.file_remedy(
            agent_of(third), project.pk, third.organisation_id, complaint_facts(kind="complaint")
        )
    client = Cast().client("supervisor")
    url = reverse("awards:remedy", args=[made.number])
    client.post(url, {"step": "accept", "state_version": 0})
    asked = client.get(url).content.decode().split('id="decide-outcome"')[1].split("</select>")[0]
    assert asked.index('value=""') < asked.index('value="upheld"'), "no verdict stands there before somebody chose it"
    assert client.post(url, {"step": "decide", "state_version": 1, "outcome": "", "answer": "经查"}).status_code == 422
    data = {"step": "decide", "state_version": 1, "outcome": "rejected", "consequence": "again", "frivolous": "0",
            "answer": "经查不成立"}  # fmt: skip
    refused = client.post(url, data)
    assert refused.status_code == 422 and "经查不成立" in refused.content.decode()
    assert client.post(url, {**data, "state_version": "x", "consequence": "none"}).status_code == 422
    assert client.post(url, {**data, "consequence": "none"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "decided"


def test_a_person_who_acts_for_nobody_is_told_so(client, chief):
    project = published(chief)
    sign_in(client, factories.citizen())
    page = client.get(reverse("awards:file", args=[project.number, "objection"])).content.decode()
    assert "appoint" in page or "委托" in page or "organisation" in page
    assert client.get(reverse("awards:file", args=[project.number, "nonsense"])).status_code == 404


def test_a_loser_reads_the_own_notice_and_no_other(client, chief):
    from portal.core.models import Document

    project = awarded(chief).lot.project
    papers = list(Document.objects.filter(kind="awards.lost"))
    loser = candidate(project, 2).bidder
    sign_in(client, agent_of(loser).user)
    person = Membership.objects.get(organisation=loser.organisation).user
    mine = [paper for paper in papers if Document.objects.visible_to(person).filter(pk=paper.pk).exists()]
    assert len(papers) == 2 and [paper.holder for paper in mine] == [loser.organisation.name]
    assert the_lot(project).result_notices.count() == 3
