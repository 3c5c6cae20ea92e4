"""The printer of the issuing window: what was printed on which blank form, and what was spoiled."""

import re

from django.utils.translation import gettext_lazy as _

from approvals.certificates import policies
from approvals.certificates.actions.steps import counted, locked
from approvals.certificates.models import Certificate, Print
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, WrongState
from portal.core.events import record
from portal.core.time import now, today

FORM = re.compile(r"[0-9A-Z][0-9A-Z-]{2,29}")


@action
def mark_printed(actor: Actor, certificate_id: int, *, form_number: str = "") -> Print:
    """It has been printed; a numbered blank form is used once. Raises NotFound, NotAllowed, WrongState, Invalid."""
    certificate = locked(certificate_id, actor)
    user = actor.user
    if user is None or not policies.may_print(user, certificate):
        raise NotAllowed()
    if not certificate.version.on_paper or certificate.state != "issued":
        raise WrongState(_("This certificate is not printed: it is electronic only, or no longer valid."))
    if certificate.printed_on is not None:
        raise WrongState(_("It has been printed already. A spoiled print is entered first."))
    if certificate.document is None or not certificate.document.is_ready:
        raise WrongState(_("The file of this certificate is still being made. Please try again in a minute."))
    number = _checked(certificate, form_number)
    made = Print.objects.create(
        certificate=certificate, type=certificate.type, form_number=number, printed_by=user, printed_at=now()
    )
    with counted(certificate):
        certificate.printed_on = today()
        certificate.save(update_fields=["printed_on"])
    _record(certificate, "certificate.printed", actor, {"form": number})
    return made


def _checked(certificate: Certificate, typed: str) -> str:
    """The number of the blank form as it is kept. Raises Invalid where one is missing, odd, or used before."""
    number = typed.strip().upper()
    if not certificate.version.numbered_forms:
        return ""
    if not FORM.fullmatch(number):
        raise Invalid(
            fields={"form_number": _("Enter the number that is printed on the blank form: digits and letters.")}
        )
    if Print.objects.filter(type=certificate.type_id, form_number=number).exists():
        raise Invalid(fields={"form_number": _("This blank form has been used before. Please compare the number.")})
    return number


@action
def mark_spoiled(actor: Actor, certificate_id: int, *, reason: str) -> Print:
    """The print was spoiled: its form is void, and it waits for the printer again.

    Raises NotFound, NotAllowed, WrongState (nothing printed, or handed out already), Invalid without a reason.
    """
    certificate = locked(certificate_id, actor)
    user = actor.user
    if user is None or not policies.may_print(user, certificate):
        raise NotAllowed()
    row = certificate.prints.filter(spoiled_at__isnull=True).first()
    delivery = getattr(certificate.case, "delivery", None)
    if row is None or (delivery is not None and delivery.state in {"posted", "delivered"}):
        raise WrongState(_("Nothing that could be spoiled lies at the window."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please fill this in.")})
    row.spoiled_at, row.spoiled_by, row.spoiled_reason = now(), user, reason.strip()[:200]
    row.save(update_fields=["spoiled_at", "spoiled_by", "spoiled_reason"])
    with counted(certificate):
        certificate.printed_on = None
        certificate.save(update_fields=["printed_on"])
    _record(certificate, "certificate.spoiled", actor, {"form": row.form_number, "reason": row.spoiled_reason})
    return row


def _record(certificate: Certificate, kind: str, actor: Actor, data: dict[str, str]) -> None:
    record(certificate, kind, actor, from_state=certificate.state, to_state=certificate.state, data=data)
