"""The retention table: every line says how long and why, is cleared at night, and one that fails holds up none."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.actions import drafts, purge_drafts
from approvals.cases.models import Case
from portal.core import retention, tasks
from portal.core.models import RetentionRun, StoredFile
from portal.core.retention import Kept, Then
from portal.core.rules import rule
from portal.core.time import driven_clock, now, today
from portal.people.roles import Role
from tests import factories
from tests.cases import filing_objects

pytestmark = pytest.mark.django_db


def in_days(days: int):
    return driven_clock(now() + dt.timedelta(days=days))


def line(code: str, clear) -> Kept:
    return Kept(code, "what", "since", "basis", days=1, clear=clear)


def out_of_order() -> int:
    raise OSError("the disk is away")


def test_every_line_that_is_cleared_has_a_time_that_is_in_force():
    for kept in retention.table():
        if kept.clear is None:
            assert kept.then == Then.KEPT and kept.days is None and not kept.rule
        elif kept.rule:
            assert rule(kept.rule, today()).days > 0
        else:
            assert kept.days is not None


def test_a_line_that_fails_says_so_and_the_others_are_cleared():
    removed = retention.clear_all([line("first", out_of_order), line("second", lambda: 7)])
    assert removed == {"second": 7}
    assert RetentionRun.objects.get(code="first").failure == "OSError"
    assert RetentionRun.objects.get(code="second").removed == 7


def test_what_went_is_added_up_and_a_failure_is_forgotten_when_it_works_again():
    for clear in (lambda: 3, out_of_order, lambda: 4):
        retention.clear_all([line("one", clear)])
    run = RetentionRun.objects.get(code="one")
    assert (run.removed, run.removed_in_all, run.failure) == (4, 7, "")


def test_a_line_is_announced_once_and_what_goes_has_somebody_who_clears_it():
    with pytest.raises(ValueError, match="twice"):
        retention.keep(retention.table()[0])
    with pytest.raises(ValueError, match="clears"):
        retention.keep(Kept("new", "what", "since", "basis", days=1))


def test_the_nightly_task_works_through_the_whole_table():
    cleared = {kept.code for kept in retention.table() if kept.clear}
    assert set(tasks.purge()) == cleared == set(RetentionRun.objects.values_list("code", flat=True))
    assert not RetentionRun.objects.exclude(failure="").exists()


def test_a_draft_that_nobody_touches_goes_after_its_time_with_its_uploads():
    browser = filing_objects.signed_in(factories.citizen())
    item = filing_objects.shop_permit()
    browser.post(reverse("cases:apply-start", args=[item.code]), {"eligible": "on"})
    case = Case.objects.get(state="draft")
    browser.post(
        reverse("cases:draft-materials", args=[case.pk]), {filing_objects.plan_field(case): filing_objects.pdf()}
    )
    assert StoredFile.objects.count() == 1
    with in_days(179):
        assert purge_drafts() == 0
    with in_days(181):
        assert purge_drafts() == 1
        assert purge_drafts() == 0
    assert not Case.objects.filter(pk=case.pk).exists()
    assert not StoredFile.objects.exists()


def test_a_draft_that_its_owner_deletes_or_goes_on_with_meanwhile_is_left_alone():
    case = Case.objects.create(
        item=factories.item(materials=0), applicant=factories.citizen(), department=factories.department()
    )
    with in_days(179):
        assert drafts._purge(case.pk) is False
    case.delete()
    with in_days(181):
        assert drafts._purge(case.pk) is False


def test_the_table_is_read_with_a_fixed_number_of_queries(django_assert_max_num_queries):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(factories.staff(Role.AUDITOR, None), backend="portal.people.backends.AccountBackend")
    retention.clear_all()
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("core:retention"))
    text = page.content.decode()
    assert "Who viewed whose personal data" in text and "1096 days after it was made" in text
    assert "The trail of events with its seals" in text
