"""A small platform of a district on this machine, to try against: it checks signatures, takes each key once, keeps what
it got in order, reports back over HTTP, and is down or refuses when told to."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.districts.objects import SECRET


class Peer:
    """`trouble` are answers given instead, one after another; `lose` takes a message and fails afterwards."""

    def __init__(self) -> None:
        self.got: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.trouble: list[int] = []
        self.lose = 0
        self.url = ""
        self.down = False

    @property
    def kinds(self) -> list[str]:
        return [one["kind"] for one in self.got.values()]

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        status, answer = self._taken(environ, body)
        start(f"{status} .", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _taken(self, environ: dict[str, Any], body: bytes) -> tuple[int, dict[str, str]]:
        if self.down:
            return 503, {}
        moment = environ.get("HTTP_X_TIMESTAMP", "")
        if not hmac.compare_digest(environ.get("HTTP_X_SIGNATURE", ""), sign(moment, body)):
            return 401, {}
        if self.trouble:
            return self.trouble.pop(0), {}
        key = environ["HTTP_IDEMPOTENCY_KEY"]
        first = self.got.setdefault(key, json.loads(body))
        if first != json.loads(body):
            return 409, {}
        if self.lose:
            self.lose -= 1
            return 504, {}
        return 200, {"number": f"XSQ-{list(self.got).index(key) + 1}"}


def sign(moment: str, body: bytes) -> str:
    return hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@contextmanager
def peer() -> Iterator[Peer]:
    found = Peer()
    server = make_server("127.0.0.1", 0, found, handler_class=_Quiet)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/in"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
