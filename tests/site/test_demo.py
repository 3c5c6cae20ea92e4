"""The demo city: what the small one holds, that its figures are proved, and that the work of several processes joins."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.urls import reverse

from approvals.cases import draft
from approvals.cases.models import Case, CaseMaterial, CaseStop, Proposal
from approvals.payments.models import Receipt
from hall.models import WindowDuty
from portal.core import audit, identity, statistics
from portal.core.db.parts import PartChangedRows, copy_database, highest_key, join_databases, number_from, working_in
from portal.core.models import Document, Event, Job, Notification, OutboxMessage
from portal.core.time import driven_clock
from portal.people.demo import demo_accounts
from portal.people.models import Citizen, Organisation, User
from portal.site.demo import accounts
from portal.site.demo.build import build_city
from portal.site.demo.crew import shared_out
from tests import factories

# A Friday afternoon after some ordinary weeks.
END = factories.moment("2026-06-12 16:30")


class DemoCity(TestCase):
    """The small city, built once for all of these."""

    @classmethod
    def setUpTestData(cls) -> None:
        folder = tempfile.mkdtemp(prefix="seals")
        cls.enterClassContext(override_settings(SEALS_DIR=folder, DEMO=True))
        with driven_clock(END):
            build_city("small")

    def setUp(self) -> None:
        self.enterContext(driven_clock(END))

    def test_some_case_stands_in_every_state(self) -> None:
        states = {
            "draft", "submitted", "supplement", "accepted", "in_review", "deciding", "suspended", "approved", "refused",
            "issued", "delivered", "closed", "not_accepted", "returned", "withdrawn", "terminated",
        }  # fmt: skip
        assert states - set(Case.objects.values_list("state", flat=True)) == set()

    def test_some_open_cases_are_amber_and_some_are_overdue(self) -> None:
        assert Case.objects.amber().exists()
        assert Case.objects.overdue().exists()
        assert CaseStop.objects.filter(to_on__isnull=True).exists()
        assert Proposal.objects.filter(outcome="waiting").count() >= 2
        assert Case.objects.filter(deemed=True).exists()

    def test_every_payment_has_its_receipt_as_a_paper_void_when_all_went_back(self) -> None:
        papers = Document.objects.filter(kind="payments.receipt")
        receipts = Receipt.objects.filter(refund=None)
        assert set(papers.values_list("number", flat=True)) == set(receipts.values_list("number", flat=True)) != set()
        void = receipts.filter(order__state="refunded").values_list("number", flat=True)
        assert set(papers.filter(state="revoked").values_list("number", flat=True)) == set(void)

    def test_the_trail_is_whole_and_every_figure_is_proved(self) -> None:
        assert list(audit.differences()) == []
        counts = statistics.Verified()
        assert list(statistics.differences(counts)) == []
        assert counts.cells > 50

    def test_every_state_was_reached_by_a_recorded_step(self) -> None:
        for case in Case.objects.filed():
            events = list(Event.objects.filter(stream="cases.case", stream_id=case.pk).order_by("sequence"))
            assert events[0].type == "case.submit"
            assert events[-1].to_state == case.state
            assert [event.at for event in events] == sorted(event.at for event in events)
            assert events[-1].at <= END
            assert case.created_at <= events[0].at

    def test_what_people_handed_in_passes_the_checks_of_the_forms(self) -> None:
        for case in Case.objects.filed().select_related("version__form", "content"):
            # The window takes papers in by hand, notes what is missing, and has no page of uploads to finish.
            left_out = {draft.MATERIALS} if case.taken_in_by_id else set()
            assert [page for page, _said in draft.problems(case, case.content) if page not in left_out] == []
        assert CaseMaterial.objects.filter(file__isnull=False).exists()

    def test_a_case_counts_for_the_window_of_the_clerk_who_answered_it(self) -> None:
        for case in Case.objects.filter(staff__postings__role="clerk"):
            assert WindowDuty.objects.filter(window=case.window_id, posting__department=case.department_id).exists()

    def test_nobody_real_lives_here(self) -> None:
        for citizen in Citizen.objects.all():
            assert identity.check_resident_number(citizen.resident_number).division == "329901"
        for firm in Organisation.objects.all():
            assert identity.check_uscc(firm.uscc)[2:8] == "329901"
        phones = {user.phone for user in User.objects.all() if user.phone}
        assert phones
        assert all(identity.check_phone(phone, mobile=True).startswith("160") for phone in phones)

    def test_people_were_told_inside_the_portal_and_nothing_is_left_to_be_done(self) -> None:
        assert Notification.objects.filter(template="case.red").exists()
        assert Notification.objects.filter(template="case.accept").exists()
        assert not OutboxMessage.objects.exists()
        left = Job.objects.exclude(due_at__gt=END).exclude(state="done")
        assert list(left.values_list("name", "state", "due_at")) == []
        assert set(Job.objects.filter(due_at__gt=END).values_list("state", flat=True)) <= {"waiting"}

    def test_the_accounts_are_shown_and_their_password_is_right(self) -> None:
        listed = [account.username for account in demo_accounts()]
        assert [name for name in listed if name in accounts.ORDER] == accounts.ORDER
        assert accounts.announced()[0].startswith("citizen1")
        assert User.objects.get(username="head.zjj").check_password(accounts.PASSWORD)
        assert not User.objects.exclude(username__in=accounts.ORDER).exclude(password__startswith="!").exists()
        page = self.client.get(reverse("people:sign-in")).content.decode()
        assert "supervisor1" in page
        with override_settings(DEMO=False):
            assert "supervisor1" not in self.client.get(reverse("people:sign-in")).content.decode()
            assert accounts.announced() == []

    def test_visitors_find_cases_of_their_own(self) -> None:
        for username in ("citizen1", "firm1"):
            own = Case.objects.of_applicant(User.objects.get(username=username))
            assert len(set(own.values_list("state", flat=True))) >= 4

    def test_what_was_told_long_ago_has_been_read(self) -> None:
        assert Notification.objects.filter(read_at=None).exists()
        assert not Notification.objects.filter(read_at=None, created_at__lt=END - dt.timedelta(days=5)).exists()

    def test_a_second_city_is_refused(self) -> None:
        with pytest.raises(CommandError):
            call_command("demo", size="small")


def _story(department: int) -> Any:
    """As much of a story as sharing out looks at."""

    class Team:
        pass

    team, plan, story = Team(), Team(), Team()
    team.department, plan.team, story.plan = Team(), team, plan  # type: ignore[attr-defined]
    team.department.pk = department  # type: ignore[attr-defined]
    return story


def test_a_department_is_lived_by_one_process_only() -> None:
    stories = [_story(number) for number, size in enumerate((50, 30, 30, 5, 5)) for _ in range(size)]
    shares = shared_out(stories, 2)
    departments = [Counter(story.plan.team.department.pk for story in share) for share in shares]
    assert not departments[0].keys() & departments[1].keys()
    assert sorted(len(share) for share in shares) == [60, 60]


embedded = pytest.mark.once  # copies are of the embedded database, on which each test runs once


@embedded
@pytest.mark.django_db(transaction=True)
def test_copies_filled_side_by_side_join_into_one_database(tmp_path: Path) -> None:
    before = factories.user("before")
    parts = [tmp_path / "one.sqlite3", tmp_path / "two.sqlite3"]
    start = highest_key()
    for number, part in enumerate(parts):
        copy_database(part)
        with working_in(part):
            number_from(start + number * 100)
            factories.user(f"made{number}")
    assert User.objects.count() == 1
    join_databases(parts)
    assert set(User.objects.values_list("username", flat=True)) == {"before", "made0", "made1"}
    assert factories.user("after").pk > max(User.objects.exclude(username="after").values_list("pk", flat=True))
    assert User.objects.get(username="before").pk == before.pk


@embedded
@pytest.mark.django_db(transaction=True)
def test_a_copy_that_changed_what_was_there_is_refused_whole(tmp_path: Path) -> None:
    before = factories.user("before")
    part = tmp_path / "one.sqlite3"
    copy_database(part)
    with working_in(part):
        factories.user("made")
        User.objects.filter(pk=before.pk).update(name="王五")
    with pytest.raises(PartChangedRows):
        join_databases([part])
    assert list(User.objects.values_list("username", flat=True)) == ["before"]
