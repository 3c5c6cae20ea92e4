"""The business licence of a bidder: taken by content and number, replaced with a history, read by those it concerns."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from portal.core import files, retention
from portal.core.access import purpose_in_words
from portal.core.errors import Invalid, NotFound
from portal.core.models import AccessLog, Notification, StoredFile
from portal.core.time import driven_clock
from portal.people.history import history_of
from portal.people.roles import Role
from portal.site.demo.papers import sample_pdf
from procurement.bidders import licences
from procurement.bidders.licences import FILE_KIND, LicenceDraft, add_licence
from procurement.bidders.models import BusinessLicence
from procurement.bidders.standing import check_may_bid
from procurement.bidders.tasks import tell_of_licences
from tests import factories
from tests.factories import moment
from tests.tenders.objects import bidder, credit_code, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")), override("en"):
        yield


def scan(agent) -> StoredFile:
    return files.store(picture("licence.png"), owner=agent, kind=FILE_KIND)


def handed_in(profile, agent, until: str | None = None) -> BusinessLicence:
    day = dt.date.fromisoformat(until) if until else None
    draft = LicenceDraft(number=profile.organisation.uscc, valid_until=day, long_term=day is None)
    return add_licence(agent, profile.pk, draft, scan(agent).pk)


def sign_in(client, person):
    """Signed in, with English pages."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.cookies["django_language"] = "en"
    client.force_login(person, backend="portal.people.backends.AccountBackend")


def test_a_newer_licence_replaces_the_one_before_which_stays():
    profile, agent = bidder()
    first = handed_in(profile, agent, "2026-12-31")
    second = handed_in(profile, agent)
    first.refresh_from_db()
    assert first.replaced_at is not None and second.replaced_at is None
    assert list(profile.licences.all()) == [second, first]
    told = [str(entry.words) for entry in history_of(profile)]
    assert told[:2] == ["Business licence replaced by a newer one", "Business licence uploaded"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"number": credit_code(905)}, "number"),
        ({"number": "123"}, "number"),
        ({"long_term": False}, "valid_until"),
        ({"valid_until": dt.date(2027, 1, 1)}, "valid_until"),
        ({"valid_until": dt.date(2026, 11, 19), "long_term": False}, "valid_until"),
    ],
)
def test_a_licence_that_cannot_be_is_refused_beside_its_field_and_its_scan_stays_free(more, field):
    profile, agent = bidder()
    file = scan(agent)
    draft = LicenceDraft(**{"number": profile.organisation.uscc, "long_term": True, **more})
    with pytest.raises(Invalid) as refused:
        add_licence(agent, profile.pk, draft, file.pk)
    assert set(refused.value.fields) == {field}
    file.refresh_from_db()
    assert file.stream_id is None and not BusinessLicence.objects.exists()


def test_nobody_hands_a_licence_in_for_somebody_elses_firm_or_takes_somebody_elses_scan():
    profile, agent = bidder()
    _other, stranger = bidder()
    draft = LicenceDraft(number=profile.organisation.uscc, long_term=True)
    with pytest.raises(NotFound):
        add_licence(stranger, profile.pk, draft, scan(stranger).pk)
    with pytest.raises(NotFound):
        add_licence(agent, profile.pk, draft, scan(stranger).pk)


def test_the_last_day_still_counts_and_a_licence_that_has_run_out_keeps_nobody_from_bidding():
    profile, agent = bidder()
    one = handed_in(profile, agent, "2026-12-31")
    assert not one.has_run_out(dt.date(2026, 12, 31)) and one.has_run_out(dt.date(2027, 1, 1))
    check_may_bid(profile.organisation.uscc, dt.date(2027, 1, 1), "construction")


def test_the_scan_is_for_the_firm_and_for_who_looks_after_trading_and_each_look_is_logged(client):
    profile, agent = bidder()
    one = handed_in(profile, agent)
    _other, stranger = bidder()
    may = [agent.user, *(factories.staff(role) for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR))]
    for person in may:
        assert licences.may_read(person, one.file)
    for person in (stranger.user, factories.staff(Role.CLERK)):
        assert not licences.may_read(person, one.file)
    sign_in(client, agent.user)
    assert client.get(reverse("core:file", args=[one.file_id])).status_code == 200
    assert AccessLog.objects.filter(what=f"file:{FILE_KIND}", stream="bidders.bidder", stream_id=profile.pk).exists()
    assert AccessLog.objects.get(actor_user_id=agent.user.pk).purpose == licences.OWN
    officer = may[1]
    sign_in(client, officer)
    client.get(reverse("core:file", args=[one.file_id]))
    assert AccessLog.objects.get(actor_user_id=officer.pk).purpose == licences.CHECK
    assert purpose_in_words(licences.CHECK) == "Check of a bidder"
    sign_in(client, stranger.user)
    assert client.get(reverse("core:file", args=[one.file_id])).status_code == 404


def test_a_wrong_number_loses_neither_words_nor_scan(client):
    profile, agent = bidder()
    sign_in(client, agent.user)
    url = reverse("bidders:licence-new", args=[profile.organisation_id])
    typed = {"number": credit_code(906), "long_term": "on"}
    refused = client.post(url, {**typed, "file": picture("licence.png")})
    assert refused.status_code == 422
    assert "licence of another firm" in refused.content.decode() and "licence.png" in refused.content.decode()
    ((mark, _file),) = refused.context["kept"]
    done = client.post(url, {**typed, "number": profile.organisation.uscc.lower(), "kept": mark})
    assert done.status_code == 302
    assert profile.licences.get().number == profile.organisation.uscc


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (None, "Choose the scan of the business licence."),
        (SimpleUploadedFile("licence.pdf", b"<html>"), "We cannot accept this kind of file."),
    ],
)
def test_what_is_no_scan_is_refused_in_words(client, upload, words):
    profile, agent = bidder()
    sign_in(client, agent.user)
    url = reverse("bidders:licence-new", args=[profile.organisation_id])
    sent = {"number": profile.organisation.uscc, "long_term": "on", **({"file": upload} if upload else {})}
    refused = client.post(url, sent)
    assert refused.status_code == 422 and words in refused.content.decode()
    assert not BusinessLicence.objects.exists()


def test_only_a_pdf_or_a_picture_is_a_scan():
    _profile, agent = bidder()
    paper = files.store(ContentFile(sample_pdf("营业执照"), name="a.pdf"), owner=agent, kind=FILE_KIND)
    assert licences.check_scan(paper) == paper
    paper.mime = "application/ofd"
    with pytest.raises(Invalid):
        licences.check_scan(paper)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_both_pages_show_the_licences_and_warn_of_one_that_has_run_out(client, count, django_assert_max_num_queries):
    profile, agent = bidder()
    for _n in range(count):
        handed_in(profile, agent, "2026-12-31")
    chief = factories.staff(Role.PROCUREMENT_OFFICER)
    pages = (
        (agent.user, reverse("bidders:profile", args=[profile.organisation_id])),
        (chief, reverse("bidders:bidder", args=[profile.pk])),
    )
    for day, warned in (("2026-12-31 10:00", False), ("2027-01-01 10:00", count > 0)):
        with driven_clock(moment(day)):
            for person, url in pages:
                sign_in(client, person)
                with django_assert_max_num_queries(30):
                    page = client.get(url).content.decode()
                assert ("The business licence has run out" in page) == warned
                assert ("No business licence has been uploaded yet." in page) == (count == 0)


# --- before it runs out, and long after -----------------------------------------------------------------------------------


def told(agent) -> list[str]:
    rows = Notification.objects.filter(user=agent.user, template__startswith="bidders.licence").order_by("pk")
    return list(rows.values_list("template", flat=True))


def on(day: str) -> int:
    with driven_clock(moment(f"{day} 08:25")):
        return tell_of_licences()


def test_the_firm_is_told_thirty_days_before_its_licence_runs_out_and_on_the_last_day_once_each():
    profile, agent = bidder()
    handed_in(profile, agent, "2026-12-31")
    assert on("2026-11-30") == 0 and told(agent) == []
    assert (on("2026-12-01"), on("2026-12-01"), on("2026-12-30")) == (1, 0, 0)
    assert told(agent) == ["bidders.licence_soon"]
    assert (on("2026-12-31"), on("2026-12-31"), on("2027-02-01")) == (1, 0, 0)
    assert told(agent) == ["bidders.licence_soon", "bidders.licence_over"]


def test_a_day_on_which_nothing_ran_is_told_late_and_not_twice():
    profile, agent = bidder()
    handed_in(profile, agent, "2026-12-31")
    assert (on("2027-01-05"), on("2027-01-06")) == (1, 0)
    assert told(agent) == ["bidders.licence_over"]


def test_who_replaced_the_licence_or_has_one_without_an_end_is_told_nothing():
    profile, agent = bidder()
    handed_in(profile, agent, "2026-12-31")
    handed_in(profile, agent)
    assert on("2026-12-31") == 0 and told(agent) == []


def test_more_firms_than_one_batch_are_all_told(monkeypatch):
    monkeypatch.setattr(licences, "BATCH", 2)
    firms = [bidder() for _n in range(5)]
    for profile, agent in firms:
        handed_in(profile, agent, "2026-12-10")
    assert on("2026-12-01") == 5
    assert all(told(agent) == ["bidders.licence_soon"] for _profile, agent in firms)


def test_the_scan_of_a_replaced_licence_goes_after_its_time_and_the_row_stays(client):
    profile, agent = bidder()
    first = handed_in(profile, agent, "2026-12-31")
    second = handed_in(profile, agent)
    line = next(one for one in retention.table() if one.code == "bidders.licence_scans")
    assert line.days is not None and line.days >= 15 * 365
    with driven_clock(moment("2026-11-20 10:00") + dt.timedelta(days=line.days)):
        assert line.clear() == 0
    with driven_clock(moment("2026-11-20 10:01") + dt.timedelta(days=line.days)):
        assert (line.clear(), line.clear()) == (1, 0)
    gone, first.file_id = first.file_id, None
    first.refresh_from_db()
    assert first.file is None and not StoredFile.objects.filter(pk=gone).exists()
    assert StoredFile.objects.filter(pk=second.file_id).exists()
    sign_in(client, agent.user)
    page = client.get(reverse("bidders:profile", args=[profile.organisation_id])).content.decode()
    assert "Erased after its time" in page
