"""Home, the switches of the head, the way in after signing in, and the pages of last resort."""

import datetime as dt
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from portal.core import registries
from portal.core.context import portal, shown_nav
from portal.core.gunicorn_conf import UP_SINCE
from portal.core.registries import PUBLIC, STAFF, HealthReading, HomeFigure, HomeSection, HomeTile
from portal.site.views.home import home, landing_name

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room for registrations that other tests do not see."""
    for name in ("_nav", "_home_figures", "_home_sections", "_home_searches", "_health", "_panels", "_items"):
        monkeypatch.setattr(registries, name, dict(getattr(registries, name)))


def reader(*roles: str) -> Any:
    """Somebody who holds these roles today."""
    user = SimpleNamespace(
        is_authenticated=True, name="李敏", get_username=lambda: "limin", access=SimpleNamespace(roles=frozenset(roles))
    )
    return user


def request_of(user: Any, path: str = "/") -> Any:
    request = RequestFactory().get(path)
    request.user, request.session = user, SessionStore()
    return request


def test_the_home_page_searches_the_catalogue(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert 'role="search"' in page
    assert page.count("<li><a href=") >= 6
    assert "Sign in or register" in page


def test_the_home_page_shows_figures_and_life_events_that_apps_give(client: Client, registered: None) -> None:
    tiles = [HomeTile("Births", "Birth in one go", "/catalogue/?event=birth")]
    registries.register_home_figure("t", lambda: HomeFigure("Items", "1,135"))
    registries.register_home_figure("none", lambda: None)
    registries.register_home_section("t", lambda: HomeSection("For people", tiles, "All 312", "/catalogue/?for=people"))
    registries.register_home_section("empty", lambda: HomeSection("Nothing in it", []))
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert "1,135" in page
    assert "/catalogue/?event=birth" in page
    assert "Nothing in it" not in page


def test_chinese_is_spoken_to_whoever_asks_for_neither_language(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="zh-Hans">' in page


def test_the_large_print_version_is_a_cookie_and_comes_back_to_the_page(client: Client) -> None:
    answer = client.post("/elder/", {"elder": "1", "next": "/help/?a=1"})
    assert answer.headers["Location"] == "/help/?a=1"
    assert client.cookies["elder"].value == "1"
    assert client.cookies["elder"]["httponly"]
    assert 'class="elder"' in client.get("/help/").content.decode()
    client.post("/elder/", {"elder": "0"})
    assert 'class="elder"' not in client.get("/help/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_switch_leads_to_no_other_host(client: Client, target: str) -> None:
    assert client.post("/elder/", {"elder": "1", "next": target}).headers["Location"] == "/"


def test_the_switch_takes_no_get(client: Client) -> None:
    assert client.get("/elder/").status_code == 405


def test_pages_differ_by_cookie_for_caches(client: Client) -> None:
    assert "Cookie" in client.get("/help/").headers["Vary"]


@pytest.mark.parametrize("path", ["/help/", "/centre/", "/accessibility/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_help_pages_are_there_in_both_languages(client: Client, path: str, language: str) -> None:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert "12345" in answer.content.decode()


# --- navigation and landing -----------------------------------------------------------------------------------------


def test_a_link_is_shown_to_those_whose_role_it_is_for(registered: None) -> None:
    registries.register_nav(STAFF, "Desk", "cases:desk", {"clerk"}, order=1)
    registries.register_nav(STAFF, "Board", "supervision:board", {"supervisor"}, order=2)
    clerk = [link.url_name for link in registries.nav_for(STAFF, {"clerk"})]
    assert "cases:desk" in clerk
    assert "supervision:board" not in clerk
    assert registries.nav_for(STAFF, ()) == [link for link in registries.nav_for(STAFF, ()) if not link.roles]


def test_registering_again_replaces_the_link(registered: None) -> None:
    registries.register_nav(PUBLIC, "Old", "site:help", order=1)
    registries.register_nav(PUBLIC, "New", "site:help", order=1)
    assert [link.label for link in registries.nav_for(PUBLIC, ()) if link.url_name == "site:help"] == ["New"]


def test_the_present_page_is_marked_once(registered: None) -> None:
    links = shown_nav(request_of(AnonymousUser(), "/help/"), PUBLIC)
    assert [link.url for link in links if link.current] == ["/help/"]


def test_people_land_where_their_work_is(registered: None) -> None:
    registries.register_nav(STAFF, "Desk", "cases:desk", {"clerk", "reviewer"}, order=1)
    registries.register_nav(STAFF, "Board", "supervision:board", {"supervisor"}, order=2)
    assert landing_name(frozenset({"citizen", "clerk"})) == "cases:desk"
    assert landing_name(frozenset({"citizen", "supervisor"})) == "supervision:board"
    assert landing_name(frozenset({"citizen"})) == "cases:mine"


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("supervisor", "supervision:board"),
        ("government_head", "supervision:board"),
        ("department_head", "cases:desk"),
        ("reviewer", "cases:desk"),
        ("clerk", "cases:desk"),
        ("procurement_officer", "tenders:desk"),
        ("auditor", "supervision:board"),
        ("hall_manager", "queue:overview"),
        ("hotline_dispatcher", "hotline:tickets"),
        ("hotline_operator", "calls:desk"),
        ("administrator", "people:staff"),
    ],
)
def test_a_role_lands_on_its_own_desk_whatever_stands_first_in_its_bar(role: str, page: str) -> None:
    assert landing_name(frozenset({"citizen", role})) == page


def test_strangers_are_asked_to_sign_in_before_they_land(client: Client) -> None:
    assert client.get("/start/").status_code == 302


def test_staff_find_their_desk_on_the_home_page_and_citizens_no_sign_in(registered: None) -> None:
    registries.register_nav(STAFF, "Desk", "cases:desk", {"clerk"}, order=1)
    with translation.override("en"):
        clerk = home(request_of(reader("citizen", "clerk"))).content.decode()
        citizen = home(request_of(reader("citizen"))).content.decode()
    assert "Staff workbench" in clerk
    assert "Staff workbench" not in citizen
    assert "Sign in or register" not in citizen
    assert "李敏" in citizen


def test_the_context_costs_no_query_for_a_stranger(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        context = portal(request_of(AnonymousUser()))
        assert len(context["public_nav"]) >= 3
        assert str(context["centre"].centre_name)


# --- health ---------------------------------------------------------------------------------------------------------


def test_health_says_ok_when_database_and_beat_are_well(client: Client, registered: None) -> None:
    registries.register_health("beat", lambda: HealthReading(ok=True, detail="last tick 5 s ago"))
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["checks"]["beat"] == {"ok": True, "detail": "last tick 5 s ago"}


def up_for(monkeypatch: pytest.MonkeyPatch, span: dt.timedelta) -> None:
    monkeypatch.setenv(UP_SINCE, str(time.monotonic() - span.total_seconds()))


def test_health_fails_when_beat_was_never_seen_or_is_silent(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.core.models import BeatTick
    from portal.core.time import now
    from portal.site.views.health import BEAT_SILENCE, GRACE

    up_for(monkeypatch, GRACE)
    BeatTick.objects.all().delete()
    assert client.get("/health").status_code == 503
    BeatTick.tick(now())
    assert client.get("/health").json()["checks"]["beat"]["ok"] is True
    BeatTick.tick(now() - BEAT_SILENCE * 2)
    assert client.get("/health").status_code == 503


@pytest.mark.parametrize("last_tick", [None, dt.timedelta(hours=1)])
def test_right_after_a_start_health_waits_for_the_first_tick_and_then_no_longer(
    client: Client, monkeypatch: pytest.MonkeyPatch, last_tick: dt.timedelta | None
) -> None:
    from portal.core.models import BeatTick
    from portal.core.time import now
    from portal.site.views.health import GRACE

    BeatTick.objects.all().delete()
    if last_tick is not None:
        BeatTick.tick(now() - last_tick)
    up_for(monkeypatch, dt.timedelta(seconds=1))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "starting")
    assert answer.json()["checks"]["beat"]["detail"].startswith("starting, ")
    up_for(monkeypatch, GRACE)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    up_for(monkeypatch, dt.timedelta(seconds=1))
    BeatTick.tick(now())
    assert client.get("/health").json()["status"] == "ok", "the first tick ends the start"


def test_what_breaks_right_after_a_start_is_failing_all_the_same(
    client: Client, registered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.core.models import BeatTick

    BeatTick.objects.all().delete()
    up_for(monkeypatch, dt.timedelta(seconds=1))
    registries.register_health("broken", lambda: HealthReading(ok=False))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")


def test_a_check_that_breaks_is_a_finding_and_tells_no_secret(client: Client, registered: None) -> None:
    def broken() -> HealthReading:
        raise RuntimeError("password=secret")

    registries.register_health("beat", lambda: HealthReading(ok=True))
    registries.register_health("broken", broken)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "status"), [("stale", 409), ("missing", 404), ("invalid", 422)])
def test_a_domain_error_becomes_a_page_that_says_what_to_do(client: Client, kind: str, status: int) -> None:
    answer = client.get(f"/refuse/{kind}/", headers={"accept-language": "en"})
    page = answer.content.decode()
    assert answer.status_code == status
    assert "<title>Error:" in page
    assert "Back to the home page" in page


def test_the_api_gets_problem_details(client: Client) -> None:
    answer = client.get("/api/v1/refuse/invalid/", headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Please correct what is marked below.",
        "status": 422,
        "detail": "Please correct what is marked below.",
        "code": "invalid",
        "fields": {"name": "Enter the name."},
    }


def test_whoever_asks_for_json_gets_json(client: Client) -> None:
    answer = client.get("/refuse/stale/", headers={"accept": "application/json"})
    assert answer.json()["code"] == "stale"


def test_htmx_gets_the_words_in_the_place_for_messages(client: Client) -> None:
    answer = client.get("/refuse/stale/", headers={"hx-request": "true"})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


def test_a_missing_page_is_an_error_page_or_a_problem(client: Client) -> None:
    assert "<title>Error:" in client.get("/nowhere/", headers={"accept-language": "en"}).content.decode()
    assert client.get("/api/nowhere/").json()["status"] == 404


def test_a_defect_is_answered_in_both_languages_without_details(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/breaks/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "系统暂时无法处理您的请求" in page
    assert "Something went wrong" in page
    assert "broken on purpose" not in page


def test_a_form_without_its_token_is_refused_with_a_way_on() -> None:
    answer = Client(enforce_csrf_checks=True).post("/elder/", {"elder": "1"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_the_style_guide_is_closed_in_production(client: Client, settings: Any) -> None:
    settings.DEBUG = settings.DEMO = False
    assert client.get("/styleguide/").status_code == 404
    settings.DEMO = True
    assert client.get("/styleguide/").status_code == 200
    assert client.get("/styleguide/staff/").status_code == 200


# --- other registries -----------------------------------------------------------------------------------------------


def test_panels_come_in_order_and_empty_ones_are_left_out(registered: None) -> None:
    registries.register_panel("case", "b", lambda request, case: f"<p>{case}</p>", order=2)
    registries.register_panel("case", "a", lambda request, case: "first", order=1)
    registries.register_panel("case", "none", lambda request, case: "", order=0)
    registries.register_panel("ticket", "x", lambda request, case: "other slot", order=0)
    assert registries.panels("case", request_of(AnonymousUser()), "K1") == ["first", "<p>K1</p>"]


def test_a_code_is_resolved_by_the_app_that_knows_it(registered: None) -> None:
    item = registries.ItemReference("SPJY-01", "Food business licence", "/catalogue/SPJY-01/")
    registries.register_item_codes("test", lambda code: item if code == "SPJY-01" else None)
    assert registries.item_by_code("SPJY-01") == item
    assert registries.item_by_code("nobody knows") is None


def test_every_link_of_the_navigation_has_an_address_of_the_portal_itself() -> None:
    names = [link.url_name for link in registries._nav.values()]
    assert len(names) >= 9
    for name in names:
        assert reverse(name, urlconf="portal.urls")


def test_people_of_the_staff_have_at_least_the_calendar_in_their_bar() -> None:
    assert "core:calendar" in {link.url_name for link in registries.nav_for(STAFF, {"clerk"})}
    assert {link.url_name for link in registries.nav_for(STAFF, {"citizen"})} == set()
