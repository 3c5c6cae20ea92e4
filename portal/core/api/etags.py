"""Entity tags: of a reading, so that it need not be sent twice; of a state, so that no newer one is overwritten."""

import hashlib
import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from rest_framework.response import Response

from portal.core.api.problems import PreconditionMissing, StaleState

_VERSION = re.compile(r'(?:W/)?"?v?(\d{1,9})"?')


def tagged(request: HttpRequest, data: Any) -> Response:
    """The data with its tag; 304 without a body for a reader who has it already."""
    text = json.dumps(data, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    tag = '"' + hashlib.blake2b(text.encode(), digest_size=15).hexdigest() + '"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    response = Response(status=304) if tag in known or "*" in known else Response(data)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def version_tag(version: int) -> str:
    """The tag of a state."""
    return f'"v{version}"'


def version_asked(request: HttpRequest) -> int:
    """The state that a step is meant for, from If-Match. Raises PreconditionMissing, StaleState for a foreign tag."""
    text = request.headers.get("If-Match", "").strip()
    if not text:
        raise PreconditionMissing
    found = _VERSION.fullmatch(text)
    if found is None:
        raise StaleState
    return int(found.group(1))
