"""Whether a certificate may be relied on today, and why not: one answer for material, check page and lists."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.models import Certificate
from portal.core.templatetags.portal import day as in_words
from portal.core.time import today


def state_today(certificate: Certificate, day: dt.date | None = None) -> str:
    """The state by the calendar: past its last day it has expired, also before the nightly sweep says so."""
    over = certificate.valid_until is not None and certificate.valid_until < (day or today())
    return "expired" if over and certificate.state in {"issued", "suspended"} else certificate.state


def label_today(certificate: Certificate) -> Any:
    """The state in words; a renewal that begins later says so."""
    state = state_today(certificate)
    if state == "issued" and certificate.valid_from > today():
        return pgettext("certificate", "Valid later")
    return CERTIFICATE.states[state].label


def objection(certificate: Certificate) -> str:
    """Why it cannot be used as material today, for its holder; empty when it can."""
    words = {"number": certificate.number, "day": in_words(certificate.valid_until)}
    words["since"] = in_words(certificate.state_on)
    match state_today(certificate):
        case "issued":
            if certificate.valid_from <= today():
                return ""
            return _("%(number)s is valid from %(day)s.") % {**words, "day": in_words(certificate.valid_from)}
        case "expired":
            return _("%(number)s expired on %(day)s.") % words
        case "suspended":
            return _("%(number)s has been suspended since %(since)s.") % words
        case "revoked":
            return _("%(number)s was revoked on %(since)s.") % words
        case "replaced":
            return _("%(number)s was replaced by a renewal on %(since)s.") % words
        case _:
            return _("%(number)s is no longer valid.") % words
