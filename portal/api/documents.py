"""Where upper rooms hang the documents of a case (notices, receipts, certificates), to be read through the API."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.actors import Actor
from portal.core.errors import DomainError


class NotMadeYet(DomainError):
    """The document exists, and its file does not yet."""

    code = "document_not_made"
    default_message = _("The PDF is being made. Please ask again in a minute.")


@dataclass(frozen=True)
class Document:
    """One document; `open(reader)` gives its content when it is asked for.

    `what` and `number` are what the log of viewings calls it.
    """

    code: str
    title: str
    mime: str
    open: Callable[[Actor], bytes]
    made_at: dt.datetime | None = None
    what: str = ""
    number: str = ""


_sources: dict[str, Callable[[Any], Iterable[Document]]] = {}


def register_documents(key: str, source: Callable[[Any], Iterable[Document]]) -> None:
    """`source(case)` names the documents that there are of a case; called in an app's `ready()`."""
    _sources[key] = source


def documents_of(case: Any) -> list[Document]:
    """The documents of all sources, in the order of the sources."""
    return [one for key in sorted(_sources) for one in _sources[key](case)]
