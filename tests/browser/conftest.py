"""A real Chromium for the browser tests: pages by language and width, axe, and a watch on the console."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser import patience

HERE = Path(__file__).parent
AXE = HERE / "vendor" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESKTOP, PHONE, NARROW = 1366, 390, 320
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
# One rule set for every page: WCAG 2.2 AA and what axe calls best practice.
AXE_RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then(found => found.violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).join(" | ")))"""

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail(f"no Chromium at {CHROMIUM}")
        pytest.skip(f"no Chromium at {CHROMIUM}")
    # Playwright keeps an event loop in this thread; Django would take the tests' own queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        expect.set_options(timeout=patience.SHOWN)
        with patience.clicks_that_wait():
            yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(live_server: Any) -> patience.Server:
    """The live server, which knows how many answers it is still giving."""
    return patience.Server(live_server)


@pytest.fixture
def _plain_static(settings: Any) -> None:
    """Static files by their own names: the manifest exists only where `collectstatic` ran."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class Watch:
    """What the browser complained about; a page that breaks its own content policy says so here."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.allowed: tuple[str, ...] = ()

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def on_error(self, error: Any) -> None:
        self.complaints.append(f"script: {error}")

    def allow(self, *parts: str) -> None:
        """Expected complaints, for instance the status of an error page."""
        self.allowed += parts

    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(part in text for part in self.allowed)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert not watch.unexpected()


@pytest.fixture
def open_page(chromium: Browser, server: patience.Server, _plain_static: None, watch: Watch) -> Iterator[OpenPage]:
    """`open_page("/", language="zh", width=1366, js=True, elder=False, user=None)` → a Playwright page."""
    contexts = []

    def open_(
        path: str, *, language: str = "zh", width: int = DESKTOP, js: bool = True, elder: bool = False, user: Any = None
    ) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            locale=LOCALES[language],
            viewport={"width": width, "height": 900},
            java_script_enabled=js,
            reduced_motion="reduce",
        )
        contexts.append(context)
        cookies = [{"name": "elder", "value": "1"}] if elder else []
        if user is not None:
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session_of(user)})
        context.add_cookies([{**cookie, "url": server.url} for cookie in cookies])  # type: ignore[typeddict-item]
        context.set_default_timeout(patience.SHOWN)
        context.set_default_navigation_timeout(patience.ARRIVED)
        page = context.new_page()
        patience.follow(page, js=js)
        page.on("console", watch.on_console)
        page.on("pageerror", watch.on_error)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    server.rest()  # before the tables are emptied under it


def session_of(user: Any) -> str:
    """The session key of a fresh sign-in, without the sign-in page."""
    client = Client()
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands; evaluated from outside, so the content policy stays on."""
    page.wait_for_load_state()  # a click that led elsewhere returns before the new page is whole
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(AXE_RUN)
    return found


def sideways(page: Page) -> int:
    """By how many pixels the page scrolls sideways."""
    page.wait_for_load_state()
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page in the data directory, to be looked at."""
    folder = Path(settings.DATA_DIR) / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
