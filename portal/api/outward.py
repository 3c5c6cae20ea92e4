"""Calls to the outside that cannot be turned inward: the address is resolved, checked, and that very address is called.

A receiver's name may point anywhere, also at this machine or at the cloud's metadata service. So every address that the
name has must be public, or lie in a network that the installation has opened (`WEBHOOK_NETWORKS`: a government intranet
is private too). Redirects are not followed, and of the answer no more than its beginning is read.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TIMEOUT_SECONDS = 10.0
READ_AT_MOST = 4096
LOWEST_FREE_PORT = 1024
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # reaches any IPv4 address through a translator


class Forbidden(Exception):
    """This address is not called."""


@dataclass(frozen=True)
class Answer:
    """What came of a call: a status, or an error in plain words; and how long it took."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def fault_of(url: str) -> str | Promise | None:
    """Why this address is not taken for a webhook; None when it is. Looks at the text alone."""
    if not url.isascii() or any(one.isspace() or ord(one) < 33 for one in url):
        return _("Write the address without blanks and in ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("This is no web address.")
    if not parts.hostname or parts.username or parts.password or parts.fragment:
        return _("This is no web address.")
    is_local = settings.DEMO and parts.hostname in LOCAL
    if parts.scheme != "https" and not (parts.scheme == "http" and is_local):
        return _("The address must begin with https://.")
    if port is not None and port != 443 and port < LOWEST_FREE_PORT:
        return _("Use port 443 or one above 1023.")
    return None


def is_open(address: str) -> bool:
    """Whether an address may be called."""
    place = ipaddress.ip_address(address)
    mapped = getattr(place, "ipv4_mapped", None) or getattr(place, "sixtofour", None)
    if mapped is not None:
        return is_open(str(mapped))
    if any(place in ipaddress.ip_network(one) for one in settings.WEBHOOK_NETWORKS):
        return True
    if settings.DEMO and place.is_loopback:
        return True
    return place.is_global and not place.is_multicast and place not in NAT64


def resolved(host: str, port: int) -> str:
    """One address of the host. Raises Forbidden when any of them may not be called, OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not addresses or not all(is_open(one) for one in addresses):
        raise Forbidden
    return addresses[0]


class _Plain(http.client.HTTPConnection):
    """Connects to an address that was checked, and names the host."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT_SECONDS)


class _Secure(http.client.HTTPSConnection):
    """The same over TLS: the certificate must be the host's."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self.tls = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT_SECONDS, context=self.tls)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT_SECONDS)
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body, and say what came of it. Never raises for what the receiver or the network does."""
    started = time.monotonic()
    status, error = None, ""
    try:
        status = _post(url, body, headers)
        if 300 <= status < 400:
            error = "redirect, not followed"
    except Forbidden:
        error = "address not allowed"
    except TimeoutError:
        error = "timeout"
    except ssl.SSLError as failure:
        error = f"TLS: {failure.reason or 'failed'}"[:200]
    except (OSError, http.client.HTTPException, ValueError) as failure:
        error = type(failure).__name__
    return Answer(status, error, int((time.monotonic() - started) * 1000))


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    if fault_of(url) is not None:
        raise Forbidden
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    connection = (_Secure if secure else _Plain)(host, port, resolved(host, port))
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        response.read(READ_AT_MOST)
        return response.status
    finally:
        connection.close()
