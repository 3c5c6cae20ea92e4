"""The intake: begun with a person, an item chosen, everything typed and noted, confirmed by the person, filed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.filing import draft_for, erase
from approvals.cases.actions.steps import locked, take
from approvals.cases.models import Case, CaseContent, CaseMaterial, Channel
from approvals.counter import checks, policies
from approvals.counter.actions.people import Visitor, organisation_of, person_of
from approvals.counter.models import Intake, LeftPaper, MaterialCheck
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import local_date, now, today
from portal.people.models import User

if TYPE_CHECKING:
    from approvals.cases.principals import Principal
    from approvals.catalogue.models import Item


@action
def begin_intake(actor: Actor, visitor: Visitor, *, window_id: int | None = None) -> Intake:
    """Begin with whoever stands at the window; an intake of theirs that this clerk left without an item is taken up.

    Raises Invalid, NotAllowed (also in one's own matter), WrongState while they are served at another window.
    """
    if actor.user is None or not policies.may_use_counter(actor.user):
        raise NotAllowed()
    good = visitor.checked()
    person = person_of(actor, good)
    if person.pk == actor.user.pk:
        raise NotAllowed(_("Your own matter is taken in by a colleague."))
    organisation = organisation_of(actor, good, person)
    db.lock_row(User.objects.all(), person.pk)  # two windows at the same moment: one of them is told
    _not_elsewhere(actor.user, person)
    mine = Intake.objects.filter(clerk=actor.user, person=person, organisation=organisation, state=Intake.State.OPEN)
    intake = mine.filter(case__isnull=True).first() or Intake(
        clerk=actor.user, person=person, organisation=organisation, begun_at=now()
    )
    is_new = intake.pk is None
    intake.window_id, intake.identity, intake.phone = window_id, good.identity, good.phone
    intake.authority_seen = good.authority_seen
    intake.save()
    if is_new:
        record(intake, "intake.begun", actor, data={"person": person.pk, "identity": good.identity})
    return intake


def _not_elsewhere(clerk: User, person: User) -> None:
    """Raises WrongState while a colleague has begun an intake for this person today."""
    others = Intake.objects.filter(person=person, state=Intake.State.OPEN).exclude(clerk=clerk)
    for other in others.select_related("clerk", "window").order_by("-pk")[:5]:
        if local_date(other.begun_at) == today():
            raise WrongState(
                _(
                    "This person is being served at %(window)s by %(clerk)s. Please ask there: the intake can be finished,"
                    " dropped or taken over."
                ),
                code="served_elsewhere",
                window=other.window.display_name if other.window else "—",
                clerk=other.clerk.name,
            )


@action
def choose_item(actor: Actor, intake_id: int, item: "Item", *, principal: "Principal | None" = None) -> Intake:
    """Begin the application: the draft of this person for the item, new or the one they have.

    Raises NotFound, NotAllowed for an item that this window does not take in, WrongState, Invalid.
    """
    intake = _writable(actor, intake_id)
    assert actor.user is not None  # noqa: S101
    if intake.case_id is not None or intake.matter:
        raise WrongState(_("This intake has its item already."))
    if not policies.may_take_in(actor.user, item):
        raise NotAllowed(
            _("This window does not take in “%(item)s”. It is handled by %(department)s."),
            item=item.local_name,
            department=item.department.display_name,
        )
    case = draft_for(
        intake.person, item, organisation=intake.organisation, principal=principal, channel=Channel.COUNTER
    )
    held = Intake.objects.filter(case=case, state=Intake.State.OPEN).exclude(pk=intake.pk).first()
    if held is not None:
        raise WrongState(_("This application has been begun already; you find it among the open intakes."))
    Intake.objects.filter(case=case).exclude(pk=intake.pk).update(case=None)
    case.taken_in_by, case.intake_window_id = actor.user, intake.window_id
    case.save(update_fields=["taken_in_by", "intake_window"])
    if principal is None:
        content = CaseContent.objects.get(case=case)
        content.phone = intake.phone
        content.save(update_fields=["phone", "phone_blind"])
    intake.case = case
    intake.save(update_fields=["case"])
    return intake


@dataclass(frozen=True)
class Noted:
    """What the clerk noted of one material."""

    kept: str
    original_seen: bool = False
    copies: int = 1


@action
def note_materials(actor: Actor, intake_id: int, noted: Mapping[int, Noted]) -> Intake:
    """Note what is here of each material, by its key; one without a note loses the one it had.

    Raises NotFound, WrongState, Invalid.
    """
    intake = _writable(actor, intake_id)
    case = intake.case
    if case is None or case.version is None or not case.is_draft:
        raise WrongState()
    for material in case.version.materials.all():
        note = noted.get(material.pk)
        if note is None or not note.kept:
            MaterialCheck.objects.filter(intake=intake, material=material).delete()
        else:
            if note.kept not in MaterialCheck.Kept.values or not 1 <= note.copies <= 99:
                raise Invalid(fields={f"copies-{material.pk}": _("Please give a number between 1 and 99.")})
            MaterialCheck.objects.update_or_create(
                intake=intake,
                material=material,
                defaults={"kept": note.kept, "original_seen": note.original_seen, "copies": note.copies},
            )
        _mark_paper(case, material.pk, note, actor)
    return intake


def _mark_paper(case: Case, material_id: int, note: Noted | None, actor: Actor) -> None:
    """The row that says "on paper" on the pages of the case, and what the receipt lists."""
    rows = CaseMaterial.objects.filter(case=case, material=material_id, on_paper=True, replaced_at__isnull=True)
    if note is None or note.kept not in {"copy", "original"}:
        rows.delete()
        return
    row = rows.first() or CaseMaterial(case=case, material_id=material_id, on_paper=True, added_by=actor.user)
    row.kept_as, row.copies = note.kept, note.copies
    row.save()


@action
def file_intake(actor: Actor, intake_id: int, *, confirmation: str, state_version: int, place: str = "") -> Case:
    """File what the person has confirmed. A second click finds it filed.

    Raises NotFound, Stale, WrongState with what is still open or when the item has closed or changed, Invalid.
    """
    found = Intake.objects.filter(pk=intake_id).first()
    if found is None or actor.user is None or not policies.may_see_intake(actor.user, found):
        raise NotFound()
    if found.case_id is None:
        raise WrongState(_("Choose an item first."))
    case = locked(found.case_id, actor)  # the case first: everybody locks in this order
    intake = db.lock_row(Intake.objects.select_related("person"), intake_id)
    if intake.state == Intake.State.FILED:
        return case
    if not policies.may_write_intake(actor.user, intake):
        raise NotAllowed()
    if confirmation not in Intake.Confirmation.values:
        raise Invalid(fields={"confirmation": _("Say how the person confirmed what is written.")})
    open_points = checks.problems(case, intake)
    if open_points:
        raise WrongState(open_points[0])
    intake.confirmation, intake.confirmed_at = confirmation, now()
    intake.state, intake.ended_at = Intake.State.FILED, now()
    case = take(case, "submit", actor, state_version=state_version)
    intake.save()
    _keep_originals(actor, case, intake, place)
    record(intake, "intake.filed", actor, data={"case": case.number, "confirmation": confirmation})
    return case


def _keep_originals(actor: Actor, case: Case, intake: Intake, place: str) -> None:
    kept = intake.checks.filter(kept=MaterialCheck.Kept.ORIGINAL).select_related("material")
    LeftPaper.objects.bulk_create(
        LeftPaper(
            case=case, material=one.material, name=one.material.name, copies=one.copies, place=place.strip()[:80],
            window_id=intake.window_id, taken_at=now(), taken_by=actor.user,
        )
        for one in kept
    )  # fmt: skip


@action
def drop_intake(actor: Actor, intake_id: int) -> None:
    """The person went away without filing: the draft goes with everything in it. Raises NotFound, WrongState."""
    drop(actor, _writable(actor, intake_id))


def drop(actor: Actor, intake: Intake) -> None:
    """End an open intake that is locked with its case; the draft goes with everything in it."""
    case = intake.case
    intake.state, intake.ended_at, intake.case = Intake.State.DROPPED, now(), None
    intake.save()
    if case is not None and case.is_draft:
        intake.checks.all().delete()
        erase(list(case.materials.all()))
        case.delete()
    record(intake, "intake.dropped", actor)


@action
def take_over_intake(actor: Actor, intake_id: int, *, window_id: int | None = None) -> Intake:
    """A colleague of the same window goes on with it. Raises NotFound, NotAllowed, WrongState."""
    intake = _seen(actor, intake_id)
    assert actor.user is not None  # noqa: S101
    if intake.person_id == actor.user.pk:
        raise NotAllowed(_("Your own matter is taken in by a colleague."))
    if intake.clerk_id == actor.user.pk:
        return intake
    previous = intake.clerk_id
    intake.clerk, intake.window_id = actor.user, window_id or intake.window_id
    intake.save(update_fields=["clerk", "window"])
    if intake.case is not None:
        intake.case.taken_in_by, intake.case.intake_window_id = actor.user, intake.window_id
        intake.case.save(update_fields=["taken_in_by", "intake_window"])
    record(intake, "intake.taken_over", actor, data={"previous": previous})
    return intake


def _seen(actor: Actor, intake_id: int) -> Intake:
    """The open intake under the locks of its draft and of itself. Raises NotFound, WrongState."""
    found = Intake.objects.filter(pk=intake_id).first()
    if found is None or actor.user is None or not policies.may_see_intake(actor.user, found):
        raise NotFound()
    if found.case_id is not None:
        db.lock_rows(Case.objects.all(), [found.case_id])
    intake = db.lock_row(Intake.objects.select_related("person", "organisation", "case__version"), intake_id)
    if intake.state != Intake.State.OPEN or (intake.case is not None and not intake.case.is_draft):
        raise WrongState(_("This intake is over."))
    return intake


def _writable(actor: Actor, intake_id: int) -> Intake:
    intake = _seen(actor, intake_id)
    if actor.user is None or not policies.may_write_intake(actor.user, intake):
        raise NotAllowed(_("A colleague has this intake. Please take it over first."))
    return intake
