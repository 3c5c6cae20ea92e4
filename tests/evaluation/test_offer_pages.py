"""The pages of a negotiation: what each side sees when, nothing typed lost, queries bounded; and what is published."""

import pytest
from django.urls import reverse
from django.utils import translation

from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.bids import watch
from procurement.bids.models import Opening, Outage
from procurement.evaluation.models import FinalOffer
from procurement.opendata import results
from procurement.opendata.facts import facts_of
from procurement.opendata.parties import Parties
from procurement.oversight import facts as oversight
from procurement.tenders.models import Project
from tests import factories
from tests.evaluation.objects import MOMENT, Committee
from tests.evaluation.test_offers import asked, closed, negotiating, offered, outage
from tests.evaluation.test_pages import browser, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"), driven_clock(MOMENT):
        yield


def own(committee: Committee, n: int):
    return browser(committee.bidders[n][1].user), reverse("evaluation:offer", args=[committee.bid(n).pk])


def test_a_refused_offer_keeps_what_was_typed_and_says_why():
    committee = asked(negotiating())
    client, path = own(committee, 0)
    sent = {"do": "offer", "price": "1,200,000.00", "again": "1,200,000.00"}
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert ('value="1,200,000.00"' in text_of(answer) and "控制价" in text_of(answer)) or "control price" in text_of(
        answer
    )
    assert not FinalOffer.objects.exists()
    answer = client.post(path, {**sent, "price": "880000", "again": "880000"})
    assert answer.status_code == 302
    assert "880,000" not in text_of(client.get(path))  # what is sealed is shown to nobody


def test_a_late_offer_is_refused_on_the_page_with_the_sentence():
    committee = asked(negotiating())
    client, path = own(committee, 0)
    with driven_clock(MOMENT.replace(hour=MOMENT.hour, minute=30)):
        answer = client.post(path, {"do": "offer", "price": "880000", "again": "880000"})
    assert answer.status_code == 422 and not FinalOffer.objects.exists()


def test_the_committee_reads_offers_after_the_round_and_the_bidder_finds_the_way():
    committee = offered(asked(negotiating()), 812_345, 900_000, 900_000)
    chair = browser(committee.seats[0].user)
    assert "812,345" not in text_of(chair.get(url("offers", committee.one())))
    client, path = own(committee, 0)
    assert path in text_of(client.get(reverse("tenders:mine")))
    officer = browser(factories.staff(Role.PROCUREMENT_OFFICER))
    progress = reverse("evaluation:progress", args=[committee.session.pk])
    assert "812,345" not in text_of(officer.get(progress))
    closed(committee)
    assert "812,345" in text_of(chair.get(url("offers", committee.one())))
    assert committee.one().negotiation.root in text_of(officer.get(progress))


def test_a_supervisor_decides_about_the_round_on_the_page_of_progress_and_every_side_reads_it():
    committee = offered(asked(negotiating()), 890_000, 880_000, 870_000)
    outage()
    client = browser(factories.staff(Role.SUPERVISOR))
    progress = reverse("evaluation:progress", args=[committee.session.pk])
    path, name = reverse("evaluation:round", args=[committee.one().pk]), f"lot-{committee.one().pk}"
    officer = browser(factories.staff(Role.PROCUREMENT_OFFICER))
    with driven_clock(MOMENT.replace(hour=MOMENT.hour, minute=20)):
        shown = text_of(client.get(progress))
        assert path in shown and 'value="10"' in shown and path not in text_of(officer.get(progress))
        refused = client.post(path, {f"{name}-minutes": "3", f"{name}-reason": "平台故障十分钟"})
        assert refused.status_code == 422 and "平台故障十分钟" in text_of(refused)
        assert client.post(path, {f"{name}-minutes": "12", f"{name}-reason": "平台故障十分钟"}).status_code == 302
        for reader, address in (
            own(committee, 0), (browser(committee.seats[0].user), url("offers", committee.one())), (officer, progress)
        ):  # fmt: skip
            assert "lengthened the round by 12 minutes" in text_of(reader.get(address))


def test_an_offer_that_breaks_within_the_portal_is_noted_for_the_watch(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    committee = asked(negotiating())
    client, path = own(committee, 0)
    client.raise_request_exception = False
    monkeypatch.setattr("procurement.evaluation.actions.offer", lambda *_args, **_more: 1 // 0)
    assert client.post(path, {"do": "offer", "price": "880000", "again": "880000"}).status_code == 500
    assert watch.hand_in() == 1
    assert Outage.objects.get().project == committee.project


def test_a_tender_knows_no_page_of_a_negotiation():
    committee = Committee().seated()
    assert browser(committee.seats[0].user).get(url("offers", committee.one())).status_code == 404


def test_the_pages_ask_no_more_for_more_bids(django_assert_max_num_queries):
    committee = offered(asked(negotiating((900_000,) * 8)), *[800_000 + n for n in range(8)])
    closed(committee)
    client, path = own(committee, 0)
    chair = browser(committee.seats[0].user)
    for page, who in ((path, client), (url("offers", committee.one()), chair)):
        who.get(page)
        with django_assert_max_num_queries(30):
            assert who.get(page).status_code == 200


def test_final_offers_are_published_with_the_result_and_never_before():
    committee = offered(asked(negotiating((900_000, 950_000, 940_000, 930_000))), 800_000, 810_000, 820_000)
    Opening.objects.create(project=committee.project, due_at=MOMENT, state="opened", named_at=MOMENT, opened_at=MOMENT)
    closed(committee)
    committee.step("proceed")
    committee.signed()

    def values():
        project = Project.objects.get(pk=committee.project.pk)
        told = results.bids(facts_of(project), Parties())
        return [(one["status"], int(one["value"]["amount"])) for one in told["details"]]

    assert values() == [("pending", yuan) for yuan in (900_000, 950_000, 940_000, 930_000)]
    Project.objects.filter(pk=committee.project.pk).update(state="publicity")
    assert values() == [("valid", 800_000), ("valid", 810_000), ("valid", 820_000), ("withdrawn", 930_000)]
    (lot,) = oversight.load(Project.objects.filter(pk=committee.project.pk))
    assert lot.valid_prices == [80_000_000, 81_000_000, 82_000_000]
    assert not any(bid.rejected for bid in lot.bids)
