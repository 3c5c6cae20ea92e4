"""The life of a certificate: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.certificates import policies
from approvals.certificates.models import Certificate
from portal.core.lifecycle import Ask, Lifecycle, State, Step, Transition
from portal.core.time import local_date

STATES = [
    State("issued", pgettext_lazy("certificate", "Valid")),
    State("suspended", pgettext_lazy("certificate", "Suspended")),
    State("revoked", pgettext_lazy("certificate", "Revoked"), ended=True),
    State("expired", pgettext_lazy("certificate", "Expired"), ended=True),
    State("replaced", pgettext_lazy("certificate", "Replaced by a renewal"), ended=True),
    State("withdrawn", pgettext_lazy("certificate", "Withdrawn by a correction"), ended=True),
]
TONES = {"issued": "green", "suspended": "amber", "revoked": "red", "expired": "grey", "replaced": "grey"}
REASON = Ask("reason", "text", _("Reason"), longest=300, hint=_("The holder reads this."))
HELD = frozenset({"issued", "suspended"})


def _nobody(_user: Any, _certificate: Certificate) -> bool:
    return False


def _note(step: Step[Certificate]) -> None:
    """Since when and why it is as it is."""
    certificate = step.obj
    certificate.state_on = local_date(step.moment)
    certificate.state_reason = step.inputs.get("reason", "")
    step.data.update(number=certificate.number, reason=certificate.state_reason)


def _suspend(step: Step[Certificate]) -> None:
    _note(step)
    step.obj.suspended_on = local_date(step.moment)


def _restore(step: Step[Certificate]) -> None:
    """It holds again; the day of the suspension stays for the figures."""
    _note(step)


def _revoke(step: Step[Certificate]) -> None:
    _note(step)
    step.obj.revoked_on = local_date(step.moment)


TRANSITIONS: list[Transition[Certificate]] = [
    Transition(
        "suspend", label=_("Suspend"), told=pgettext_lazy("timeline", "Certificate suspended"),
        sources=frozenset({"issued"}), target="suspended", may=policies.may_propose, confirms=policies.may_confirm,
        effect=_suspend, asks=(REASON,), tone="warning",
    ),
    Transition(
        "restore", label=_("End the suspension"), told=pgettext_lazy("timeline", "Suspension ended"),
        sources=frozenset({"suspended"}), target="issued", may=policies.may_propose, confirms=policies.may_confirm,
        effect=_restore, asks=(REASON,), tone="primary",
    ),
    Transition(
        "revoke", label=_("Revoke"), told=pgettext_lazy("timeline", "Certificate revoked"),
        sources=HELD, target="revoked", may=policies.may_propose, confirms=policies.may_confirm, effect=_revoke,
        asks=(REASON,), tone="warning", irreversible=True, portal_too=True,
    ),
    Transition(
        "expire", label=_("Expired"), told=pgettext_lazy("timeline", "Certificate expired"), sources=HELD,
        target="expired", may=_nobody, by_portal=True, effect=_note,
    ),
    Transition(
        "replace", label=_("Replaced"), told=pgettext_lazy("timeline", "Certificate replaced by a renewal"),
        sources=HELD | {"expired"}, target="replaced", may=_nobody, by_portal=True, effect=_note,
    ),
    Transition(
        "reinstate", label=_("Valid again"), told=pgettext_lazy("timeline", "The renewal was undone by a correction"),
        sources=frozenset({"replaced"}), target="issued", may=_nobody, by_portal=True, effect=_note, public=False,
    ),
    Transition(
        "withdraw", label=_("Withdrawn"), told=pgettext_lazy("timeline", "Certificate withdrawn by a correction"),
        sources=HELD | {"expired"}, target="withdrawn", may=_nobody, by_portal=True, effect=_note, public=False,
    ),
]  # fmt: skip

CERTIFICATE: Lifecycle[Certificate] = Lifecycle("certificate", STATES, TRANSITIONS)
