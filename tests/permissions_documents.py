"""What each role gets at the addresses of papers. The applicant of the cases is the table's citizen."""

from collections.abc import Mapping
from typing import Any

from approvals.cases.models import Case
from portal.core.documents import make_now
from portal.core.models import Document, DocumentCopy, Making
from portal.core.time import now
from tests import factories
from tests.permissions import STAFF, Cast, everyone, nothing, only, specialists

# A person's papers: the applicant, and whoever works on the case; nobody else, not even those who see the case masked.
READERS = ("citizen", "clerk", "reviewer", "department_head")
WORKING = READERS[1:]
NOBODY = {"pk": 2**40}


def _paper(cast: Cast) -> Document:
    """The receipt of the citizen's case, with its PDF."""
    case: Case = factories.submitted(cast.person("citizen"), factories.item(dept=cast.department))
    document = Document.objects.get(stream_id=case.pk)
    return document


def made(cast: Cast) -> Mapping[str, Any]:
    document = _paper(cast)
    Document.objects.filter(pk=document.pk).update(making=Making.WAITING)
    make_now(Document.objects.filter(pk=document.pk))
    return {"pk": document.pk}


def waiting(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _paper(cast).pk}


def failed(cast: Cast) -> Mapping[str, Any]:
    document = _paper(cast)
    Document.objects.filter(pk=document.pk).update(making=Making.FAILED)
    return {"pk": document.pk}


def copied(cast: Cast) -> Mapping[str, Any]:
    document = _paper(cast)
    DocumentCopy.objects.create(document=document, language="en", asked_at=now())
    return {"pk": document.pk}


def printed(cast: Cast) -> Mapping[str, Any]:
    """What a QR code says."""
    document = _paper(cast)
    return {"pk": document.pk, "code": document.check_code}


def of_case(factory: Any) -> Any:
    def kwargs(cast: Cast) -> Mapping[str, Any]:
        pk = factory(cast)["pk"]
        case = Case.objects.get(pk=Document.objects.get(pk=pk).stream_id)
        return {"number": case.number, "pk": pk}

    return kwargs


def on_desk(*roles: str, status: int) -> dict[str, int]:
    """`status` for the named roles; other staff see the case but no such button, citizens no such case."""
    table = only(*roles, status=status, otherwise=404)
    overseers = set(STAFF) - set(roles) - {"hall_manager"}
    return {**table, **dict.fromkeys(overseers, 403)}


def hidden(*roles: str, status: int) -> dict[str, int]:
    """The same where the others may not even read the paper: for them there is none."""
    return only(*roles, status=status, otherwise=404)


ROWS = [
    ("core:check", nothing, everyone()),
    ("core:check", nothing, everyone(422), "post"),
    ("core:check-file", nothing, everyone()),
    ("core:check-file", nothing, everyone(422), "post"),
    ("core:checked", printed, everyone()),
    ("core:checked", printed, everyone(422), "post"),
    ("core:checked", lambda _cast: {"pk": 1, "code": "AAAAAAAA"}, everyone(422)),
    ("core:document", made, only(*READERS, otherwise=404)),
    ("core:document", waiting, only(*READERS, otherwise=404)),
    ("core:document", lambda _cast: NOBODY, only(otherwise=404)),
    ("core:document-copy", copied, only(*READERS, otherwise=404)),
    ("core:document-copy-ask", waiting, only(*READERS, status=302, otherwise=404), "post"),
    ("core:document-again", failed, {**only(*WORKING, status=302, otherwise=404), "citizen": 403}, "post"),
    ("cases:paper-send", of_case(waiting), {**on_desk(*WORKING, status=302), **specialists(404)}, "post"),
    ("cases:paper-again", of_case(failed), hidden(*WORKING, status=302), "post"),
]
