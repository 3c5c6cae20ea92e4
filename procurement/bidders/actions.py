"""What changes bidders: their profile, the people behind them, certificates; and restrictions of firms."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.identity import check_name, check_phone, check_resident_number, check_uscc
from portal.core.time import now, today
from portal.people.models import Organisation, User
from procurement.bidders import issuers, notices, policies, signatures
from procurement.bidders.agents import acts_for, organisation_for
from procurement.bidders.models import Bidder, BidderPerson, Certificate, Restriction
from procurement.bidders.standing import check_certificate
from procurement.fixed import facts
from procurement.models import Category

ACCOUNT = range(8, 31)
MOST_PEOPLE = 60


@dataclass(frozen=True, kw_only=True)
class ProfileDraft:
    """What the agent types."""

    contact_name: str
    phone: str
    email: str = ""
    address: str = ""
    bank_name: str = ""
    bank_account: str = ""
    trades: str = ""


@action
def save_profile(actor: Actor, organisation_id: int, draft: ProfileDraft) -> Bidder:
    """Register the organisation as a bidder, or change its profile. Raises NotFound, Invalid with `fields`."""
    user = _person(actor)
    organisation = organisation_for(user, organisation_id)
    values = _clean_profile(draft)
    db.lock_row(Organisation.objects.all(), organisation.pk)
    bidder = Bidder.objects.filter(organisation=organisation).first()
    is_new = bidder is None
    if bidder is None:
        bidder = Bidder(organisation=organisation, registered_at=now(), registered_by=user)
    changed = [] if is_new else [name for name, value in values.items() if getattr(bidder, name) != value]
    for name, value in values.items():
        setattr(bidder, name, value)
    bidder.save()
    data = {"fields": ", ".join(changed)} if not is_new else {}
    record(bidder, "bidder.registered" if is_new else "bidder.changed", actor, data=data)
    return bidder


def _clean_profile(draft: ProfileDraft) -> dict[str, str]:
    values = {name: " ".join(str(value).split()) for name, value in vars(draft).items()}
    wrong: dict[str, type_of_message] = {}
    for name, check in (("contact_name", check_name), ("phone", check_phone)):
        try:
            values[name] = check(values[name])
        except Invalid as error:
            wrong[name] = error.message
    account = values["bank_account"].replace(" ", "").replace("-", "")
    values["bank_account"] = account
    if account and not (account.isdecimal() and len(account) in ACCOUNT):
        wrong["bank_account"] = _("Enter the account number with digits only, 8 to 30 of them.")
    if account and not values["bank_name"]:
        wrong["bank_name"] = _("Enter the bank that keeps the account.")
    if wrong:
        raise Invalid(fields=wrong)
    return values


@action
def add_person(
    actor: Actor, bidder_id: int, *, kind: str, name: str, identity: str, phone: str = "", share_bp: int | None = None
) -> BidderPerson:
    """Name a person behind the bidder. Raises NotFound, Invalid with `fields`."""
    bidder = own_bidder(actor, bidder_id)
    if bidder.people.filter(ended_at__isnull=True).count() >= MOST_PEOPLE:
        raise WrongState(_("A bidder names at most %(n)s people.") % {"n": MOST_PEOPLE})
    values = _clean_person(kind, name, identity, phone)
    if share_bp is not None and kind != BidderPerson.Kind.SHAREHOLDER:
        raise Invalid(fields={"share": _("Only a shareholder has a share.")})
    twice = bidder.people.filter(kind=kind, ended_at__isnull=True, identity_blind__matches=values["identity"])
    if twice.exists():
        raise Invalid(fields={"identity": _("This person stands in the list already.")})
    person = BidderPerson.objects.create(bidder=bidder, kind=kind, share_bp=share_bp, added_at=now(), **values)
    record(bidder, "bidder.person_added", actor, data={"kind": kind, "person": person.pk})
    return person


def _clean_person(kind: str, name: str, identity: str, phone: str) -> dict[str, str]:
    wrong: dict[str, type_of_message] = {}
    values = {"name": name.strip(), "identity": "".join(identity.split()).upper(), "phone": phone.strip()}
    if kind not in BidderPerson.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    is_firm = kind == BidderPerson.Kind.SHAREHOLDER and not _is_resident(values["identity"])
    try:
        if is_firm:
            values["identity"] = check_uscc(values["identity"])
        else:
            check_resident_number(values["identity"])
            values["name"] = check_name(values["name"])
    except Invalid as error:
        wrong["name" if "identity" not in wrong and _is_resident(values["identity"]) else "identity"] = error.message
    if not values["name"]:
        wrong["name"] = _("Enter the name.")
    if values["phone"]:
        try:
            values["phone"] = check_phone(values["phone"])
        except Invalid as error:
            wrong["phone"] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _is_resident(number: str) -> bool:
    try:
        check_resident_number(number)
    except Invalid:
        return False
    return True


@action
def end_person(actor: Actor, bidder_id: int, person_id: int) -> BidderPerson:
    """The person left; the row stays, since earlier bids were made with them. Raises NotFound."""
    bidder = own_bidder(actor, bidder_id)
    person = bidder.people.filter(pk=person_id, ended_at__isnull=True).first()
    if person is None:
        raise NotFound()
    person.ended_at = now()
    person.save(update_fields=["ended_at"])
    record(bidder, "bidder.person_ended", actor, data={"kind": person.kind, "person": person.pk})
    return person


@action
def add_certificate(actor: Actor, bidder_id: int, content: bytes) -> Certificate:
    """Take a public certificate in; it counts once its holder has signed the challenge. Raises NotFound, Invalid.

    It is taken only from an authority that is trusted today: whose signature stands under it, not whose name.
    """
    bidder = own_bidder(actor, bidder_id)
    read = signatures.read(content)
    authority = issuers.check_issuer(read, now())
    if Certificate.objects.filter(fingerprint=read.fingerprint, ended_at__isnull=True).exists():
        raise Invalid(fields={"file": _("This certificate is in use already.")})
    made = Certificate.objects.create(
        bidder=bidder, authority=authority, added_at=now(), challenge=secrets.token_hex(32), **vars(read)
    )
    data = {"certificate": made.pk, "sha256": made.fingerprint, "authority": authority.name}
    record(bidder, "bidder.certificate_added", actor, data=data)
    return made


@action
def prove_certificate(actor: Actor, bidder_id: int, certificate_id: int, *, signature: str) -> Certificate:
    """Show that the private key is the bidder's: the challenge's signature, in Base64. Raises NotFound, Invalid."""
    bidder = own_bidder(actor, bidder_id)
    rows = bidder.certificates.filter(pk=certificate_id, ended_at__isnull=True, proved_at__isnull=True)
    one = rows.select_related("authority").first()
    if one is None:
        raise NotFound()
    try:
        check_certificate(one, now())
    except DomainError as error:
        raise Invalid(fields={"signature": error.message}) from None
    if not signatures.is_signed(one.pem, one.challenge.encode(), signature):
        raise Invalid(
            fields={"signature": _("This is not the signature of the text above with this certificate's key.")}
        )
    one.proved_at = now()
    one.save(update_fields=["proved_at"])
    record(bidder, "bidder.certificate_proved", actor, data={"certificate": one.pk})
    return one


@action
def end_certificate(actor: Actor, bidder_id: int, certificate_id: int) -> Certificate:
    """Use a certificate no longer. Raises NotFound."""
    bidder = own_bidder(actor, bidder_id)
    one = bidder.certificates.filter(pk=certificate_id, ended_at__isnull=True).first()
    if one is None:
        raise NotFound()
    one.ended_at = now()
    one.save(update_fields=["ended_at"])
    record(bidder, "bidder.certificate_ended", actor, data={"certificate": one.pk})
    return one


@action
def enter_revocation(actor: Actor, certificate_id: int, *, reason: str) -> Certificate:
    """Its authority has revoked a certificate: nothing is signed with it from now on. Called by the authority's adapter.

    What was signed before stays signed. Raises NotFound.
    """
    if not Certificate.objects.filter(pk=certificate_id).exists():
        raise NotFound()
    one = db.lock_row(Certificate.objects.select_related("bidder"), certificate_id)
    if one.revoked_at is None:
        one.revoked_at, one.revoked_why = now(), reason[:200]
        one.save(update_fields=["revoked_at", "revoked_why"])
        data = {"certificate": one.pk, "reason": one.revoked_why}
        record(one.bidder, "bidder.certificate_revoked", actor, data=data)
    return one


# --- restrictions -------------------------------------------------------------------------------------------------------

REQUIRED = ("name", "ground", "source", "authority", "appeal")


@dataclass(frozen=True, kw_only=True)
class RestrictionDraft:
    """A decision as it lies before who records it."""

    uscc: str
    name: str
    kind: str
    ground: str
    source: str
    authority: str
    starts_on: Any
    ends_on: Any = None
    appeal: str = ""
    category: str = ""


@action
def restrict(actor: Actor, draft: RestrictionDraft) -> Restriction:
    """Record a decision that keeps a firm out; its agents are told. Raises NotAllowed, Invalid with `fields`."""
    if actor.user is None or not policies.may_restrict(actor.user):
        raise NotAllowed()
    return keep_out(actor, draft)


def keep_out(actor: Actor, draft: RestrictionDraft) -> Restriction:
    """Write the restriction and tell the firm, in the caller's transaction, who asked the policy. Raises Invalid."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in vars(draft).items()}
    wrong: dict[str, type_of_message] = {name: _("Please fill this in.") for name in REQUIRED if not values[name]}
    try:
        values["uscc"] = check_uscc(draft.uscc)
    except Invalid as error:
        wrong["uscc"] = error.message
    if draft.kind not in Restriction.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if draft.category and draft.category not in Category.values:
        wrong["category"] = _("Please choose one of the answers.")
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    if wrong:
        raise Invalid(fields=wrong)
    made = Restriction.objects.create(recorded_at=now(), **values)
    data = {"uscc": made.uscc, "kind": made.kind, "from": made.starts_on, **facts(made)}
    record(made, "restriction.recorded", actor, data=data)
    notices.tell_restricted(made)
    return made


@action
def lift(actor: Actor, restriction_id: int, *, note: str) -> Restriction:
    """End a restriction from today on, with the reason. Raises NotAllowed, NotFound, WrongState, Invalid."""
    if actor.user is None or not policies.may_restrict(actor.user):
        raise NotAllowed()
    return let_in(actor, restriction_id, note=note)


def let_in(actor: Actor, restriction_id: int, *, note: str) -> Restriction:
    """End a restriction in the caller's transaction, who asked the policy. Raises NotFound, WrongState, Invalid."""
    try:
        one = db.lock_row(Restriction.objects.all(), restriction_id)
    except Restriction.DoesNotExist:
        raise NotFound() from None
    if one.lifted_on is not None:
        raise WrongState()
    if not note.strip():
        raise Invalid(fields={"note": _("Write why it is lifted.")})
    one.lifted_on, one.lifted_note = today(), note.strip()
    one.save(update_fields=["lifted_on", "lifted_note"])
    record(one, "restriction.lifted", actor, data={"reason": one.lifted_note, **facts(one)})
    notices.tell_lifted(one)
    return one


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed()
    return actor.user


def own_bidder(actor: Actor, bidder_id: int) -> Bidder:
    """The bidder, locked; NotFound for a missing one and for one the actor does not act for, alike."""
    try:
        bidder = db.lock_row(Bidder.objects.select_related("organisation"), bidder_id)
    except Bidder.DoesNotExist:
        raise NotFound() from None
    if not acts_for(_person(actor), bidder.organisation_id):
        raise NotFound()
    return bidder
