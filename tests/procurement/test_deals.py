"""The register of deals: what comes in, what it adds up to, and what the public sees."""

import csv
import datetime as dt
import io
import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from portal.core.events import events_of
from portal.core.models import Event
from portal.core.statistics import differences, rebuild
from portal.core.statistics.refresh import refresh_all
from portal.supervision.indicators import indicators
from procurement.measures import DEAL_MEASURES
from procurement.models import Deal
from tests.procurement.objects import deal
from tests.queries import queries_of_events

pytestmark = pytest.mark.django_db
D = dt.date
YEAR = (D(2026, 1, 1), D(2026, 12, 31))
OPEN = {
    "external_id": "1", "category": "construction", "below_threshold": "0", "method": "open", "title": "道路工程",
    "buyer": "海州市交通运输局", "winner": "海州路桥工程有限公司", "budget_fen": "1000", "control_price_fen": "900",
    "start_fen": "", "deal_fen": "810", "awarded_on": "2026-03-02", "status": "awarded",
}  # fmt: skip
LAND = {
    **OPEN, "external_id": "2", "category": "land", "method": "listing", "budget_fen": "", "control_price_fen": "",
    "start_fen": "500", "deal_fen": "650", "title": "工业用地出让", "awarded_on": "2026-04-07",
}  # fmt: skip
FAILED = {
    **OPEN, "external_id": "3", "status": "failed", "winner": "", "deal_fen": "", "awarded_on": "2026-05-06",
    "category": "government", "method": "consultation",
}  # fmt: skip


@pytest.fixture
def send(tmp_path):
    """Import rows as a file of the source `old`; returns the exit code, the counts and the reasons."""

    def run(*rows: dict[str, str]) -> tuple[int, str, list[str]]:
        path, errors = tmp_path / "deals.csv", tmp_path / "errors.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(OPEN), restval="")
            writer.writeheader()
            writer.writerows(rows)
        out_text, code = io.StringIO(), 0
        try:
            call_command(
                "import_deals", str(path), source="old", errors=str(errors), stdout=out_text, stderr=io.StringIO()
            )
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        reasons = []
        if errors.exists():
            with errors.open(encoding="utf-8-sig", newline="") as found:
                reasons = [row["reason"] for row in csv.DictReader(found)]
        return code, out_text.getvalue(), reasons

    return run


def test_savings_are_counted_from_the_control_price_and_premiums_apart(send):
    code, counts, _ = send(OPEN, LAND, FAILED)
    assert code == 0 and "created 3" in counts
    refresh_all()
    block = indicators(*YEAR)["procurement"]
    assert block["total"] == {
        "projects": 3, "deals": 2, "deal_fen": 1460, "base_fen": 900, "savings_fen": 90, "savings_rate": 0.1,
        "premium_fen": 150,
    }  # fmt: skip
    assert block["construction"]["savings_rate"] == 0.1
    assert block["land"] == {
        "projects": 1, "deals": 1, "deal_fen": 650, "base_fen": 0, "savings_fen": 0, "savings_rate": None,
        "premium_fen": 150,
    }  # fmt: skip
    assert (block["government"]["projects"], block["government"]["deals"]) == (1, 0)
    assert block["property"]["savings_rate"] is None


def test_a_rate_is_all_savings_over_all_bases_and_not_a_mean_of_rates(send):
    send(OPEN, {**OPEN, "external_id": "9", "control_price_fen": "", "budget_fen": "9100", "deal_fen": "9100"})
    refresh_all()
    assert indicators(*YEAR)["procurement"]["total"]["savings_rate"] == pytest.approx(90 / 10_000)


def test_rows_by_category_and_by_month_add_up_to_the_total(send):
    send(OPEN, LAND, FAILED)
    refresh_all()
    for by in ("category", "month"):
        answer = indicators(*YEAR, by=by)
        total = answer["procurement"]["total"]
        for figure in ("projects", "deals", "deal_fen", "savings_fen", "premium_fen"):
            rows = [row["procurement"]["total"][figure] for row in answer["rows"] if row["procurement"]]
            assert sum(rows) == total[figure], (by, figure)


def test_sent_again_nothing_changes_and_sent_with_more_it_is_updated(send):
    send(OPEN)
    assert "unchanged 1" in send(OPEN)[1]
    assert "updated 1" in send({**OPEN, "deal_fen": "720", "awarded_on": "2026-03-09"})[1]
    refresh_all()
    assert indicators(*YEAR)["procurement"]["total"]["savings_fen"] == 180
    assert Deal.objects.get().listed_on == D(2026, 3, 9)
    assert list(differences()) == []


def test_each_row_taken_in_leaves_an_event_and_each_change_another_in_the_same_chain(send):
    send(OPEN, LAND)
    send(OPEN, {**LAND, "deal_fen": "700"})
    send(OPEN, {**LAND, "deal_fen": "720"})
    road, land = Deal.objects.order_by("external_id")
    (first,) = events_of(road)
    assert (first.event.type, first.event.to_state, first.data["source"]) == ("deal.imported", "awarded", "old")
    told = events_of(land)
    assert [(one.event.sequence, one.event.type, one.data["deal_fen"]) for one in told] == [
        (1, "deal.imported", 650), (2, "deal.import_changed", 700), (3, "deal.import_changed", 720),
    ]  # fmt: skip
    assert [one.event.previous for one in told[1:]] == [one.event.hash for one in told[:-1]]
    call_command("verify_audit", stdout=io.StringIO())  # exits with 1 where a chain is broken


def test_a_changed_row_costs_no_query_of_its_own(send):
    def queries(count: int) -> int:
        rows = [{**OPEN, "external_id": f"{count}-{n}"} for n in range(count)]
        send(*rows)
        with CaptureQueriesContext(connection) as seen:
            send(*({**row, "deal_fen": "720"} for row in rows))
        return queries_of_events(seen)

    assert queries(3) == queries(30)


def test_a_refused_row_leaves_no_event(send):
    send({**OPEN, "deal_fen": ""})
    assert not Event.objects.filter(stream="procurement.deal").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"awarded_on": ""}, "awarded_on"),
        ({"deal_fen": ""}, "deal_fen"),
        ({"deal_fen": "-1"}, "deal_fen"),
        ({"category": "shares"}, "category"),
        ({"status": "failed"}, "deal_fen: Only an award"),
        ({"status": "terminated", "deal_fen": ""}, "winner: Only an award"),
        ({"start_fen": "5"}, "start_fen"),
        ({"title": ""}, "title"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_with_its_reason(send, change, said):
    with override("en"):
        code, _, reasons = send(LAND, {**OPEN, **change})
    assert code == 3 and len(reasons) == 1 and said in reasons[0]
    assert Deal.objects.count() == 1


def test_an_announced_project_is_listed_on_the_day_it_came_in_and_counts_nowhere_yet(send):
    send({**OPEN, "status": "announced", "deal_fen": "", "winner": "", "awarded_on": ""})
    refresh_all()
    assert indicators(*YEAR)["procurement"]["total"]["projects"] == 0
    assert Deal.objects.get().awarded_on is None


def test_a_sale_without_a_known_method_is_known_by_its_start(send):
    send({**LAND, "method": ""})
    assert Deal.objects.get().premium_fen == 150


def test_the_database_keeps_no_award_without_an_amount():
    with pytest.raises(IntegrityError):
        Deal.objects.filter(pk=deal().pk).update(deal_fen=None, savings_fen=None)


def test_the_database_keeps_no_saving_that_is_not_base_less_deal():
    with pytest.raises(IntegrityError):
        Deal.objects.filter(pk=deal().pk).update(savings_fen=1)


# --- the public pages ---------------------------------------------------------------------------------------------------


def test_the_list_costs_the_same_however_many_deals_there_are(client: Client, django_assert_num_queries):
    address = reverse("procurement:deals") + "?year=2026"
    for n in range(30):
        deal(awarded_on=D(2026, 6, 1) + dt.timedelta(days=n))
    rebuild(DEAL_MEASURES)
    client.get(address)
    with django_assert_num_queries(3):
        assert client.get(address).status_code == 200


def test_figures_and_list_follow_the_filters(client: Client):
    deal(title="东湖区学校设备采购", category="government", method="inquiry", below_threshold=True)
    deal()
    rebuild(DEAL_MEASURES)
    page = client.get(reverse("procurement:deals"), {"year": "2026", "category": "government"})
    assert [one.title for one in page.context["page"].rows] == ["东湖区学校设备采购"]
    assert page.context["total"]["deals"] == 1
    found = client.get(reverse("procurement:deals"), {"year": "2026", "q": "公路"})
    assert [one.title for one in found.context["page"].rows] == ["临港区农村公路工程"]
    assert found.context["total"]["deals"] == 2 and found.context["narrowed"]


def test_a_filter_that_does_not_exist_is_left_out(client: Client):
    deal()
    page = client.get(reverse("procurement:deals"), {"year": "1066", "category": "x", "cursor": "no cursor"})
    assert page.status_code == 200 and page.context["chosen"] == {}


def test_pages_follow_one_another_without_a_gap(client: Client):
    made = {deal(awarded_on=D(2026, 6, 1 + n % 3)).pk for n in range(60)}
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        page = client.get(reverse("procurement:deals"), {"year": "2026", "cursor": cursor}).context["page"]
        seen += [one.pk for one in page.rows]
        cursor = page.next_cursor
    assert len(seen) == 60 and set(seen) == made


def test_a_deal_shows_what_it_saved(client: Client):
    page = client.get(reverse("procurement:deal", args=[deal().pk]), headers={"accept-language": "en"})
    assert "CNY 100,000" in page.content.decode() and "10.0%" in page.content.decode()


def test_a_title_is_never_read_as_markup(client: Client):
    page = client.get(reverse("procurement:deal", args=[deal(title="<b>工程</b>").pk]))
    assert "<b>工程" not in page.content.decode()


def test_an_error_file_can_be_mended_and_sent_again(send, tmp_path):
    send({**OPEN, "deal_fen": ""})
    assert json.dumps(send(OPEN)[0]) == "0" and Deal.objects.count() == 1
