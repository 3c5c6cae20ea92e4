"""Commitments: a text is written and put into force by two people; it is signed, decided on, checked, kept or broken."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies as case_policies
from approvals.cases.actions.filing import editable, hang
from approvals.cases.actions.handling import proposed
from approvals.cases.actions.steps import take
from approvals.cases.models import Case, principal_of
from approvals.catalogue.models import Item
from approvals.pledges import notices, policies, terms
from approvals.pledges.actions.steps import PORTAL, locked_commitment, mark_pledged, take_commitment
from approvals.pledges.models import SCAN, Commitment, CommitmentText
from approvals.pledges.models.commitments import TO_CHECK
from approvals.pledges.signing import BY_AGENT, check_paper, check_signature, text_to_sign
from approvals.pledges.subjects import refuse_if_barred
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.models import StoredFile
from portal.core.time import now, today

BATCH = 200
WORDS = ("conditions", "conditions_en", "checked", "checked_en", "consequences", "consequences_en")
LONGEST = 4000  # characters of one part of a text


# --- the text ---------------------------------------------------------------------------------------------------------


@action
def write_text(
    actor: Actor, item_id: int, words: Mapping[str, str], *, check_days: int | None = None
) -> CommitmentText:
    """Write the draft of an item's next text, or write it anew. What is in force is never changed.

    `check_days` are working days, None = the dated rule. Raises NotFound, NotAllowed, Invalid.
    """
    item = Item.objects.filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    if actor.user is None or not policies.may_edit(actor.user, item):
        raise NotAllowed()
    cleaned = {name: str(words.get(name, "")).strip() for name in WORDS}
    wrong: dict[str, Any] = {
        name: _("Please fill this in.") for name in ("conditions", "checked", "consequences") if not cleaned[name]
    }
    wrong |= {
        name: _("Please use at most %(n)s characters.") % {"n": LONGEST}
        for name, value in cleaned.items() if len(value) > LONGEST
    }  # fmt: skip
    if check_days is not None and not 1 <= check_days <= 250:
        wrong["check_days"] = _("Please give between %(a)s and %(b)s days.") % {"a": 1, "b": 250}
    if wrong:
        raise Invalid(fields=wrong)
    db.lock_name(f"pledges.text:{item_id}")
    text = CommitmentText.objects.filter(item=item, state="draft").first()
    if text is None:
        last = CommitmentText.objects.filter(item=item).order_by("-number").first()
        text = CommitmentText(item=item, number=last.number + 1 if last else 1)
    for name, value in cleaned.items():
        setattr(text, name, value)
    text.check_days, text.made_by, text.made_at = check_days, actor.user, now()
    text.save()
    record(item, "item.commitment_text_written", actor, data={"number": text.number})
    return text


@action
def publish_text(actor: Actor, text_id: int) -> CommitmentText:
    """Another person puts the draft into force; the text before it is kept, for those who signed it.

    Raises NotFound, NotAllowed (also for whoever wrote it), WrongState.
    """
    found = CommitmentText.objects.select_related("item").filter(pk=text_id).first()
    if found is None or actor.user is None or not policies.may_see_text(actor.user, found):
        raise NotFound()
    db.lock_name(f"pledges.text:{found.item_id}")
    text = db.lock_row(CommitmentText.objects.select_related("item"), text_id)
    if not policies.may_edit(actor.user, text.item):
        raise NotAllowed()
    if text.state != "draft":
        raise WrongState(_("This text is in force already."))
    if not policies.may_publish(actor.user, text):
        raise NotAllowed(_("A second person has to put into force what you wrote."))
    _retire(text.item_id)
    text.state, text.published_by, text.published_on = CommitmentText.State.IN_FORCE, actor.user, today()
    text.save(update_fields=["state", "published_by", "published_on"])
    record(text.item, "item.commitment_text_published", actor, data={"number": text.number})
    return text


@action
def retire_text(actor: Actor, text_id: int) -> None:
    """From now on the item is not decided on commitments. What was signed goes on.

    Raises NotFound, NotAllowed, WrongState.
    """
    text = CommitmentText.objects.select_related("item").filter(pk=text_id).first()
    if text is None or actor.user is None or not policies.may_see_text(actor.user, text):
        raise NotFound()
    if not policies.may_edit(actor.user, text.item):
        raise NotAllowed()
    if text.state != "in_force":
        raise WrongState()
    _retire(text.item_id)
    record(text.item, "item.commitment_text_retired", actor, data={"number": text.number})


def _retire(item_id: int) -> None:
    in_force = CommitmentText.objects.filter(item=item_id, state="in_force")
    in_force.update(state=CommitmentText.State.RETIRED, retired_on=today())


# --- the signature ------------------------------------------------------------------------------------------------------


@action
def sign(actor: Actor, case_id: int, text_id: int, *, name: str, read: bool, step: str) -> Commitment:
    """The applicant signs the text in force for a draft: the name typed, and a second step of the account.

    This is a simple electronic signature: it says which account signed what and when, and no more. The caller has
    checked the second step. Raises NotFound, WrongState, Stale (the text changed), Barred, Invalid.
    """
    case = editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    if actor.user is None or not case_policies.is_applicant(actor.user, case):
        raise NotFound()
    text = _text_to_sign(case, text_id)
    if step not in {Commitment.Step.PASSWORD, Commitment.Step.DEVICE}:
        raise NotAllowed()
    refuse_if_barred(case)
    _check_signature(actor, case, name, read=read)
    held = Commitment.objects.filter(case=case).first()
    if held is not None and held.text_id == text.pk:
        return held
    if held is not None:
        held.delete()
    mark_pledged(case)
    moment, words = now(), terms.words_of(text)
    return Commitment.objects.create(
        case=case, text=text, counted_for_id=case.department_id, item_id=case.item_id, words=words,
        digest=terms.digest_of(words, name.strip(), moment), signed_name=name.strip(), signed_at=moment,
        signed_by=actor.user, signed_with=step,
    )  # fmt: skip


def _check_signature(actor: Actor, case: Case, name: str, *, read: bool) -> None:
    """Whoever signs for an organisation signs with the own name; the paper names both."""
    own = actor.user.name if actor.user is not None and case.organisation_id is not None else case.applicant_name
    check_signature(own, name, read=read)


@action
def certify_paper(
    actor: Actor, case_id: int, text_id: int, scan: StoredFile, *, name: str, before_my_eyes: bool
) -> Commitment:
    """At the window: the person has signed the printed text; the clerk keeps the scan and certifies the signature.

    It has the effects of a signature in the account. `name` is who signed, as it stands on the paper. Raises NotFound,
    WrongState, Stale (the text changed since it was printed), Barred, Invalid.
    """
    case = editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    if actor.user is None or case.applicant_id is None or not policies.may_certify(actor.user, case):
        raise NotFound()
    text = _text_to_sign(case, text_id)
    refuse_if_barred(case)
    check_paper(signer_of(case), name, before_my_eyes=before_my_eyes)
    Commitment.objects.filter(case=case).delete()  # a paper that is signed anew takes the place of the one before
    hang(actor, case, scan, material=None, title=SCAN)
    mark_pledged(case)
    moment, words = now(), terms.words_of(text)
    return Commitment.objects.create(
        case=case, text=text, counted_for_id=case.department_id, item_id=case.item_id, words=words,
        digest=terms.digest_of(words, name.strip(), moment), signed_name=name.strip(), signed_at=moment,
        signed_by_id=case.applicant_id, signed_with=Commitment.Step.PAPER, scan=scan, certified_by=actor.user,
    )  # fmt: skip


def _text_to_sign(case: Case, text_id: int) -> CommitmentText:
    """The text in force that was read. Raises WrongState where an agent applies or the item has none, Stale."""
    if principal_of(case) is not None:
        raise WrongState(BY_AGENT)
    return text_to_sign(case.item_id, text_id)


def signer_of(case: Case) -> str:
    """Whose hand signs: the applicant's; for an organisation the person's who stands there for it."""
    if case.organisation_id is not None and case.applicant is not None:
        return case.applicant.name
    return case.applicant_name


@action
def take_signature_back(actor: Actor, case_id: int) -> None:
    """Before the filing: the applicant brings the materials after all. Raises NotFound, WrongState."""
    case = editable(actor, case_id)
    if not case.is_draft:
        raise WrongState()
    Commitment.objects.filter(case=case, filed_on__isnull=True).delete()


# --- decided, checked -------------------------------------------------------------------------------------------------


@action
def decide_at_once(actor: Actor, commitment_id: int, *, text: str = "", state_version: int) -> Commitment:
    """The short way: accepted and approved on the signed commitment, by one clerk, without a review; all or nothing.

    `state_version` is the case's. Raises NotFound, NotAllowed, Stale, WrongState, Barred.
    """
    commitment = locked_commitment(commitment_id, actor)
    case = commitment.case
    if actor.user is None or not policies.may_decide_at_once(actor.user, commitment):
        raise NotAllowed()
    if case.state != "submitted" or commitment.state != "signed":
        raise WrongState(
            _("Only an application that has not been answered yet can be decided at once on its commitment.")
        )
    refuse_if_barred(case)
    case.review_steps = 0  # the check comes afterwards
    case = take(case, "accept", actor, state_version=state_version)
    case = take(case, "approve", actor, {"text": text}, state_version=case.state_version)
    commitment.case = case
    return take_commitment(commitment, "decide", PORTAL)


@action
def keep(actor: Actor, commitment_id: int, finding: str, *, state_version: int) -> Commitment:
    """The check found everything as it was committed. Raises NotFound, NotAllowed, Stale, WrongState, Invalid."""
    return take_commitment(
        locked_commitment(commitment_id, actor), "keep", actor, {"finding": finding}, state_version=state_version
    )


@action
def ask_correction(actor: Actor, commitment_id: int, finding: str, *, state_version: int) -> Commitment:
    """Something small is to be put right, by a day. Raises NotFound, NotAllowed, Stale, WrongState, Invalid."""
    commitment = locked_commitment(commitment_id, actor)
    take_commitment(commitment, "ask_correction", actor, {"finding": finding}, state_version=state_version)
    notices.tell_correction(commitment)
    return commitment


@action
def report_breach(actor: Actor, commitment_id: int, finding: str, *, state_version: int) -> Commitment:
    """The check found a breach: the revocation of the decision is proposed, and the head decides on it.

    Raises NotFound, NotAllowed, Stale, WrongState (also while another proposal waits), Invalid.
    """
    commitment = locked_commitment(commitment_id, actor)
    take_commitment(commitment, "report", actor, {"finding": finding}, state_version=state_version)
    case = commitment.case
    inputs = {"cause": "commitment", "grounds": commitment.finding}
    proposed(case, actor, "revoke", inputs, state_version=case.state_version)
    return commitment


# --- lamps --------------------------------------------------------------------------------------------------------------


def light_lamps() -> int:
    """Tell the departments of checks that are due soon or overdue, each lamp once. Returns how many."""
    day = today()
    waiting = Commitment.objects.filter(state__in=TO_CHECK)
    red = waiting.filter(due_on__lt=day, red_lit_on__isnull=True).order_by("due_on", "pk")
    amber = waiting.filter(amber_on__lte=day, due_on__gte=day, amber_lit_on__isnull=True).order_by("amber_on", "pk")
    found = [(pk, "red") for pk in red.values_list("pk", flat=True)[:BATCH]]
    found += [(pk, "amber") for pk in amber.values_list("pk", flat=True)[:BATCH]]
    return sum(_light(pk, lamp) for pk, lamp in found)


@action
def _light(commitment_id: int, lamp: str) -> bool:
    commitment = locked_commitment(commitment_id, PORTAL)
    column = f"{lamp}_lit_on"
    if commitment.state not in TO_CHECK or getattr(commitment, column) is not None:
        return False
    setattr(commitment, column, today())
    commitment.save(update_fields=[column])
    notices.tell_lamp(commitment, lamp)
    return True
