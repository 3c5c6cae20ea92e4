"""The pool: applying and being entered, examining and approving, employers, relatives, leave, blocks."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.identity import check_name, check_phone, check_resident_number, check_uscc
from portal.core.time import now, today
from portal.people.models import User
from procurement.bidders.policies import may_manage_trading
from procurement.experts import notices, policies, standing
from procurement.experts.lifecycle import EXPERT
from procurement.experts.models import Employment, Expert, Kin, Leave, Speciality, Standing
from procurement.experts.standing import StandingDraft
from procurement.tenders.actions.common import person

MOST_ROWS = 40
MOST_SPECIALITIES = 4
ACCOUNT = range(8, 31)
# What an approved expert no longer changes alone: it is what the approval rests on.
EXAMINED = ("name", "title", "identity")


@dataclass(frozen=True, kw_only=True)
class ExpertDraft:
    """What the expert, or the officer who enters them, types."""

    name: str
    title: str
    region: str
    phone: str
    identity: str
    employer: str
    employer_uscc: str = ""
    employed_since: dt.date | None = None
    specialities: list[str] = field(default_factory=list)
    bank_name: str = ""
    bank_account: str = ""


@dataclass(frozen=True, kw_only=True)
class JobDraft:
    """One employment; without an end it is the present one."""

    employer: str
    uscc: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None


@action
def apply(actor: Actor, draft: ExpertDraft) -> Expert:
    """Apply for the pool. Raises Invalid with `fields`, WrongState for who stands in it already."""
    return _make(actor, person(actor), draft)


@action
def enter(actor: Actor, username: str, draft: ExpertDraft) -> Expert:
    """An officer enters somebody who has an account. Raises NotAllowed, Invalid with `fields`."""
    if not may_manage_trading(person(actor)):
        raise NotAllowed()
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None or user.pk == person(actor).pk:
        raise Invalid(fields={"username": _("Enter the user name of the expert's own account.")})
    return _make(actor, user, draft)


def _make(actor: Actor, user: User, draft: ExpertDraft) -> Expert:
    db.lock_row(User.objects.all(), user.pk)
    if Expert.objects.filter(user=user).exists():
        raise WrongState(_("This account stands in the pool of experts already."))
    values, specialities = _clean(draft)
    made = Expert.objects.create(user=user, applied_at=now(), **values)
    made.specialities.set(specialities)
    Employment.objects.create(
        expert=made, employer=made.employer, uscc=_code(draft.employer_uscc), starts_on=draft.employed_since or today()
    )
    record(made, "expert.applied", actor, to_state=made.state)
    return made


@action
def rewrite(actor: Actor, expert_id: int, draft: ExpertDraft) -> Expert:
    """Correct the own data. What the approval rests on is corrected before it, or by applying again."""
    one = _own(actor, expert_id)
    values, specialities = _clean(draft)
    fixed = one.state in ("examined", "approved")
    changed = [name for name, value in values.items() if getattr(one, name) != value]
    if fixed and (
        set(changed) & set(EXAMINED)
        or {s.pk for s in specialities} != set(one.specialities.values_list("pk", flat=True))
    ):
        raise WrongState(
            _("Name, title, number and specialities were examined. To change them, leave the pool and apply again.")
        )
    for name, value in values.items():
        setattr(one, name, value)
    one.save()
    one.specialities.set(specialities)
    record(one, "expert.changed", actor, data={"fields": ", ".join(changed)})
    return one


def _clean(draft: ExpertDraft) -> tuple[dict[str, str], list[Speciality]]:
    names = ("name", "title", "region", "phone", "identity", "employer", "bank_name", "bank_account")
    values = {name: " ".join(str(getattr(draft, name)).split()) for name in names}
    wrong: dict[str, type_of_message] = {}
    for name in ("title", "region", "employer"):
        if not values[name]:
            wrong[name] = _("Please fill this in.")
    for name, check in (("name", check_name), ("phone", check_phone)):
        try:
            values[name] = check(values[name])
        except Invalid as error:
            wrong[name] = error.message
    values["identity"] = values["identity"].replace(" ", "").upper()
    try:
        check_resident_number(values["identity"])
    except Invalid as error:
        wrong["identity"] = error.message
    account = values["bank_account"] = values["bank_account"].replace(" ", "").replace("-", "")
    if account and not (account.isdecimal() and len(account) in ACCOUNT):
        wrong["bank_account"] = _("Enter the account number with digits only, 8 to 30 of them.")
    try:
        _code(draft.employer_uscc)
    except Invalid as error:
        wrong["employer_uscc"] = error.message
    if draft.employed_since is not None and draft.employed_since > today():
        wrong["employed_since"] = _("This day has not come yet.")
    specialities = list(Speciality.objects.filter(code__in=draft.specialities, closed=False))
    if not specialities or len(specialities) != len(set(draft.specialities)):
        wrong["specialities"] = _("Choose at least one speciality.")
    elif len(specialities) > MOST_SPECIALITIES:
        wrong["specialities"] = _("Choose at most %(n)s specialities.") % {"n": MOST_SPECIALITIES}
    if wrong:
        raise Invalid(fields=wrong)
    return values, specialities


def _code(typed: str) -> str:
    """A credit code, or nothing. Raises Invalid."""
    return check_uscc(typed) if typed.strip() else ""


@action
def take_step(
    actor: Actor, expert_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> Expert:
    """Examine, approve, reject, check, leave, apply again. Raises what the lifecycle raises."""
    one = _locked(actor, expert_id)
    if code not in EXPERT.transitions:
        raise WrongState()
    step = EXPERT.begin(one, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    one.save()
    event = record(one, f"expert.{code}", actor, from_state=before, to_state=after, data=step.data)
    notices.tell_decided(one, code, event)
    return one


@action
def add_employment(actor: Actor, expert_id: int, draft: JobDraft) -> Employment:
    """Name an employer; the present one becomes the expert's employer. Raises Invalid with `fields`."""
    one = _own(actor, expert_id)
    _room(one.employments.count())
    wrong: dict[str, type_of_message] = {}
    uscc, employer = "", draft.employer.strip()
    try:
        uscc = _code(draft.uscc)
    except Invalid as error:
        wrong["uscc"] = error.message
    if not employer:
        wrong["employer"] = _("Please fill this in.")
    if draft.starts_on is None or draft.starts_on > today():
        wrong["starts_on"] = _("Enter the first day of the employment.")
    elif draft.ends_on is not None and draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    if wrong:
        raise Invalid(fields=wrong)
    assert draft.starts_on is not None  # noqa: S101 - checked above
    made = Employment.objects.create(
        expert=one, employer=employer, uscc=uscc, starts_on=draft.starts_on, ends_on=draft.ends_on
    )
    if draft.ends_on is None:
        one.employer = employer
        one.save(update_fields=["employer"])
    record(one, "expert.employment_added", actor, data={"employment": made.pk, "from": made.starts_on})
    return made


@action
def end_employment(actor: Actor, expert_id: int, employment_id: int, *, ends_on: dt.date) -> Employment:
    """Enter the last day of an employment; the row stays, since avoidance looks back for years. Raises NotFound."""
    one = _own(actor, expert_id)
    job = one.employments.filter(pk=employment_id, ends_on__isnull=True).first()
    if job is None:
        raise NotFound()
    if not job.starts_on <= ends_on <= today():
        raise Invalid(fields={"ends_on": _("The last day lies between the first day and today.")})
    job.ends_on = ends_on
    job.save(update_fields=["ends_on"])
    if one.employer == job.employer:
        present = one.employments.filter(ends_on__isnull=True).first()
        one.employer = present.employer if present else ""
        one.save(update_fields=["employer"])
    record(one, "expert.employment_ended", actor, data={"employment": job.pk, "to": ends_on})
    return job


@action
def add_kin(actor: Actor, expert_id: int, *, relation: str, name: str, identity: str) -> Kin:
    """Declare a close relative. Raises Invalid with `fields`."""
    one = _own(actor, expert_id)
    _room(one.kin.count())
    wrong: dict[str, type_of_message] = {}
    number = "".join(identity.split()).upper()
    if relation not in Kin.Relation.values:
        wrong["relation"] = _("Please choose one of the answers.")
    try:
        name = check_name(name)
    except Invalid as error:
        wrong["name"] = error.message
    try:
        check_resident_number(number)
    except Invalid as error:
        wrong["identity"] = error.message
    if "identity" not in wrong and one.kin.filter(identity_blind__matches=number).exists():
        wrong["identity"] = _("This person stands in the list already.")
    if wrong:
        raise Invalid(fields=wrong)
    made = Kin.objects.create(expert=one, relation=relation, name=name, identity=number, declared_at=now())
    record(one, "expert.kin_declared", actor, data={"kin": made.pk, "relation": relation})
    return made


@action
def remove_kin(actor: Actor, expert_id: int, kin_id: int) -> None:
    """Take a relative off the list, who is none any more. Raises NotFound."""
    one = _own(actor, expert_id)
    gone = one.kin.filter(pk=kin_id).first()
    if gone is None:
        raise NotFound()
    record(one, "expert.kin_removed", actor, data={"kin": gone.pk, "relation": gone.relation})
    gone.delete()


@action
def add_leave(actor: Actor, expert_id: int, *, starts_on: dt.date, ends_on: dt.date, reason: str = "") -> Leave:
    """Days on which one is not drawn. Raises Invalid."""
    one = _own(actor, expert_id)
    _room(one.leaves.filter(ends_on__gte=today()).count())
    if ends_on < starts_on:
        raise Invalid(fields={"ends_on": _("The end lies before the beginning.")})
    if ends_on < today():
        raise Invalid(fields={"ends_on": _("This day has passed.")})
    made = Leave.objects.create(expert=one, starts_on=starts_on, ends_on=ends_on, reason=reason.strip())
    record(one, "expert.leave_added", actor, data={"from": starts_on, "to": ends_on})
    return made


@action
def end_leave(actor: Actor, expert_id: int, leave_id: int) -> None:
    """Take a leave back that has not ended. Raises NotFound."""
    one = _own(actor, expert_id)
    gone = one.leaves.filter(pk=leave_id, ends_on__gte=today()).first()
    if gone is None:
        raise NotFound()
    record(one, "expert.leave_ended", actor, data={"from": gone.starts_on, "to": gone.ends_on})
    gone.delete()


def _room(count: int) -> None:
    if count >= MOST_ROWS:
        raise WrongState(_("At most %(n)s entries are kept here.") % {"n": MOST_ROWS})


@action
def block(actor: Actor, expert_id: int, draft: StandingDraft) -> Standing:
    """Record a suspension or removal; the expert is told. Raises NotAllowed, NotFound, Invalid with `fields`."""
    one = _locked(actor, expert_id)
    if not policies.may_block(person(actor), one):
        raise NotAllowed()
    return standing.keep_out(actor, one, draft)


@action
def unblock(actor: Actor, standing_id: int, *, note: str) -> Standing:
    """Lift a block: by somebody else than who recorded it. Raises NotAllowed, NotFound, WrongState, Invalid."""
    held = Standing.objects.visible_to(person(actor)).select_related("expert").filter(pk=standing_id).first()
    if held is None:
        raise NotFound()
    if not policies.may_block(person(actor), held.expert):
        raise NotAllowed()
    if held.recorded_by_id == person(actor).pk:
        raise NotAllowed(_("Whoever recorded a block does not lift it: a second person decides."))
    return standing.let_in(actor, standing_id, note=note)


def _locked(actor: Actor, expert_id: int) -> Expert:
    """The expert, locked; NotFound for a missing one and for one whom the actor may not see, alike."""
    try:
        one = db.lock_row(Expert.objects.select_related("user"), expert_id)
    except Expert.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_expert(person(actor), one):
        raise NotFound()
    return one


def _own(actor: Actor, expert_id: int) -> Expert:
    """The expert for who writes the data: the person, or an officer."""
    one = _locked(actor, expert_id)
    if not (policies.is_self(person(actor), one) or policies.may_examine(person(actor), one)):
        raise NotAllowed()
    return one
