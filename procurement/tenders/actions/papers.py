"""Documents and who takes them, questions and answers, subscriptions."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.rules import rule
from portal.core.time import local_date, now, today
from procurement.bidders.agents import organisation_for
from procurement.bidders.models import Bidder
from procurement.bidders.standing import check_may_bid
from procurement.fixed import facts
from procurement.models import Category, Method
from procurement.tenders import notices, policies
from procurement.tenders.actions.announcing import change, refuse_once_closed
from procurement.tenders.actions.common import attach_documents, locked, locked_public, person
from procurement.tenders.actions.inviting import check_invited
from procurement.tenders.lifecycle import BEFORE, TENDER
from procurement.tenders.models import Document, Download, Project, Question, Subscription
from procurement.tenders.rules import OBJECTION

FILE_KIND = "tenders.document"
QUESTIONS_OPEN = ("announced", "receiving")
BEFORE_KINDS = (Document.Kind.TENDER, Document.Kind.DRAWING)
BY_CHANGE = _(
    "The tender has been announced. Files come with a change from now on: publish a change and send them with it, so"
    " that the deadline keeps its period and everybody who took the documents is told."
)


class SignInFirst(DomainError):
    """The documents are for registered bidders."""

    code = "bidders_only"
    status = 403
    default_message = _("These documents are for registered bidders. Register your organisation as a bidder first.")


@action
def add_documents(actor: Actor, project_id: int, uploads: Sequence[StoredFile], *, kind: str) -> list[Document]:
    """Add files to the documents before the announcement. Raises NotAllowed, WrongState, Invalid.

    Afterwards files come with a change only (`publish_change`), which moves the deadline by rule and is told.
    """
    project = locked(actor, project_id)
    if not policies.may_prepare(person(actor), project):
        raise NotAllowed()
    refuse_once_closed(project)
    if project.state in QUESTIONS_OPEN:
        raise WrongState(BY_CHANGE)
    if project.state not in BEFORE:
        raise WrongState()
    if kind not in BEFORE_KINDS:
        raise Invalid(fields={"kind": _("Please choose one of the answers.")})
    return attach_documents(project, actor, uploads, kind)


@action
def withdraw_document(actor: Actor, project_id: int, document_id: int) -> Document:
    """Take a file out before the announcement; afterwards nothing disappears. Raises NotFound, WrongState."""
    project = locked(actor, project_id)
    if not policies.may_prepare(person(actor), project):
        raise NotAllowed()
    if project.announced_at is not None:
        raise WrongState(_("What has been announced stays; publish a change instead."))
    one = project.documents.filter(pk=document_id, withdrawn_at__isnull=True).first()
    if one is None:
        raise NotFound()
    one.withdrawn_at = now()
    one.save(update_fields=["withdrawn_at"])
    record(project, "tender.document_withdrawn", actor, data={"document": one.pk, **facts(one)})
    return one


@action
def take_document(
    actor: Actor | None, document_id: int, *, organisation_id: int | None, sender: str, device: str = ""
) -> StoredFile:
    """Hand a document out and write down who took it, when, from where and with which browser (`device_of`).

    Raises NotFound, SignInFirst where documents are for bidders only, Blocked for a firm that may not bid, NotInvited,
    WrongState outside the days of the offer.
    """
    one = Document.objects.select_related("project", "file").filter(pk=document_id, withdrawn_at__isnull=True).first()
    if one is None or one.project.announced_at is None:
        raise NotFound()
    project = one.project
    _check_offer(project, one)
    user = actor.user if actor else None
    if organisation_id is not None and user is not None:
        organisation = organisation_for(user, organisation_id)
        check_may_bid(organisation.uscc, today(), project.category)
        check_invited(project, organisation)
        if not Bidder.objects.filter(organisation=organisation).exists():
            raise SignInFirst()
    elif project.sign_in_for_documents or project.method == Method.INVITED:
        raise SignInFirst()
    Download.objects.create(
        document=one, project=project, organisation_id=organisation_id, user=user, at=now(), sender=sender,
        device=device,
    )  # fmt: skip
    Document.objects.filter(pk=one.pk).update(downloads=F("downloads") + 1)
    return one.file


def _check_offer(project: Project, one: Document) -> None:
    """Changes stay on offer until the deadline, whatever became of the offer of the documents."""
    assert project.documents_from_on  # noqa: S101 - a check constraint holds it
    if today() < project.documents_from_on:
        raise WrongState(_("The documents are not on offer yet."))
    if not on_offer(project, one):
        raise WrongState(_("The documents are no longer on offer."))


def on_offer(project: Project, one: Document) -> bool:
    """Whether a document of an announced tender is handed out today."""
    first, until, deadline = project.documents_from_on, project.documents_until_on, project.deadline_at
    if first is None or until is None or deadline is None or project.state not in QUESTIONS_OPEN:
        return False
    return first <= today() <= (local_date(deadline) if one.kind == Document.Kind.CHANGE else until)


# --- questions ----------------------------------------------------------------------------------------------------------


@action
def ask(actor: Actor, project_id: int, organisation_id: int, text: str) -> Question:
    """Ask on the documents, for a firm that took them; until the day by which objections come. Raises Invalid."""
    user = person(actor)
    project = locked_public(project_id, user)
    organisation = organisation_for(user, organisation_id)
    if project.state not in QUESTIONS_OPEN or today() > last_question_on(project):
        raise WrongState(_("Questions on this tender are no longer taken."))
    check_may_bid(organisation.uscc, today(), project.category)
    check_invited(project, organisation)
    if not project.downloads.filter(organisation=organisation).exists():
        raise WrongState(_("Take the tender documents first; then you can ask about them."))
    if not text.strip():
        raise Invalid(fields={"text": _("Write your question.")})
    made = Question.objects.create(
        project=project, organisation=organisation, asked_by=user, text=text.strip(), asked_at=now()
    )
    record(project, "tender.asked", actor, data={"question": made.pk, **facts(made)})
    notices.tell_question(project, made)
    return made


def last_question_on(project: Project) -> dt.date:
    """The last day for questions: so long before the deadline that an answer can still come."""
    assert project.deadline_at is not None  # noqa: S101 - a check constraint holds it
    deadline = local_date(project.deadline_at)
    if project.below_threshold or project.method not in ("open", "invited"):
        return deadline - dt.timedelta(days=1)
    return deadline - dt.timedelta(days=rule(OBJECTION, project.announced_on or today()).days)


@action
def answer(
    actor: Actor, project_id: int, question_id: int, *, text: str, changes_documents: bool, state_version: int | None
) -> Question:
    """Answer a question for everybody; one that changes the documents moves the deadline by rule. Raises Invalid."""
    project = locked(actor, project_id)
    step = TENDER.begin(project, "change", actor, state_version=state_version)
    question = project.questions.filter(pk=question_id).first()
    if question is None:
        raise NotFound()
    if question.answered_at is not None:
        raise WrongState(_("This question has been answered already."))
    if not text.strip():
        raise Invalid(fields={"answer": _("Write the answer.")})
    question.answer, question.answered_at, question.changes_documents = text.strip(), now(), changes_documents
    question.save(update_fields=["answer", "answered_at", "changes_documents"])
    step.data |= facts(question)
    told = f"{question.text}\n\n{question.answer}"
    change(project, step, actor, told, changes_documents)
    return question


# --- subscriptions ------------------------------------------------------------------------------------------------------


@action
def subscribe(actor: Actor, categories: Iterable[str], *, by_email: bool) -> list[str]:
    """Hear of new tenders of exactly these categories from now on; none ends it. Raises Invalid."""
    user = person(actor)
    wanted = set(categories)
    if wanted - set(Category.values):
        raise Invalid(fields={"categories": _("Please choose one of the answers.")})
    if by_email and not user.email:
        raise Invalid(fields={"by_email": _("Add an e-mail address to your profile first.")})
    held = Subscription.objects.filter(user=user)
    held.exclude(category__in=wanted).delete()
    held.update(by_email=by_email)
    known = set(held.values_list("category", flat=True))
    Subscription.objects.bulk_create(
        Subscription(user=user, category=one, by_email=by_email, since=now()) for one in sorted(wanted - known)
    )
    return sorted(wanted)
