"""Structured logs: one JSON object a line, with the request's id, without personal data."""

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Keys whose values never reach a log, wherever they come from.
PERSONAL_KEYS = frozenset(
    {"password", "phone", "mobile", "address", "email", "id_number", "resident_number", "uscc", "name", "username"}
    | {"otp", "token", "authorization", "cookie", "session", "body", "text", "payload", "context", "query_code"}
)
# Long digit strings in free text: resident numbers (18, the last may be X), mobile numbers (11).
LONG_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")
QUERY = re.compile(r"\?\S*")
EventDict = MutableMapping[str, Any]


def drop_personal(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Remove personal keys and mask what looks like an identity or phone number, at any depth."""
    for key in list(event):
        event[key] = "[removed]" if key.lower() in PERSONAL_KEYS else _clean(event[key])
    if isinstance(event.get("request"), str):
        event["request"] = QUERY.sub("?[removed]", event["request"])
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return LONG_NUMBERS.sub("[removed]", value)
    if isinstance(value, dict):
        return {key: "[removed]" if str(key).lower() in PERSONAL_KEYS else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def formatter() -> logging.Formatter:
    """The formatter that settings.LOGGING names; it serves structlog's and the standard library's loggers alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            drop_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
