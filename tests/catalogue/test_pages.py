"""The catalogue's pages: found, read, printed, in both languages, in a fixed number of queries."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.catalogue import actions
from approvals.catalogue.drafts import Standing
from approvals.catalogue.models import Item
from approvals.catalogue.querysets import catalogue_totals, home_tiles
from approvals.catalogue.registrations import find_items, item_reference
from portal.core.time import today
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("catalogue:list")


def page(client: Client, address: str, status: int = 200, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status
    return answer.content.decode()


def guide(code: str) -> str:
    return reverse("catalogue:guide", args=[code])


def test_the_list_shows_all_open_items_with_days_and_fee(client, shown):
    html = page(client, LIST)
    assert "14" in html and "食品经营许可（新办）" in html and guide("SWJ-001") in html


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"q": "身份证丢了"}, {"GAJ-001"}),
        ({"department": "SWJ"}, {"SWJ-001"}),
        ({"event": "disability"}, {"CLJ-001"}),
        ({"type": "benefit"}, {"MZJ-004"}),
        ({"kind": "immediate"}, {"MZJ-001", "YBJ-002"}),
        ({"online": "no_visit", "department": "GJJ"}, {"GJJ-002"}),
        ({"department": "GAJ", "online": "online"}, {"GAJ-004", "GAJ-016"}),
        ({"audience": "organisation", "department": "SCJG"}, {"SCJG-001", "SCJG-007"}),
        ({"audience": "person", "type": "permit", "q": "驾照"}, {"GAJ-016"}),
    ],
)
def test_each_filter_leaves_its_items(client, shown, query, codes):
    answer = client.get(LIST, query)
    assert {item.code for item in answer.context["page"]} == codes
    assert answer.context["count"] == len(codes)


def test_a_filter_that_does_not_exist_is_left_out(client, shown):
    assert client.get(LIST, {"department": "NOPE", "cursor": "x"}).context["count"] == 14


def test_nothing_found_says_what_to_do(client, shown):
    html = page(client, LIST, q="量子飞船驾驶")
    assert "12345" in html and f'href="{LIST}"' in html


def test_the_nearest_items_are_called_the_nearest(client, shown):
    answer = client.get(LIST, {"q": "外星人居住证办理大厅在何方"})
    assert not answer.context["exact"] and answer.context["count"] >= 1


def test_pages_follow_one_another_and_keep_the_filters(client, author, reviewer):
    for n in range(25):
        factories.item(f"P-{n:02}")
    first = client.get(LIST, {"type": "service"})
    assert (len(first.context["page"]), first.context["next"]) == (20, "2")
    second = client.get(LIST, {"type": "service", "cursor": "2"})
    assert len(second.context["page"]) == 5
    assert "type=service" in first.content.decode()


def test_the_guide_says_everything_before_applying(client, shown):
    html = page(client, guide("SCJG-001"))
    for words in (
        "食品经营许可（新办）",
        "经营场所使用证明",
        "《中华人民共和国食品安全法》",
        "第三十五条",
        "市场监督管理局",
    ):
        assert words in html
    assert reverse("catalogue:guide-qr", args=["SCJG-001"]) in html


def test_the_guide_reads_in_english(client, shown):
    client.cookies["django_language"] = "en"
    html = page(client, guide("GAJ-001"))
    for words in (
        "Replacement of a lost resident identity card",
        "Household register",
        "Haizhou Public Security Bureau",
        "CNY 40",
    ):
        assert words in html


def test_the_qr_code_is_an_image_of_the_guides_address(client, shown):
    answer = client.get(reverse("catalogue:guide-qr", args=["SWJ-001"]))
    assert answer["Content-Type"] == "image/svg+xml" and b"<svg" in answer.content


def test_a_draft_is_unknown_to_the_public_and_seen_by_its_department(client, author):
    item = Item.objects.create(code="D-1", name="草稿", department=factories.department())
    assert client.get(guide("D-1")).status_code == 404
    assert client.get(reverse("catalogue:guide-qr", args=["D-1"])).status_code == 404
    client.force_login(factories.citizen(), backend="portal.people.backends.AccountBackend")
    assert client.get(guide("D-1")).status_code == 404
    assert item_reference("D-1") is None
    assert Item.objects.visible_to(factories.staff(Role.CLERK)).get() == item


def test_an_unknown_item_is_not_found(client, db):
    assert client.get(guide("NO-SUCH")).status_code == 404


def test_a_closed_item_says_why_and_offers_no_application(client, shown, author):
    item = Item.objects.get(code="SWJ-001")
    actions.change_standing(author, item.pk, Standing("cancel", today(), "国发〔2026〕9号"))
    html = page(client, guide("SWJ-001"))
    assert "国发〔2026〕9号" in html
    assert "/apply/" not in html
    assert client.get(LIST).context["count"] == 13


def test_a_merged_item_leads_to_the_other(client, shown, author):
    item, other = Item.objects.get(code="GAJ-001"), Item.objects.get(code="GAJ-002")
    actions.change_standing(author, item.pk, Standing("merge", today(), "整合", merged_into_id=other.pk))
    answer = client.get(guide("GAJ-001"))
    assert (answer.status_code, answer.url) == (302, guide("GAJ-002"))
    assert item.local_name in page(client, guide("GAJ-002"))


def test_the_guide_costs_at_most_six_queries(client, shown, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(guide("SCJG-001"))


@pytest.mark.parametrize(
    "query", [{}, {"q": "取水"}, {"q": "外星人居住证办理大厅在何方", "audience": "person", "event": "household"}]
)
def test_the_list_costs_at_most_eight_queries(client, shown, django_assert_max_num_queries, query):
    with django_assert_max_num_queries(8):
        client.get(LIST, query)


def test_the_list_costs_the_same_for_more_items(client, shown, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for n in range(20):
        factories.item(f"Q-{n}", dept=factories.department(f"D{n}", name=f"部门{n}"))
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_the_home_page_counts_what_each_life_event_leads_to(shown, django_assert_num_queries):
    with django_assert_num_queries(3):
        person = home_tiles("person")
    tiles = {tile.event.code: tile for tile in person.tiles}
    assert tiles["household"].count == 3
    assert tiles["disability"].examples == ("残疾人证新办",)
    assert "retire" not in tiles
    assert (
        home_tiles("organisation").count
        == Item.objects.filter(code__in=["SCJG-001", "SCJG-007", "SWJ-001", "JTJ-001", "ZRZY-001"]).count()
    )


def test_the_figures_count_open_items_only(shown, author):
    Item.objects.create(code="D-1", name="草稿", department=factories.department())
    assert catalogue_totals()["items"] == 14


def test_the_search_page_and_other_apps_find_items(shown):
    assert find_items("取水", None, 5)[0].code == "SWJ-001"
    assert item_reference("SWJ-001").url == guide("SWJ-001")
    assert item_reference("NO-SUCH") is None
