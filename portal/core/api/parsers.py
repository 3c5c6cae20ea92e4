"""JSON as strict as the databases behind it: UTF-8, bounded, no NUL, no lone surrogates, no NaN."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from portal.core.api.problems import TOO_LARGE, Problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
_SUSPICIOUS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # only an escape can bring what a text column cannot hold
_CLOSED = {"utf-8", "utf8", "us-ascii"}


class StrictJSONParser(BaseParser):
    """Reads a JSON body of at most `MAX_BYTES`. What it cannot read is 400, another charset 415, too much 413."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        charset = _charset(media_type or "")
        if charset not in _CLOSED:
            raise UnsupportedMediaType(media_type or "")
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise Problem(413, "too_large", TOO_LARGE)
        try:
            text = raw.decode("utf-8")
            found = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ParseError from None
        _check(found, 1, text=_SUSPICIOUS.search(text) is not None)
        return found


def _charset(media_type: str) -> str:
    for part in media_type.split(";")[1:]:
        name, _equals, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _check(value: Any, depth: int, *, text: bool) -> None:
    if depth > MAX_DEPTH:
        raise ParseError
    if isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth, text=text)
            _check(inner, depth + 1, text=text)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1, text=text)
    elif text and isinstance(value, str) and not storable(value):
        raise ParseError


def storable(text: str) -> bool:
    """Whether every database takes this text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)
