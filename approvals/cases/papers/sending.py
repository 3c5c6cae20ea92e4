"""Sending a paper once more: the applicant is told anew, and the case's trail says who did it."""

from django.urls import reverse

from approvals.cases.actions.steps import locked
from approvals.cases.papers import policies
from approvals.cases.papers.registrations import SENT_AGAIN
from approvals.cases.papers.steps import papers_about
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.models import Document
from portal.core.notifications import Words, notify


@action
def send_again(actor: Actor, case_id: int, document_id: int) -> Document:
    """Tell the applicant of a paper again. Raises NotFound, NotAllowed, WrongState (nobody to tell, or no longer valid)."""
    case = locked(case_id, actor)
    document = papers_about(case).filter(pk=document_id).first()
    if document is None:
        raise NotFound()
    if actor.user is None or not policies.may_manage(actor.user, case):
        raise NotAllowed()
    if case.applicant is None or not document.holds:
        raise WrongState()
    names = Words(f"《{document.title}》（{document.number}）", f"{document.title_en} ({document.number})")
    told = {"number": case.number, "paper": names}
    path = f"{reverse('cases:detail', args=[case.number])}#papers"
    notify(case.applicant, SENT_AGAIN.code, told, about=("cases.case", case.pk), path=path)
    data = {"paper": document.number, "title": document.title, "title_en": document.title_en}
    record(case, "case.paper_sent", actor, from_state=case.state, to_state=case.state, data=data)
    return document
