"""Alerts: the digest of a working morning, the line that is crossed once; nobody hears of units that are not theirs."""

import datetime as dt
from decimal import Decimal

import pytest

from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.models import Notification
from portal.people.models import Posting
from portal.supervision.indicators import indicators
from portal.supervision.monitoring import actions
from portal.supervision.monitoring.actions.alerts import check_thresholds, crosses, send_digests
from portal.supervision.monitoring.figures import WATCHED, month_so_far
from portal.supervision.monitoring.models import Subscription
from tests.hotline import objects as hotline
from tests.monitoring.objects import FRIDAY, Office, at, lamps, overdue_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    with at(FRIDAY):
        made = Office()
        overdue_case(made)
        yield made


def messages(who: str, office: Office, template: str = "monitoring.digest") -> list[dict]:
    rows = Notification.objects.filter(user=office.people[who], template=template).order_by("pk")
    return [one.context for one in rows]


def digest(office: Office, who: str, **more: object) -> Subscription:
    return actions.subscribe(office.actor(who), kind="digest", **more)


def line(office: Office, who: str, figure: str, side: str, limit: str, **more: object) -> Subscription:
    return actions.subscribe(
        office.actor(who), kind="threshold", figure=figure, side=side, limit=Decimal(limit), **more
    )


def test_the_digest_goes_out_once_a_working_morning_with_counts_and_the_worst(office):
    digest(office, "supervisor")
    assert (send_digests(), send_digests()) == (1, 0)
    (sent,) = messages("supervisor", office)
    assert (sent["red"], sent["amber"]) == (1, 0)
    assert lamps()[0].number in sent["worst"]
    with at("2026-11-21"):  # a Saturday
        assert send_digests() == 0
    with at("2026-11-23"):
        assert send_digests() == 1


def test_a_digest_is_about_what_its_reader_may_see(office):
    digest(office, "head")
    digest(office, "other_head")
    assert send_digests() == 1  # nothing burns in the other department, so nothing is sent
    assert messages("head", office) and not messages("other_head", office)
    with pytest.raises(NotAllowed):
        digest(office, "other_head", department=office.department)
    with pytest.raises(NotAllowed):
        digest(office, "clerk")
    with pytest.raises(Invalid):
        digest(office, "head")


def test_who_has_lost_the_posting_gets_no_figures_any_more(office):
    digest(office, "head", department=office.department)
    digest(office, "supervisor")
    Posting.objects.filter(user=office.people["head"]).update(ends_on=dt.date(2026, 11, 19))
    Posting.objects.filter(user=office.people["supervisor"]).update(ends_on=dt.date(2026, 11, 19))
    assert send_digests() == 0
    assert not messages("head", office) and not messages("supervisor", office)


def test_a_line_is_told_of_when_it_is_crossed_and_not_every_day(office):
    statistics.refresh_all()
    row = line(office, "supervisor", "approvals.open_overdue", "above", "0")
    assert month_so_far({"approvals.open_overdue"}, None) == {"approvals.open_overdue": 1}
    assert check_thresholds() == 1
    for day in ("2026-11-21", "2026-11-22"):
        with at(day):
            assert check_thresholds() == 0
    Subscription.objects.filter(pk=row.pk).update(limit=5)
    with at("2026-11-23"):
        assert check_thresholds() == 0  # back behind the line: remembered, not told
    Subscription.objects.filter(pk=row.pk).update(limit=0)
    with at("2026-11-24"):
        assert (check_thresholds(), check_thresholds()) == (1, 0)
    assert len(messages("supervisor", office, "monitoring.threshold")) == 2


@pytest.mark.parametrize(
    ("side", "value", "crossed"),
    [("above", 0.2, True), ("above", 0.1, False), ("below", 0.1, False), ("below", 0.05, True), ("above", None, False)],
)
def test_on_the_line_is_not_across_it_and_nothing_counted_crosses_nothing(side, value, crossed):
    row = Subscription(kind="threshold", figure="approvals.overdue_rate", side=side, limit=Decimal("0.1"))
    assert crosses(row, value) is crossed


def test_a_threshold_of_a_department_is_checked_against_its_reader_on_the_day(office):
    statistics.refresh_all()
    line(office, "head", "approvals.open_overdue", "above", "0", department=office.department)
    line(office, "head", "approvals.open_overdue", "above", "0")  # the whole centre is not the head's to see
    assert check_thresholds() == 1
    (sent,) = messages("head", office, "monitoring.threshold")
    assert sent["scope"]["words"]["zh-hans"] == office.department.name


@pytest.mark.parametrize(
    ("figure", "side", "limit", "field"),
    [
        ("x", "above", "1", "figure"), ("approvals.overdue_rate", "", "1", "side"),
        ("approvals.overdue_rate", "above", "101", "limit"), ("approvals.open_overdue", "above", "1.5", "limit"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_alert_is_said(office, figure, side, limit, field):
    with pytest.raises(Invalid) as wrong:
        line(office, "supervisor", figure, side, limit)
    assert set(wrong.value.fields) == {field}


def test_an_alert_is_cancelled_by_its_owner_alone(office):
    row = digest(office, "supervisor")
    with pytest.raises(NotFound):
        actions.unsubscribe(office.actor("second"), row.pk)
    actions.unsubscribe(office.actor("supervisor"), row.pk)
    assert not Subscription.objects.exists()


def test_every_watched_figure_stands_in_the_indicators(office):
    found = indicators(dt.date(2026, 11, 1), dt.date(2026, 11, 20))
    for one in WATCHED.values():
        assert one.name in found[one.block]


# --- the block of the indicators ----------------------------------------------------------------------------------------


def test_orders_and_answers_of_all_apps_are_in_the_block(office):
    from hotline import actions as hotline_actions
    from portal.supervision.actions import remind
    from tests import factories

    act = office.order(person=office.people["clerk"])
    actions.issue(office.actor("supervisor"), office.draft(kind="explanation"))  # no order
    world = hotline.World()
    ticket = world.signed()
    order = hotline_actions.issue_order(
        world.dispatcher, ticket.pk, text="限期办结", due_at=factories.moment("2026-11-24 12:00")
    )
    remind(office.actor("supervisor"), lamps(source="cases.decision")[0].number)
    with at("2026-11-26"):
        actions.remind_lamp(office.actor("supervisor"), lamps(source="supervision.order")[0].ident)
        hotline_actions.answer_order(world.head, order.pk, text="已办结")
        office.step("head", act, "reply", reply="已办结")
        statistics.refresh_all()
        first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
        block = indicators(first, last)["supervision"]
        assert list(block) == ["amber", "red", "reminders", "orders", "orders_answered"]
        assert (block["reminders"], block["orders"], block["orders_answered"]) == (2, 2, 2)
        assert indicators(first, dt.date(2026, 11, 20))["supervision"]["orders_answered"] == 0
        for by in ("department", "item", "window", "staff", "month", "channel", "category"):
            rows = indicators(first, last, by=by)["rows"]
            assert sum(row["supervision"]["orders"] for row in rows) == 2, by
            assert sum(row["supervision"]["reminders"] for row in rows) == 2, by
        other = indicators(first, last, department_code=office.other.code)["supervision"]
        assert (other["orders"], other["reminders"]) == (0, 0)
