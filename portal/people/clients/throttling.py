"""How often a client may ask: a count for each minute in the cache, the limit on the client's row."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView


class ClientThrottle(BaseThrottle):
    """At most `rate_per_minute` requests of one client, over all its tokens; the answer says when to come again."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if request.auth is None:
            return True
        token: Any = request.auth
        client = token.client
        key = f"api-rate:{client.pk}:{int(time.time() // 60)}"
        try:
            count = cache.incr(key)
        except ValueError:
            count = 1 if cache.add(key, 1, timeout=120) else cache.incr(key)
        return bool(count <= client.rate_per_minute)

    def wait(self) -> float:
        return 60 - time.time() % 60
