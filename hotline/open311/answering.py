"""How answers are written: JSON, or XML with the element names of GeoReport v2."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from django.http import HttpResponse

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What an element of a list is called inside the list's own element.
ITEM = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute",
    "values": "value", "endpoints": "endpoint", "formats": "format", "discovery": "discovery",
}  # fmt: skip

NOTHING: "AttributesImpl[str]" = AttributesImpl({})


def answer(root: str, data: Any, form: str, *, status: int = 200) -> HttpResponse:
    """The data as the form that the address asked for."""
    text = json.dumps(data, ensure_ascii=False) if form == "json" else as_xml(root, data)
    return HttpResponse(text, content_type=TYPES[form], status=status)


def as_xml(root: str, data: Any) -> str:
    """A list becomes an element of elements; None an empty element, true and false words."""
    out = io.StringIO()
    writer = XMLGenerator(out, "utf-8", short_empty_elements=True)
    writer.startDocument()
    _write(writer, root, data)
    return out.getvalue()


def _write(writer: XMLGenerator, name: str, value: Any) -> None:
    writer.startElement(name, NOTHING)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _write(writer, key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            _write(writer, ITEM[name], inner)
    elif isinstance(value, bool):
        writer.characters("true" if value else "false")
    elif value is not None:
        writer.characters(clean(str(value)))
    writer.endElement(name)


def clean(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(one for one in text if one in "\t\n\r" or (ord(one) >= 32 and not 0xD800 <= ord(one) <= 0xDFFF
                   and ord(one) not in (0xFFFE, 0xFFFF)))  # fmt: skip
