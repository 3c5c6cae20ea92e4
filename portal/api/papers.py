"""The papers of a case as documents of the API: each with its number, downloaded as the PDF that people get."""

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.cases.papers import papers_about
from portal.api.documents import Document, NotMadeYet, register_documents
from portal.core import documents, files
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.models import Document as Paper
from portal.core.models import Making

MIME = "application/pdf"


def connect() -> None:
    """Called once, in the app's ready()."""
    register_documents("papers", papers_of)


def papers_of(case: Case) -> Iterator[Document]:
    """The papers, newest first; one query. Those that no longer hold are named, too, and say so in the title."""
    for paper in papers_about(case).select_related("file"):
        yield Document(
            code=f"paper-{paper.pk}",
            title=_titled(paper),
            mime=MIME,
            open=partial(_content, paper),
            made_at=paper.made_at,
            what="paper",
            number=paper.number,
        )


def _titled(paper: Paper) -> str:
    named = f"{paper.local_title} {paper.number}"
    return named if paper.holds else f"{named} ({paper.get_state_display()})"


def _content(paper: Paper, reader: Actor) -> bytes:
    """The PDF. Raises NotFound for who may not read it, NotMadeYet (and has it made, when nobody did so far)."""
    if reader.user is None or not documents.may_read(reader.user, paper):
        raise NotFound()
    if paper.making == Making.ON_REQUEST:
        documents.ask_making(reader, paper.pk)
    if paper.making == Making.FAILED:
        raise NotMadeYet(_("The PDF could not be made yet. The department sees this, too."))
    if paper.file is None:
        raise NotMadeYet()
    with files.open_file(paper.file) as content:
        return bytes(content.read())
