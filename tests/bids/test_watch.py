"""The watch over the portal itself: what it notices, what it writes down, and what follows from it for deadlines."""

import datetime as dt
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.roles import Role
from procurement.bids import actions, findings, proofs, tasks, watch
from procurement.bids.actions.watching import outages_of
from procurement.bids.models import OpenedBid, Opening, Outage, PortalWatch
from procurement.tenders import actions as tendering
from tests import factories
from tests.bids.objects import bid, book_of, closed, receiving, three
from tests.bids.test_own_layer import UNCOVERED, firms, officers, supervisor, tender, uncovered  # noqa: F401 - fixtures
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
MORNING = moment("2026-12-14 08:00")  # of the deadline at 9:30
WELL = json.dumps({"checks": {"database": {"ok": True}, "beat": {"ok": False}}})
ILL = json.dumps({"checks": {"database": {"ok": False}}})


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR, settings.WATCH_URL = tmp_path, "http://127.0.0.1:9"


@pytest.fixture
def answers(monkeypatch):
    """What the pages answer, to be changed while the test goes on; the real asking has a test of its own."""
    told = {"now": ""}
    monkeypatch.setattr(watch, "ask", lambda: told["now"])
    return told


def looks(answers, *told, start=MORNING, every=30, turn=watch.look):
    """One look after the other, each with what the pages answer then; the moment of the last one."""
    at = start
    for n, answer in enumerate(told):
        at = start + dt.timedelta(seconds=every * n)
        answers["now"] = answer
        with driven_clock(at):
            turn()
    return at


class Pages(BaseHTTPRequestHandler):
    """A server that answers as the test says."""

    status, body, pause = 200, WELL, 0.0

    def do_GET(self):
        time.sleep(self.pause)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body.encode())

    def log_message(self, *_args):
        pass


@pytest.mark.parametrize(
    ("status", "body", "pause", "expected"),
    [
        (200, WELL, 0, ""), (503, WELL, 0, ""), (503, ILL, 0, "database"), (502, "", 0, "error"), (500, WELL, 0, "error"),
        (200, "<html>", 0, "strange"), (200, "[]", 0, "strange"), (200, WELL, 0.6, "slow"),
    ],
)  # fmt: skip
def test_only_the_portals_own_answer_with_its_database_is_one(status, body, pause, expected, settings, monkeypatch):
    handler = type("Handler", (Pages,), {"status": status, "body": body, "pause": pause})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(watch, "SECONDS", 0.2 if pause else 5.0)
    settings.WATCH_URL = f"http://127.0.0.1:{server.server_port}/"
    try:
        assert watch.ask() == expected
    finally:
        server.shutdown()
        server.server_close()
    assert watch.ask() == "silent"


def test_pages_that_do_not_answer_before_a_deadline_are_written_down_from_the_first_look_to_the_first_answer(answers):
    receiving(three())
    chief = factories.staff(Role.SUPERVISOR)
    end = looks(answers, "", "slow", *["silent"] * 8, "", "")
    one = Outage.objects.get()
    assert (one.kind, one.from_at, one.until_at, one.detail) == (
        "web", MORNING + dt.timedelta(seconds=30), end - dt.timedelta(seconds=30), "slow"
    )  # fmt: skip
    assert Notification.objects.filter(user=chief, template="bids.deadline_outage").count() == 1


def test_an_outage_ends_with_the_last_look_at_it_when_asking_is_switched_off(answers, settings):
    """Else it would go on for ever, and hold the end of every decryption window."""
    receiving(three())
    last = looks(answers, "", *["silent"] * 8)
    settings.WATCH_URL = ""
    looks(answers, "", start=last + dt.timedelta(seconds=30))
    assert Outage.objects.get().until_at == last


def test_a_short_pause_of_the_pages_is_written_down_and_nobody_is_called(answers):
    project = receiving(three())
    chief = factories.staff(Role.SUPERVISOR)
    looks(answers, "", "silent", "", "")
    assert Outage.objects.get().until_at is not None
    assert not Notification.objects.filter(user=chief, template="bids.deadline_outage").exists()
    assert outages_of(project) == []


def test_an_outage_that_goes_on_now_says_nothing_of_a_deadline_that_is_days_ahead():
    project = receiving(three())
    Outage.objects.create(kind="web", from_at=moment("2026-12-10 10:00"), mark="a" * 32)
    with driven_clock(moment("2026-12-10 10:05")):
        assert outages_of(project) == []
    with driven_clock(moment("2026-12-14 09:00")):
        assert len(outages_of(project)) == 1


def test_the_pages_are_asked_only_while_something_hangs_on_them(answers, settings):
    receiving(three())
    looks(answers, "silent", start=moment("2026-12-10 03:00"))
    assert not Outage.objects.exists()
    settings.WATCH_URL = ""
    looks(answers, "silent")
    assert not Outage.objects.filter(kind="web").exists()
    assert PortalWatch.objects.count() == 1


def test_a_watch_that_was_away_itself_says_so(answers):
    project = receiving(three())
    looks(answers, "", "")
    looks(answers, "", start=MORNING + dt.timedelta(minutes=40))
    one = Outage.objects.get()
    assert (one.kind, (one.until_at - one.from_at).total_seconds()) == ("watch", 40 * 60 - 30)
    assert outages_of(project) == [one]


def test_pages_that_were_out_within_the_window_hold_its_end_until_a_supervisor_has_decided(uncovered, tender, answers):  # noqa: F811
    chief = supervisor()
    looks(answers, *[""] * 52, start=UNCOVERED, every=60, turn=tasks.advance)
    looks(answers, *["silent"] * 12, start=UNCOVERED + dt.timedelta(minutes=52), every=60, turn=tasks.advance)
    with driven_clock(UNCOVERED + dt.timedelta(minutes=64)), override("en"):
        with pytest.raises(WrongState) as refused:
            actions.conclude(three_of(tender)[0], tender.pk)
        assert "do not answer at this moment" in refused.value.message
    answers["now"] = ""
    with driven_clock(UNCOVERED + dt.timedelta(minutes=65)):
        tasks.advance()
    opening = Opening.objects.get(project=tender)
    assert (opening.state, opening.outage_minutes) == ("decrypting", 8)  # 52 to 60, the end of the window
    assert Notification.objects.filter(user=chief.user, template="bids.outage").exists()
    with driven_clock(UNCOVERED + dt.timedelta(minutes=66)):
        actions.decide_window(chief, tender.pk, 0, "各投标人均已收到通知，无人受影响")
        tasks.advance()
    assert OpenedBid.objects.filter(finding=findings.NOT_DECRYPTED).count() == 3


def three_of(tender):  # noqa: F811
    """The officers of the opening as actors."""
    from portal.people.actors import actor_of

    users = [one.user for one in Opening.objects.get(project=tender).openers.select_related("user")]
    return [actor_of(user, Role.PROCUREMENT_OFFICER) for user in users]


def test_a_request_that_broke_is_noted_without_a_name_and_handed_in_when_the_database_is_back(monkeypatch, answers):
    project = receiving(three())
    person = factories.citizen()
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="portal.people.backends.AccountBackend")

    def broken(*_args):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("procurement.bids.incoming.receive", broken)
    with driven_clock(moment("2026-12-14 09:29")):
        answer = client.post(
            reverse("bids:upload", args=[project.number, 1]), b"x", content_type="application/octet-stream"
        )
    assert answer.status_code == 500
    (note,) = watch.folder().iterdir()
    assert set(json.loads(note.read_text())) == {"mark", "number", "at", "detail"}

    def still_down(_failures):
        raise OperationalError("the database system is starting up")

    with monkeypatch.context() as down:
        down.setattr(actions, "note_failures", still_down)
        assert watch.hand_in() == 0
    assert note.exists()
    kept = note.read_text()
    assert watch.hand_in() == 1
    assert not note.exists()
    note.write_text(kept)  # the process died before it could remove its note
    assert watch.hand_in() == 0
    one = Outage.objects.get()
    assert (one.kind, one.project, one.from_at, one.detail) == (
        "request",
        project,
        moment("2026-12-14 09:29"),
        "database",
    )
    assert outages_of(project) == [one]


def test_what_refuses_a_request_in_words_is_no_failure():
    project = receiving(three())
    client = Client()
    client.force_login(factories.citizen(), backend="portal.people.backends.AccountBackend")
    with driven_clock(moment("2026-12-14 09:29")):
        client.post(reverse("bids:upload", args=[project.number, 1]), b"x", content_type="application/octet-stream")
        client.post(reverse("bids:upload", args=["NO-SUCH", 1]), b"x", content_type="application/octet-stream")
    assert not watch.folder().exists()


def test_what_is_no_note_of_ours_harms_nobody():
    watch.folder().mkdir(parents=True)
    for n, text in enumerate(
        ("{", "[]", '{"mark": "x"}', '{"mark": "x", "number": "1", "at": "soon", "detail": "slow"}')
    ):
        (watch.folder() / f"{n}.json").write_text(text)
    assert watch.hand_in() == 0
    assert not Outage.objects.exists()


def test_officers_and_overseers_read_what_was_noticed_and_the_buyer_does_not(answers):
    project = receiving(three())
    looks(answers, *["silent"] * 10, "")
    agent = factories.citizen()
    project.buyer.memberships.create(user=agent, starts_on=dt.date(2020, 1, 1))
    people = {factories.staff(Role.PROCUREMENT_OFFICER): True, factories.staff(Role.AUDITOR): True, agent: False}
    for person, seen in people.items():
        client = Client()
        client.force_login(person, backend="portal.people.backends.AccountBackend")
        with driven_clock(MORNING + dt.timedelta(minutes=10)), override("en"):
            page = client.get(reverse("tenders:project", args=[project.number]), headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert ("The pages did not answer the watch" in page.content.decode()) == seen


# --- what people decide about a deadline that an outage touched ------------------------------------------------------------


def moved(project, chief, deadline, at):
    """A change with another deadline, as the trading centre publishes it."""
    project.refresh_from_db()
    with driven_clock(moment(at)):
        return tendering.publish_change(
            chief, project.pk, text="系统故障，投标截止时间顺延", changes_documents=False, new_deadline_at=moment(deadline),
            state_version=project.state_version,
        )  # fmt: skip


def test_a_deadline_moved_before_it_passed_takes_the_opening_along_and_receipts_stay(answers):
    project, who = receiving(three()), bidder()
    first = bid(project, who)
    looks(answers, *["silent"] * 10, "")
    moved(project, officer(), "2026-12-14 11:30", "2026-12-14 09:00")
    actions.follow(project.pk)
    assert Opening.objects.get(project=project).due_at == moment("2026-12-14 11:30")
    second = bid(project, who, at="2026-12-14 11:00")
    assert (second.version, second.previous) == (2, first.digest)
    assert proofs.problems_of(book_of(project)) == []
    assert closed(project).state == "receiving"  # the old deadline is none any more


@pytest.mark.parametrize("documents", [False, True])
def test_a_deadline_that_has_passed_is_not_moved_though_nobody_has_closed_the_tender_yet(documents):
    project, chief = receiving(three()), officer()
    assert (project.state, project.deadline_at) == ("receiving", moment("2026-12-14 09:30"))
    with driven_clock(moment("2026-12-14 09:30")), override("en"), pytest.raises(WrongState) as refused:
        tendering.publish_change(
            chief, project.pk, text="系统故障，投标截止时间顺延", changes_documents=documents,
            new_deadline_at=moment("2026-12-31 11:30"), state_version=project.state_version,
        )  # fmt: skip
    assert refused.value.code == "wrong_state"
    assert "The deadline has passed" in refused.value.message
    project.refresh_from_db()
    assert (project.state, project.deadline_at) == ("receiving", moment("2026-12-14 09:30"))


def test_once_the_books_are_closed_no_deadline_is_moved_and_the_root_stands(answers):
    project, chief = receiving(three()), officer()
    bid(project)
    looks(answers, *["silent"] * 10, "")
    closed(project)
    root = book_of(project).root
    with pytest.raises(WrongState):
        moved(project, chief, "2026-12-14 11:30", "2026-12-14 09:45")
    project.refresh_from_db()
    assert (project.state, project.deadline_at) == ("closed", moment("2026-12-14 09:30"))
    assert (root != "", book_of(project).root) == (True, root)


def test_a_tender_that_failed_through_an_outage_keeps_its_bids_sealed_and_is_repeated():
    project, chief = receiving(three()), officer()
    bid(project)
    closed(project)
    with driven_clock(moment("2026-12-14 09:50")):
        reason = {"note": "截止前系统故障"}
        tendering.take_step(chief, project.pk, "fail", reason, state_version=project.state_version)
        actions.follow(project.pk)
        project.refresh_from_db()
        again = tendering.repeat(chief, project.pk, state_version=project.state_version)
    assert again.repeats == project
    assert Opening.objects.get(project=project).state == "void"
    assert not OpenedBid.objects.exists()
