"""Organisations: registered by their legal person, confirmed by the centre; agents appointed and ended."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db, identity
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.notifications import Template, notify, register
from portal.core.time import now, today
from portal.people import policies
from portal.people.models import Citizen, Membership, Organisation, User

LEGAL_PERSON, AGENT = Membership.Kind.LEGAL_PERSON, Membership.Kind.AGENT
TAKEN = _("This organisation has a legal person already. Please come to the centre with the licence.")

APPOINTED = register(
    Template(
        code="people.agent_appointed",
        subject=_("You act for %(organisation)s"),
        body=_("%(by)s appointed you an agent of %(organisation)s. You can now file applications for it."),
        placeholders=frozenset({"organisation", "by"}),
    )
)
CONFIRMED = register(
    Template(
        code="people.legal_person_confirmed",
        subject=_("%(organisation)s is confirmed"),
        body=_(
            "The centre has confirmed you as the legal person of %(organisation)s. You can file and appoint agents."
        ),
        placeholders=frozenset({"organisation"}),
    )
)
REJECTED = register(
    Template(
        code="people.legal_person_rejected",
        subject=_("%(organisation)s could not be confirmed"),
        body=_("The centre could not confirm you as the legal person of %(organisation)s: %(reason)s"),
        placeholders=frozenset({"organisation", "reason"}),
    )
)


@action
def register_organisation(actor: Actor, *, uscc: str, name: str) -> Membership:
    """Register an organisation as its legal person.

    A code is public, so typing it proves nothing: the centre compares the licence first. At once confirmed is only who
    showed an identity card and has the name that the imported register gives as the legal person. Raises Invalid.
    """
    assert actor.user is not None  # noqa: S101
    uscc, name = _checked(uscc, name)
    organisation, _new = Organisation.objects.get_or_create(uscc=uscc, defaults={"name": name})
    organisation = db.lock_row(Organisation.objects.all(), organisation.pk)
    running = Membership.objects.in_force().filter(organisation=organisation)
    if running.filter(user=actor.user).exists():
        raise Invalid(fields={"uscc": _("This organisation is on your list already.")})
    if running.filter(kind=LEGAL_PERSON, confirmed_at__isnull=False).exists():
        raise Invalid(fields={"uscc": TAKEN}, code="taken")
    known = _is_known_legal_person(actor.user, organisation)
    membership = _make(organisation, actor.user, LEGAL_PERSON, confirmed=known)
    data = {"kind": LEGAL_PERSON, "confirmed": known, "claimed_name": name}
    record(organisation, "organisation.registered", actor, data=data)
    return membership


@action
def confirm_membership(actor: Actor, membership_id: int) -> Membership:
    """The licence was seen: the legal person may act. Others who claim to be it are ended."""
    membership = _to_judge(actor, membership_id)
    organisation = db.lock_row(Organisation.objects.all(), membership.organisation_id)
    running = Membership.objects.in_force().filter(organisation=organisation, kind=LEGAL_PERSON)
    if running.filter(confirmed_at__isnull=False).exists():
        raise WrongState(TAKEN)
    membership.confirmed_at = now()
    membership.save(update_fields=["confirmed_at"])
    organisation.legal_person = membership.user.name
    organisation.save(update_fields=["legal_person"])
    record(organisation, "organisation.confirmed", actor, data={"user": membership.user_id})
    notify(membership.user, CONFIRMED.code, {"organisation": organisation.name}, path="/my/organisations/")
    return membership


@action
def reject_membership(actor: Actor, membership_id: int, *, reason: str) -> Membership:
    """The licence says otherwise: the claim ends, and the person is told why."""
    membership = _to_judge(actor, membership_id)
    _end(membership)
    organisation = membership.organisation
    record(organisation, "organisation.rejected", actor, data={"user": membership.user_id, "reason": reason})
    notify(membership.user, REJECTED.code, {"organisation": organisation.name, "reason": reason})
    return membership


@action
def appoint_agent(
    actor: Actor, organisation_id: int, *, username: str, name: str, ends_on: dt.date | None = None
) -> Membership:
    """Let somebody act for the organisation. User name and name must fit one account; else nothing is told of it."""
    organisation = _governed(actor, organisation_id)
    if ends_on is not None and ends_on < today():
        raise Invalid(fields={"ends_on": _("Choose today or a day to come, or leave it empty.")})
    agent = User.objects.filter(username=username.strip(), is_active=True).first()
    if agent is None or identity.normalise_name(agent.name) != identity.normalise_name(name):
        raise Invalid(fields={"username": _("No account has this user name and this name. Please ask the person.")})
    if Membership.objects.in_force().filter(organisation=organisation, user=agent).exists():
        raise Invalid(fields={"username": _("This person acts for the organisation already.")})
    membership = _make(organisation, agent, AGENT, confirmed=True, ends_on=ends_on)
    data = {"user": agent.pk, "to": ends_on.isoformat() if ends_on else ""}
    record(organisation, "organisation.agent_appointed", actor, data=data)
    context = {"organisation": organisation.name, "by": actor.name}
    notify(agent, APPOINTED.code, context, channels=("in_app", "sms"), path="/my/organisations/")
    return membership


@action
def end_agent(actor: Actor, membership_id: int) -> Membership:
    """End an agent's right to act: by the legal person, or by the agent. Raises NotFound, NotAllowed, WrongState."""
    membership = Membership.objects.select_related("organisation", "user").filter(pk=membership_id).first()
    user = actor.user
    if membership is None or user is None or not policies.may_see_membership(user, membership):
        raise NotFound
    if membership.kind != AGENT or not (
        membership.user_id == user.pk or policies.is_legal_person(user, membership.organisation)
    ):
        raise NotAllowed
    membership = db.lock_row(Membership.objects.select_related("organisation"), membership_id)
    if not Membership.objects.in_force().filter(pk=membership.pk).exists():
        raise WrongState(_("This person does not act for the organisation any more."))
    _end(membership)
    record(membership.organisation, "organisation.agent_ended", actor, data={"user": membership.user_id})
    return membership


def _checked(uscc: str, name: str) -> tuple[str, str]:
    wrong = {}
    try:
        uscc = identity.check_uscc(uscc)
    except Invalid as error:
        wrong["uscc"] = error.message
    name = " ".join(name.split())
    if not name:
        wrong["name"] = str(_("Enter the organisation's name as on the licence."))
    if wrong:
        raise Invalid(fields=wrong)
    return uscc, name


def _is_known_legal_person(user: User, organisation: Organisation) -> bool:
    if not organisation.legal_person or identity.normalise_name(user.name) != identity.normalise_name(
        organisation.legal_person
    ):
        return False
    return Citizen.objects.filter(user=user, verified_at__isnull=False).exists()


def _make(
    organisation: Organisation, user: User, kind: str, *, confirmed: bool, ends_on: dt.date | None = None
) -> Membership:
    """A membership from today; one that was ended earlier on the same day is taken up again, as a day has one row."""
    values: dict[str, Any] = {"kind": kind, "ends_on": ends_on, "confirmed_at": now() if confirmed else None}
    values |= dict.fromkeys(("ended_at", "soon_told_at", "over_told_at"))
    made, _new = Membership.objects.update_or_create(
        organisation=organisation, user=user, starts_on=today(), defaults=values
    )
    return made


def _end(membership: Membership) -> None:
    """End it at once: today is its last day, and from this moment on it holds no more."""
    membership.ends_on, membership.ended_at = max(membership.starts_on, today()), now()
    membership.save(update_fields=["ends_on", "ended_at"])


def _governed(actor: Actor, organisation_id: int) -> Organisation:
    """The organisation under its lock, for its legal person. Raises NotFound, NotAllowed."""
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None or actor.user is None or not policies.may_see_organisation(actor.user, organisation):
        raise NotFound
    if not policies.is_legal_person(actor.user, organisation):
        raise NotAllowed(_("Only the confirmed legal person appoints and ends agents."))
    return db.lock_row(Organisation.objects.all(), organisation_id)


def _to_judge(actor: Actor, membership_id: int) -> Membership:
    """A claim that waits, under its lock. Raises NotAllowed, NotFound, WrongState."""
    if actor.user is None or not policies.may_confirm_memberships(actor.user):
        raise NotAllowed
    waiting = Membership.objects.in_force().filter(kind=LEGAL_PERSON)
    try:
        membership = db.lock_row(waiting.select_related("organisation", "user"), membership_id)
    except Membership.DoesNotExist:
        raise NotFound from None
    if membership.confirmed_at is not None:
        raise WrongState(_("This is confirmed already."))
    return membership
