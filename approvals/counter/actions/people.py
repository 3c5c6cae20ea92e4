"""Who stands at the window: the account of the person and the organisation, found or made; plain functions.

The clerk learns nothing about the account: what is typed is compared, and only "does not fit" comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.access import log_view
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.events import record
from portal.core.identity import check_name, check_phone, check_resident_number, check_uscc, normalise_name
from portal.core.time import now
from portal.people.actions.accounts import free_username
from portal.people.models import Citizen, Organisation, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What the card, or the person, says. With a credit code: the agent of a firm, with licence and letter seen."""

    name: str
    resident_number: str
    phone: str
    identity: str = "typed"
    uscc: str = ""
    organisation: str = ""
    authority_seen: bool = False

    def __repr__(self) -> str:
        return "<visitor>"

    def checked(self) -> "Visitor":
        """The same, normalised. Raises Invalid with everything that is wrong."""
        wrong: dict[str, str] = {}
        firm = bool(self.uscc.strip())
        good = Visitor(
            name=_take(wrong, "name", self.name, check_name),
            resident_number=_take(wrong, "resident_number", self.resident_number, _resident),
            phone=_take(wrong, "phone", self.phone, check_phone),
            identity=self.identity,
            uscc=_take(wrong, "uscc", self.uscc, check_uscc) if firm else "",
            organisation=" ".join(self.organisation.split()) if firm else "",
            authority_seen=self.authority_seen and firm,
        )
        if wrong:
            raise Invalid(fields=wrong)
        return good


def _take(wrong: dict[str, str], name: str, value: str, check: Callable[[str], str]) -> str:
    try:
        return check(value)
    except Invalid as error:
        wrong[name] = error.message
        return ""


def _resident(text: str) -> str:
    return check_resident_number(text).number


def person_of(actor: Actor, visitor: Visitor) -> User:
    """The account of a checked visitor, made when there is none. Raises Invalid when name and number do not fit.

    An account that nobody has verified is used only with its own telephone: with somebody else's number anybody can
    register, and whoever did must not get this person's case.
    """
    db.lock_name(f"resident:{visitor.resident_number}")  # two windows make one account
    citizens = Citizen.objects.filter(resident_blind__matches=visitor.resident_number, user__is_active=True)
    known = list(citizens.select_related("user").order_by("pk"))
    verified = [one for one in known if one.verified_at is not None]
    trusted = verified or [one for one in known if one.user.phone == visitor.phone]
    if not trusted:
        return _make(actor, visitor)
    citizen = trusted[0]
    if normalise_name(citizen.user.name) != visitor.name:
        raise Invalid(
            fields={"name": _("This name does not belong to this identity number. Please compare both with the card.")}
        )
    log_view(actor, "people.user", citizen.user_id, "identity", purpose="intake at the window")
    if citizen.verified_at is None:
        citizen.verified_at = now()
        citizen.save(update_fields=["verified_at"])
        record(citizen.user, "people.identity_verified", actor)
    return citizen.user


def _make(actor: Actor, visitor: Visitor) -> User:
    """An account without a password: its owner sets one with a code to this telephone."""
    user = User(username=free_username(), name=visitor.name, phone=visitor.phone)
    user.set_unusable_password()
    user.save(force_insert=True)
    Citizen.objects.create(user=user, resident_number=visitor.resident_number, verified_at=now())
    record(user, "people.made_at_window", actor)
    return user


def organisation_of(actor: Actor, visitor: Visitor, person: User) -> Organisation | None:
    """The firm of a checked visitor. Raises Invalid without a name for an unknown one, and for a stranger without
    licence and letter of authority."""
    if not visitor.uscc:
        return None
    found = Organisation.objects.filter(uscc=visitor.uscc).first()
    if found is None:
        if not visitor.organisation:
            raise Invalid(fields={"organisation": _("Enter the organisation's name as on the licence.")})
        found, made = Organisation.objects.get_or_create(uscc=visitor.uscc, defaults={"name": visitor.organisation})
        if made:
            record(found, "organisation.made_at_window", actor)
    if found.pk not in person.acting_for and not visitor.authority_seen:
        raise Invalid(
            fields={"authority_seen": _("Ask for the licence and the letter of authority, and tick when you saw them.")}
        )
    return found
