"""A small provincial platform on this machine: it checks signatures, takes each key once, and fails when told to."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

SECRET = "shared between city and province"


class Platform:
    """`trouble` are answers given instead, one after another; `lose` takes a message and fails afterwards."""

    def __init__(self) -> None:
        self.got: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self.trouble: list[int] = []
        self.lose = 0
        self.url = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.calls += 1
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        status, answer = self._taken(environ, body)
        start(f"{status} .", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _taken(self, environ: dict[str, Any], body: bytes) -> tuple[int, dict[str, str]]:
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
        return 200, {"receipt": f"R-{list(self.got).index(key) + 1}"}


def sign(moment: str, body: bytes) -> str:
    return hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@contextmanager
def platform() -> Iterator[Platform]:
    found = Platform()
    server = make_server("127.0.0.1", 0, found, handler_class=_Quiet)  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/exchange"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
