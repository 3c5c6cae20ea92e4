"""How often a stranger may ask: requests of the API by the minute in the cache, files by the hour in the database."""

import time

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from portal.core.crypto import blind_now
from portal.people import throttle

REQUESTS_A_MINUTE = 120
FILES_AN_HOUR = 300
PREPARED_AN_HOUR = 20


class PublicThrottle(BaseThrottle):
    """At most `REQUESTS_A_MINUTE` of one sender, who is kept as a digest; the answer says when to come again."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        who = blind_now("throttle:opengov", throttle.sender_of(request._request))
        key = f"opengov-rate:{who}:{int(time.time() // 60)}"
        try:
            count = cache.incr(key)
        except ValueError:
            count = 1 if cache.add(key, 1, timeout=120) else cache.incr(key)
        return bool(count <= REQUESTS_A_MINUTE)

    def wait(self) -> float:
        return 60 - time.time() % 60


def count_file(request: HttpRequest) -> None:
    """One more file for this sender. Raises TooMany past the limit of the hour."""
    throttle.count("opengov.file", throttle.sender_of(request), limit=FILES_AN_HOUR)


def count_prepared(request: HttpRequest) -> None:
    """One more large file for this sender. Raises TooMany past the limit of the hour."""
    throttle.count("opengov.prepare", throttle.sender_of(request), limit=PREPARED_AN_HOUR)
