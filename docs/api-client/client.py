"""A small client of the portal's interface for departments' own systems. One file, the standard library alone.

    portal = Portal("https://portal.example", token="hzt_…")
    for case in portal.pages("/cases", state="submitted"):
        print(case["number"])
    made = portal.file({"external_id": "OA-1", "item": "SCJG-001", "applicant": {"type": "person", "name": "王小明"}})
    portal.take(made["id"], "accept")

What it does for you: follows cursors, sends one Idempotency-Key for all attempts of one call, reads the ETag and sends
it as If-Match, waits as long as Retry-After says, and checks the signatures of webhooks. Run it as a program to try:
`python client.py https://portal.example TOKEN`, or `python client.py --receive 8400 SECRET` to receive webhooks.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TRIES = 5
RETRY = {429, 502, 503, 504}
TOLERANCE_SECONDS = 300  # of a webhook's moment: an old message sent again by a stranger is refused


class Problem(Exception):
    """A refusal of the portal. `code` is for programs, `detail` for people, `errors` names each wrong place."""

    def __init__(self, status, body):
        self.status, self.body = status, body
        self.code, self.detail = body.get("code", ""), body.get("detail", "")
        self.errors = body.get("errors", [])
        super().__init__(f"{status} {self.code}: {self.detail} {self.errors or ''}".strip())


class Answer(dict):
    """The JSON of an answer, with the status and the ETag beside it."""

    status = 0
    etag = ""


class Portal:
    """One connection's worth of calls; safe to share between threads."""

    def __init__(self, address, token, *, language="zh-CN", timeout=30, tries=TRIES, sleep=time.sleep):
        self.base = address.rstrip("/") + "/api/v1"
        self.token, self.language, self.timeout, self.tries, self.sleep = token, language, timeout, tries, sleep

    def call(self, method, path, body=None, *, query=None, headers=None, raw=None, content_type="application/json"):
        """One call, tried again while that can help. A POST must carry an Idempotency-Key to be tried again."""
        url = self.base + path + ("?" + urllib.parse.urlencode(query) if query else "")
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        sent = {
            "Authorization": "Bearer " + self.token,
            "Accept-Language": self.language,
            **({"Content-Type": content_type} if data is not None else {}),
            **(headers or {}),
        }
        again = method in ("GET", "PUT", "DELETE") or "Idempotency-Key" in sent
        for attempt in range(1, self.tries + 1):
            try:
                request = urllib.request.Request(url, data=data, headers=sent, method=method)
                with urllib.request.urlopen(request, timeout=self.timeout) as response:
                    return _answer(response.status, response.headers, response.read())
            except urllib.error.HTTPError as error:
                body_of = error.read()
                if error.code not in RETRY or not (again or error.code == 429) or attempt == self.tries:
                    raise Problem(error.code, _json(body_of)) from None
                wait = error.headers.get("Retry-After") or ""
                self.sleep(int(wait) if wait.isdigit() else 2**attempt)
            except (urllib.error.URLError, TimeoutError, ConnectionError):
                if not again or attempt == self.tries:
                    raise
                self.sleep(2**attempt)
        raise AssertionError("unreachable")

    def get(self, path, **query):
        return self.call("GET", path, query=query)

    def pages(self, path, **query):
        """Every row of a list, page after page."""
        cursor = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["results"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def file(self, filing, *, key=None):
        """Send a filing in. Whatever happens on the way, the same key files it once."""
        return self.call("POST", "/cases", filing, headers={"Idempotency-Key": key or new_key()})

    def file_package(self, filing, *, key=None):
        """The same for a package: one case for each item, all or none."""
        return self.call("POST", "/package-filings", filing, headers={"Idempotency-Key": key or new_key()})

    def leave(self, name, content, *, mime="application/pdf"):
        """A file for a package that is filed next: its id goes into `files` or `principal.power_of_attorney`."""
        return self.send_file("/uploads", name, content, mime, {})["id"]

    def take(self, case_id, code, inputs=None, *, etag=None, key=None):
        """Take a step for the state that was read: `etag` of that reading, or of one made now."""
        seen = etag or self.get(f"/cases/{case_id}").etag
        headers = {"If-Match": seen, "Idempotency-Key": key or new_key()}
        return self.call("POST", f"/cases/{case_id}/transitions/{code}", {"inputs": inputs or {}}, headers=headers)

    def upload(self, case_id, name, content, *, material=None, mime="application/pdf"):
        """A file for a draft or a supplement. Not tried again by itself: look at the list first."""
        return self.send_file(f"/cases/{case_id}/materials", name, content, mime, {"material": material})

    def bring(self, case_id, promise_id, name, content, *, mime="application/pdf", key=None):
        """What was promised for later (`GET /cases/{id}/promises`). The same key brings it once."""
        path = f"/cases/{case_id}/promises/{promise_id}/bring"
        return self.send_file(path, name, content, mime, {}, headers={"Idempotency-Key": key or new_key()})

    def send_file(self, path, name, content, mime, fields, *, headers=None):
        """A form with one file, as multipart/form-data."""
        border = os.urandom(16).hex()
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
            if value is not None
        ]
        quoted = name.replace('"', "%22")
        place = f'Content-Disposition: form-data; name="file"; filename="{quoted}"'
        head = f"--{border}\r\n{place}\r\nContent-Type: {mime}\r\n\r\n"
        raw = b"".join(parts) + head.encode() + content + f"\r\n--{border}--\r\n".encode()
        form = f"multipart/form-data; boundary={border}"
        return self.call("POST", path, raw=raw, content_type=form, headers=headers)

    def download(self, path):
        """The bytes of a file."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": "Bearer " + self.token})
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            return response.read()


def new_key():
    """A key for one call, kept for all its attempts."""
    return os.urandom(16).hex()


def _answer(status, headers, raw):
    found = Answer(_json(raw))
    found.status, found.etag = status, headers.get("ETag", "")
    return found


def _json(raw):
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {"detail": raw[:200].decode("utf-8", "replace")}
    return found if isinstance(found, dict) else {"value": found}


# --- webhooks ---------------------------------------------------------------------------------------------------------


class BadSignature(Exception):
    """This message is not from the portal, or too old."""


def verify(secret, headers, body, *, now=None):
    """The message of a webhook, if it is the portal's. `headers` by small letters; `body` as it came, byte for byte.

    Keep `webhook-id` and drop what you have had: a message may come twice.
    """
    try:
        uid, moment = headers["webhook-id"], int(headers["webhook-timestamp"])
        given = headers["webhook-signature"].split()
    except (KeyError, ValueError):
        raise BadSignature("headers are missing") from None
    if abs((time.time() if now is None else now) - moment) > TOLERANCE_SECONDS:
        raise BadSignature("too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{uid}.{moment}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(expected).decode()
    if not any(hmac.compare_digest(one, wanted) for one in given):
        raise BadSignature("wrong signature")
    return json.loads(body)


def receiver(port, secret, handle, *, host="127.0.0.1"):
    """A server that answers 204 once `handle(uid, message)` has returned, and 401 to strangers; call serve_forever()."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), 1_000_000))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                handle(headers.get("webhook-id"), verify(secret, headers, body))
                status = 204
            except BadSignature:
                status = 401
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args):
            pass

    return ThreadingHTTPServer((host, port), Handler)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--receive":
        receiver(int(arguments[1]), arguments[2], lambda uid, message: print(uid, message)).serve_forever()
    elif len(arguments) == 2:
        portal = Portal(*arguments)
        print(json.dumps(portal.get("/me"), ensure_ascii=False, indent=2))
        for number, case in enumerate(portal.pages("/cases")):
            print(case["number"], case["state"], case["promised_due_on"])
            if number == 19:
                break
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
