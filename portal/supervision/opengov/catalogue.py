"""The catalogue of open data for people and for programs: licence, cycles, dictionaries, DCAT, Frictionless packages."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.centre import centre
from portal.core.datasets import Column, Dataset, Span
from portal.core.registries import Text
from portal.supervision.opengov.models import DatasetEdition
from portal.supervision.opengov.reading import FORMATS, file_name
from portal.supervision.opengov.writers import MIME, as_json, note_of

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
CYCLES: dict[str, Text] = {
    "live": pgettext_lazy("update cycle", "at once"),
    "daily": pgettext_lazy("update cycle", "daily"),
    "weekly": pgettext_lazy("update cycle", "weekly"),
    "monthly": pgettext_lazy("update cycle", "monthly"),
    "yearly": pgettext_lazy("update cycle", "yearly"),
}
# The frequencies of the European publications office, which DCAT catalogues name.
FREQUENCIES = {"live": "UPDATE_CONT", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "ANNUAL"}
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
TYPES: dict[str, Text] = {
    "text": pgettext_lazy("column type", "Text"),
    "integer": pgettext_lazy("column type", "Whole number"),
    "number": pgettext_lazy("column type", "Number"),
    "boolean": pgettext_lazy("column type", "True or false"),
    "date": pgettext_lazy("column type", "Day"),
    "moment": pgettext_lazy("column type", "Moment"),
}
FIELD_TYPES = {"text": "string", "moment": "datetime"}  # of a Frictionless table schema, where they differ from ours
NOTES: dict[str, Text] = {
    "date": _("Year-month-day."),
    "moment": _("With the offset of Shanghai, +08:00."),
}


def absolute(path: str) -> str:
    """The address as other sites know it."""
    return settings.SITE_URL.rstrip("/") + path


def dictionary(one: Dataset) -> list[dict[str, Any]]:
    """The columns as programs and the dictionary's files have them."""
    return [
        {
            "name": column.name,
            "title": str(column.title),
            "type": column.type,
            "unit": str(column.unit),
            "note": str(column.note),
            "codes": {code: str(meaning) for code, meaning in column.codes.items()},
        }
        for column in one.columns
    ]


def dictionary_rows(one: Dataset) -> Iterable[tuple[Column, Text, str]]:
    """For the page: the column, its type in words, its note with the codes."""
    for column in one.columns:
        note = " ".join(part for part in (str(NOTES.get(column.type, "")), note_of(column)) if part)
        yield column, TYPES.get(column.type, column.type), note


def summary(one: Dataset, edition: DatasetEdition | None) -> dict[str, Any]:
    """A dataset as the API lists it."""
    return {
        "code": one.code,
        "title": str(one.title),
        "about": str(one.about),
        "publisher": str(one.publisher),
        "licence": LICENCE["name"],
        "cycle": one.cycle,
        "whole": one.whole,
        "changed_at": as_json(edition.changed_at) if edition else None,
        "formats": list(FORMATS),
        "page": absolute(reverse("opengov:dataset", args=[one.code])),
    }


def dcat(listed: Iterable[Dataset], editions: dict[str, DatasetEdition]) -> dict[str, Any]:
    """The catalogue in the terms of DCAT 3, as JSON-LD."""
    here = absolute(reverse("opengov:catalogue"))
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": centre().site_name,
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": centre().centre_name},
        "dct:license": {"@id": LICENCE["path"]},
        "dcat:dataset": [_dcat_dataset(one, editions.get(one.code)) for one in listed],
    }


def _dcat_dataset(one: Dataset, edition: DatasetEdition | None) -> dict[str, Any]:
    found = {
        "@id": absolute(reverse("opengov:dataset", args=[one.code])),
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": str(one.title),
        "dct:description": str(one.about),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": str(one.publisher)},
        "dct:license": {"@id": LICENCE["path"]},
        "dct:accrualPeriodicity": {"@id": FREQUENCY + FREQUENCIES[one.cycle]},
        "dcat:distribution": [_distribution(one, format) for format in FORMATS],
    }
    if edition is not None:
        found["dct:modified"] = {"@type": "xsd:dateTime", "@value": as_json(edition.changed_at)}
    return found


def _distribution(one: Dataset, format: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": str(FORMATS[format]),
        "dcat:mediaType": MIME[format].partition(";")[0],
        "dcat:downloadURL": {"@id": absolute(reverse("opengov:download", args=[one.code, format]))},
    }


def datapackage(one: Dataset, span: Span) -> dict[str, Any]:
    """The dataset as a Frictionless data package; `path` is the CSV of the period that was asked for."""
    period = "" if one.whole else f"?first={span.first}&last={span.last}"
    return {
        "profile": "tabular-data-package",
        "name": one.code,
        "title": str(one.title),
        "description": str(one.about),
        "homepage": absolute(reverse("opengov:dataset", args=[one.code])),
        "licenses": [LICENCE],
        "contributors": [{"title": str(one.publisher), "role": "publisher"}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": one.code,
                "path": absolute(reverse("opengov:download", args=[one.code, "csv"])) + period,
                "title": file_name(one, span, "csv"),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
                "schema": {"fields": [_field(column) for column in one.columns], "missingValues": [""]},
            }
        ],
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "title": str(column.title),
        "type": FIELD_TYPES.get(column.type, column.type),
    }
    note = note_of(column)
    if column.unit:
        found["unit"] = str(column.unit)
    if note:
        found["description"] = note
    if column.codes:
        found["constraints"] = {"enum": list(column.codes)}
    return found
