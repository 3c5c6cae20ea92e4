"""Whether a firm may bid, and with which certificate: each block says its ground, source, end and how to object."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError
from portal.core.templatetags.portal import day as written
from portal.core.templatetags.portal import moment
from procurement.bidders import issuers
from procurement.bidders.models import Bidder, BidderPerson, Certificate, Restriction

BLOCKED = _(
    "%(name)s cannot take part: %(kind)s, decided by %(authority)s. Ground: %(ground)s. Source: %(source)s. It ends:"
    " %(until)s. How to object: %(appeal)s"
)
OPEN_END = _("until it is lifted")


class Blocked(DomainError):
    """The firm is kept out on this day."""

    code = "blocked"
    status = 403


class CertificateOver(DomainError):
    """The certificate's own days do not hold at this moment."""

    code = "certificate_expired"
    status = 422
    default_message = _(
        "The certificate %(serial)s is valid from %(start)s to %(end)s and cannot sign now. Please sign with one that holds"
        " today."
    )


class CertificateRevoked(DomainError):
    """Its authority has revoked the certificate."""

    code = "certificate_revoked"
    status = 422
    default_message = _(
        "The certificate %(serial)s was revoked by its authority on %(at)s (%(why)s). Please sign with another one."
    )


class CertificateNotTrusted(DomainError):
    """The authority that issued the certificate is not on the list of the moment."""

    code = "certificate_not_trusted"
    status = 422
    default_message = _(
        "The certificate %(serial)s was issued by %(issuer)s, which is not trusted here now. Please sign with a certificate"
        " of a trusted authority."
    )


class AuthorityEnded(DomainError):
    """The authority that issued the certificate was taken off the list."""

    code = "certificate_authority_ended"
    status = 422
    default_message = _(
        "The certificate %(serial)s cannot sign any more: its authority %(name)s has not been trusted since %(at)s"
        " (%(why)s). Please sign with a certificate of another authority."
    )


class NoLegalPerson(DomainError):
    """The firm has named no legal person, so nobody could find out with whom it shares one."""

    code = "no_legal_person"
    status = 409
    default_message = _(
        "No legal person is entered for %(name)s. Please enter the legal person in the firm's trading profile, then send"
        " the bid."
    )


def has_legal_person(bidder: Bidder) -> bool:
    """Whether a legal person stands in the profile today. One query."""
    return bidder.people.standing().filter(kind=BidderPerson.Kind.LEGAL_PERSON).exists()


def check_legal_person(bidder: Bidder) -> None:
    """Raises NoLegalPerson: article 34 of the tendering regulation bars bids of one legal person, which has to be known."""
    if not has_legal_person(bidder):
        raise NoLegalPerson(name=bidder.organisation.name)


def check_certificate(one: Certificate, at: dt.datetime) -> None:
    """Whether something may be signed with it at this moment.

    Raises CertificateRevoked, CertificateOver, AuthorityEnded, CertificateNotTrusted.
    """
    if one.revoked_at is not None:
        raise CertificateRevoked(serial=one.serial[:12], at=moment(one.revoked_at), why=one.revoked_why)
    if not one.valid_from <= at <= one.valid_until:
        raise CertificateOver(serial=one.serial[:12], start=moment(one.valid_from), end=moment(one.valid_until))
    if issuers.is_trusted(one, at):
        return
    by = one.authority
    if by is not None and by.ended_at is not None:
        raise AuthorityEnded(serial=one.serial[:12], name=by.name, at=moment(by.ended_at), why=by.ended_why)
    raise CertificateNotTrusted(serial=one.serial[:12], issuer=one.issuer)


def blocks_of(uscc: str, on: dt.date, category: str = "") -> list[Restriction]:
    """The restrictions that keep a firm from bidding on a day. One query."""
    rows = Restriction.objects.holding(uscc, on, category).exclude(kind=Restriction.Kind.AGENCY)
    return list(rows.order_by("-starts_on", "-pk"))


def check_may_bid(uscc: str, on: dt.date, category: str) -> None:
    """Raises Blocked with the whole explanation of the first restriction that holds."""
    for one in blocks_of(uscc, on, category)[:1]:
        raise blocked(one)


def check_may_run(uscc: str, on: dt.date) -> None:
    """Raises Blocked where the firm is suspended as a tendering agency, or listed altogether."""
    kinds = (Restriction.Kind.AGENCY, Restriction.Kind.BLACKLIST)
    one = Restriction.objects.holding(uscc, on).filter(kind__in=kinds).order_by("-starts_on", "-pk").first()
    if one is not None:
        raise blocked(one)


def blocked(one: Restriction) -> Blocked:
    """The refusal that explains a restriction: kind, authority, ground, source, end, how to object."""
    until = written(one.ends_on) if one.ends_on else OPEN_END
    return Blocked(
        BLOCKED, name=one.name, kind=one.get_kind_display(), authority=one.authority, ground=one.ground,
        source=one.source, until=until, appeal=one.appeal,
    )  # fmt: skip
