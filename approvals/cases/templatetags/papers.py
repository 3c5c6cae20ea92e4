"""The list of a case's papers, on the applicant's page and on the desk."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from approvals.cases.models import Case
from approvals.cases.papers import papers_about, policies
from portal.core.models import Document
from portal.core.models.documents import DocumentCopy
from portal.core.templatetags.portal import state_tag

register = template.Library()
MAKING_TONES = {"ready": "green", "failed": "red", "waiting": "blue", "on_request": "grey"}


@dataclass(frozen=True)
class Row:
    """One paper, and its English copy when somebody asked for it."""

    document: Document
    copy: DocumentCopy | None

    @property
    def failed(self) -> bool:
        return self.document.making == "failed" or (self.copy is not None and self.copy.making == "failed")

    @property
    def problem(self) -> str:
        return self.document.problem or (self.copy.problem if self.copy else "")


def rows_of(case: Case) -> list[Row]:
    """The papers, newest first, with their copies. Two queries."""
    documents = papers_about(case).prefetch_related("copies")
    return [Row(one, next(iter(one.copies.all()), None)) for one in documents]


@register.inclusion_tag("cases/citizen/papers.html", takes_context=True)
def papers_of_applicant(context: Context, case: Case) -> dict[str, Any]:
    """The applicant's papers with their downloads."""
    return {"rows": rows_of(case), "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("cases/desk/papers.html", takes_context=True)
def papers_on_desk(context: Context, case: Case) -> dict[str, Any]:
    """The desk's list: state of the making, print, send again."""
    user: Any = context["request"].user
    return {
        "case": case,
        "rows": rows_of(case),
        "may_read": policies.may_read(user, case),
        "may_manage": policies.may_manage(user, case),
        "query": context["place"].query,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.simple_tag
def making_tag(rendering: Any) -> SafeString:
    """How far the PDF is."""
    return state_tag(rendering.get_making_display(), MAKING_TONES.get(rendering.making, "grey"))
