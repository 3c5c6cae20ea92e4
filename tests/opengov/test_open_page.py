"""The open page: its figures equal the indicators, it costs few queries and none when it is kept, it knows what is new."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from approvals.catalogue.models import Item, ItemChange
from hall.board.models import Board
from portal.core.statistics import refresh_all
from portal.people.actors import actor_of
from portal.supervision.indicators import indicators
from portal.supervision.opengov.answers import answers, charts, live
from portal.supervision.opengov.figures import read_figures, year_before
from portal.supervision.opengov.registers import read_registers
from tests import factories
from tests.factories import moment
from tests.opengov.objects import OCTOBER, YEAR, by_hand, notice

PAGE = reverse("opengov:page")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def found() -> dict:
    return {one.key: one for one in answers(read_figures())}


def test_the_answers_are_the_indicators_of_their_twelve_months(city):
    figures = read_figures()
    assert (figures.first, figures.last) == YEAR
    book = indicators(*YEAR)
    approvals, ratings, hotline, hall = (book[name] for name in ("approvals", "ratings", "hotline", "hall"))
    deals = book["procurement"]["total"]
    said = found()
    assert said["concluded"].value == f"{approvals['concluded']:,}" == "4"
    assert said["concluded"].basis == f"of {approvals['received']} received"
    assert said["days"].value == f"{approvals['mean_actual_days']:.1f} working days"
    assert said["days"].basis == f"promised: {approvals['mean_promised_days']:.1f} on the mean"
    assert said["on_time"].value == f"{approvals['on_time_rate']:.1%}" == "50.0%"
    assert said["late"].value == str(approvals["open_overdue"]) == "2"
    assert said["late"].basis == f"of {approvals['open']} applications under way"
    assert said["online"].value == f"{approvals['online_rate']:.1%}"
    assert said["satisfied"].value == f"{ratings['satisfaction_rate']:.1%}"
    assert f"{ratings['given']} ratings" in said["satisfied"].basis
    assert said["hotline"].value == f"{hotline['on_time_rate']:.1%}"
    assert f"of {hotline['due']} " in said["hotline"].basis
    assert said["waiting"].value == f"{hall['wait_p50_minutes']} minutes"
    assert str(hall["wait_p90_minutes"]) in said["waiting"].basis
    assert said["saved"].value == f"{deals['savings_rate']:.1%}" == "10.0%"
    assert "CNY 100,000 in 1 deal" in said["saved"].basis


def test_the_answers_are_what_somebody_counts_by_hand(city):
    figures, counted = read_figures(), by_hand()
    assert figures.hotline.twelve["recorded"] == counted["recorded"]
    assert figures.ratings.twelve["given"] == counted["given"] == 11
    assert figures.ratings.twelve["satisfied"] == counted["satisfied"]
    assert figures.hall.twelve["served"] == counted["served"] == 3


def test_live_figures_are_those_of_today_the_month_and_the_year(city):
    lines = {one.label: (one.today, one.month, one.year) for one in live(read_figures())}
    assert lines["Applications received"] == ("1", "1", "7")
    assert lines["Applications concluded"] == ("0", "2", "4")
    assert lines["Decided online without a visit"] == ("0", "2", "4")
    assert lines["Requests to the 12345 hotline"][0] == "1"
    assert lines["Ratings given"] == ("0", "0", "11")
    assert lines["Deals of public trading"] == ("1", "1", "2")
    assert lines["Money saved by public trading"] == ("CNY 200,000", "CNY 200,000", "CNY 300,000")


def test_the_course_has_thirteen_months_and_gaps_where_nothing_was_decided(city):
    flows, rates = charts(read_figures())
    assert (flows.categories[0], flows.categories[-1], len(flows.categories)) == ("2025-11", "2026-11", 13)
    received, concluded = flows.series[0].values, flows.series[1].values
    assert (received[-2], concluded[-2], concluded[-1]) == (6, 2, 2)
    kept = rates.series[0].values
    assert kept[0] is None
    assert (kept[-2], kept[-1]) == (100.0, 0.0)


def test_a_leap_day_has_a_year_before_it():
    assert year_before(dt.date(2028, 2, 29)) == dt.date(2027, 2, 28)


# --- registers ------------------------------------------------------------------------------------------------------------


def test_the_ledger_is_that_of_the_indicators(city):
    book = indicators(dt.date(2026, 1, 1), dt.date(2026, 11, 20))["reform"]
    sums = read_registers().ledger.sums
    assert {name: sums[name] for name in ("before", "cancelled", "retained")} == {
        name: book[name] for name in ("before", "cancelled", "retained")
    }


def test_promises_are_summed_by_department(city):
    rows = {one.name: (one.items, one.legal, one.promised, one.compression) for one in read_registers().departments}
    assert rows == {"市市场监督管理局": (1, 20, 5, 0.75), "市公安局": (1, 20, 2, 0.9)}


def test_changes_to_come_and_those_of_drafts_are_not_told(city):
    ItemChange.objects.create(item=Item.objects.get(code="GA-001"), change="suspend", on=dt.date(2026, 12, 1))
    assert [one.item.code for one in read_registers().changes] == ["GA-900"]


def test_the_board_of_the_last_month_shows_windows_and_departments_only(city):
    board = read_registers()
    assert board.board_month == OCTOBER
    assert [(row.kind, row.side) for row in board.board] == [("department", "blue"), ("window", "red")]
    Board.objects.update(state="draft")
    assert read_registers().board == []


# --- the page -------------------------------------------------------------------------------------------------------------


def test_the_page_tells_all_of_it(city, in_english):
    page = in_english.get(PAGE).content.decode()
    for text in (
        "Applications received", "How long does a decision take?", "From 20 November 2025 to 19 November 2026",
        "临港区农村公路提档升级工程", "取消的事项", "Market Regulation Bureau", "Red and blue board · 2026-10",
        "Everything up to 20 November 2026, 10:00 is counted.",
    ):  # fmt: skip
        assert text in page, text
    assert "尚未公布的事项" not in page
    assert "诸葛远山" not in page


def test_the_page_costs_two_queries_for_figures_seven_for_registers_and_none_while_kept(
    city, client, django_assert_num_queries
):
    with django_assert_num_queries(2 + 7):
        client.get(PAGE)
    with django_assert_num_queries(0):
        client.get(PAGE)
    cache.delete(f"opengov:figures:{read_figures().day}")
    with django_assert_num_queries(2):
        client.get(PAGE)


def test_a_stranger_who_has_the_page_gets_it_again_when_something_changed(city, client):
    client.get(PAGE)  # brings the cookie that the forms of the page's head go by
    first = client.get(PAGE)
    again = client.get(PAGE, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(PAGE, HTTP_IF_NONE_MATCH=first["ETag"], HTTP_ACCEPT_LANGUAGE="en").status_code == 200
    factories.submitted(city.citizen, on=city.item)
    refresh_all()
    cache.clear()
    fresh = client.get(PAGE, HTTP_IF_NONE_MATCH=first["ETag"])
    assert fresh.status_code == 200
    assert fresh["ETag"] != first["ETag"]


def test_who_is_signed_in_never_gets_a_kept_frame(city, client):
    client.force_login(city.citizen, backend="portal.people.backends.AccountBackend")
    answer = client.get(PAGE)
    assert "ETag" not in answer
    assert actor_of(city.citizen).name in answer.content.decode()


def test_an_answer_leads_to_its_data_only_where_there_are_data(city, in_english, monkeypatch):
    from portal.core import datasets

    monkeypatch.delitem(datasets._datasets, "hall-waiting")
    page = in_english.get(PAGE).content.decode()
    assert reverse("opengov:dataset", args=["hall-waiting"]) not in page
    assert reverse("opengov:dataset", args=["approvals-daily"]) in page


# --- feeds ----------------------------------------------------------------------------------------------------------------


def test_the_feed_of_notices_names_what_was_announced_the_latest_first(city, in_english, django_assert_max_num_queries):
    later = notice("<新城>道路\x0b工程")
    later.published_at = moment("2026-11-19 09:00")
    later.text = "a\x0bb & c"
    later.save()
    with django_assert_max_num_queries(1):
        answer = in_english.get(reverse("opengov:notices"))
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own
    titles = [one.text for one in feed.findall("a:entry/a:title", names)]
    assert titles == ["Tender notice: <新城>道路工程", "Tender notice: 临港区农村公路提档升级工程"]
    assert feed.find("a:entry/a:link", names).get("href").startswith("http")
