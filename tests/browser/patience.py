"""Waiting for a page on a busy machine: clicks that see their own consequences, conditions asked again, a server at rest.

A click returns when the browser has taken it, and on a busy machine that is before the page it leads to has arrived. What
is asked of the page then is answered by the old one, and a `goto` takes the form off its way. So every click here waits
until what it asked of the server has been answered. What a page does afterwards by its own script is not waited for: ask
it with `expect(…)`, which asks again, or with `soon(…)` where the question goes to the database.
"""

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Error, Locator, Page, Request

SHOWN, ARRIVED = 30_000, 60_000  # milliseconds for something to be shown, and for a page to arrive
PAUSE = 20  # milliseconds between two questions
# Lets the page run what the click has put in line: a form is sent by a task of its own. Without scripts the question alone.
IN_LINE = "() => new Promise(done => setTimeout(() => setTimeout(done)))"
_under_way: WeakKeyDictionary[Page, dict[Request, bool]] = WeakKeyDictionary()
_scripted: WeakKeyDictionary[Page, bool] = WeakKeyDictionary()


def follow(page: Page, *, js: bool) -> None:
    """Know from now on which answers this page is waiting for."""
    waiting: dict[Request, bool] = {}
    _under_way[page], _scripted[page] = waiting, js

    def asks(request: Request) -> None:
        if request.resource_type in {"document", "xhr", "fetch"}:
            waiting[request] = True

    def answered(request: Request) -> None:
        waiting.pop(request, None)

    page.on("request", asks)
    page.on("requestfinished", answered)
    page.on("requestfailed", answered)


def arrive(page: Page) -> None:
    """Wait until what the last click asked for is there; a page that is not followed, or closed, is left alone."""
    waiting = _under_way.get(page)
    if waiting is None or page.is_closed():
        return
    with suppress(Error):  # the page goes away under the question: it is on its way to the next
        page.evaluate(IN_LINE if _scripted[page] else "0")
    asked, ends_at = list(waiting), time.monotonic() + ARRIVED / 1000
    while any(request in waiting for request in asked) and time.monotonic() < ends_at and not page.is_closed():
        page.wait_for_timeout(PAUSE)
    if not page.is_closed():
        page.wait_for_load_state("domcontentloaded")


def _arriving(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def click(target: Any, *args: Any, **options: Any) -> Any:
        outcome = method(target, *args, **options)
        if not options.get("no_wait_after"):
            arrive(target.page if isinstance(target, Locator) else target)
        return outcome

    return click


@contextmanager
def clicks_that_wait() -> Iterator[None]:
    """Inside, every click and every key pressed on an element waits for what it has set going."""
    patched = [(kind, name, getattr(kind, name)) for kind in (Page, Locator) for name in ("click", "press")]
    for kind, name, method in patched:
        setattr(kind, name, _arriving(method))
    try:
        yield
    finally:
        for kind, name, method in patched:
            setattr(kind, name, method)


def soon(holds: Callable[[], Any], page: Page | None = None, *, seconds: float = SHOWN / 1000) -> bool:
    """Whether this comes true within some seconds: for what a page tells the server without showing that it is done.

    A page that is handed over goes on living meanwhile: its own events are taken between two questions.
    """
    ends_at = time.monotonic() + seconds
    while not _holds(holds):
        if time.monotonic() > ends_at:
            return False
        if page is not None:
            page.wait_for_timeout(PAUSE)
        else:
            time.sleep(PAUSE / 1000)
    return True


def source(page: Page) -> str:
    """The whole page as it stands once it has been loaded, for what must not be in it anywhere."""
    page.wait_for_load_state()
    return page.content()


def _holds(holds: Callable[[], Any]) -> bool:
    try:
        return bool(holds())
    except Error:  # the page is on its way to another one
        return False


class _Answer:
    """An answer that is counted until it has been sent, or given up."""

    def __init__(self, body: Any, ended: Callable[[], None]) -> None:
        self.body, self.ended = body, ended

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            self.ended()


class Server:
    """A live server that says when it is at rest.

    A page that is closed leaves its last requests behind. They must not read tables that are being emptied, nor write
    into those of the next test.
    """

    def __init__(self, live_server: Any) -> None:
        self.url: str = live_server.url
        self.application = live_server.thread.httpd.get_app()
        self.answering, self.changed = 0, threading.Condition()
        live_server.thread.httpd.set_app(self)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self._count(1)
        try:
            return _Answer(self.application(environ, start_response), lambda: self._count(-1))
        except BaseException:
            self._count(-1)
            raise

    def _count(self, more: int) -> None:
        with self.changed:
            self.answering += more
            self.changed.notify_all()

    def rest(self) -> None:
        """Wait until no answer is under way."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.answering == 0, timeout=ARRIVED / 1000), "a request never ended"
