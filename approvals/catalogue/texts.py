"""Names and texts in the reader's language: the Chinese one always exists, the English one beside it may be missing."""

from typing import Any

from django.utils.translation import get_language


def in_english() -> bool:
    """The reader has chosen English."""
    return (get_language() or "").startswith("en")


def localised(thing: Any, field: str) -> str:
    """`field` or `field_en` of an object, by the active language; the Chinese text where English is missing."""
    if in_english():
        return getattr(thing, f"{field}_en", "") or getattr(thing, field)
    return str(getattr(thing, field))


def localised_key(data: dict[str, Any], key: str) -> str:
    """The same for a dictionary, for instance a step of the guide or a field of a form."""
    if in_english():
        return str(data.get(f"{key}_en") or data.get(key) or "")
    return str(data.get(key) or "")
