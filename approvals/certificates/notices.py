"""What holders are told about their certificates: one template for each occasion."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.certificates.models import Certificate
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Membership, User

WORDS = frozenset({"name", "number"})


def _template(code: str, subject: Any, body: Any, *more: str) -> str:
    return register(Template(f"certificate.{code}", subject, body, WORDS | set(more))).code


ISSUED = _template(
    "issued",
    _("Your %(name)s has been issued"),
    _("Your certificate %(number)s (%(name)s) has been issued. You find it under “My certificates”, with its PDF."),
)
EXPIRING = _template(
    "expiring",
    _("Your %(name)s expires on %(until)s"),
    _("Your certificate %(number)s (%(name)s) is valid until %(until)s. Please renew it in time."),
    "until",
)
EXPIRED = _template(
    "expired",
    _("Your %(name)s has expired"),
    _("Your certificate %(number)s (%(name)s) was valid until %(until)s. It can no longer be used."),
    "until",
)
STEPS = {
    "suspend": _template(
        "suspended",
        _("Your %(name)s has been suspended"),
        _("Your certificate %(number)s (%(name)s) has been suspended. Reason: %(reason)s"),
        "reason",
    ),
    "restore": _template(
        "restored",
        _("Your %(name)s is valid again"),
        _("The suspension of your certificate %(number)s (%(name)s) has ended. Reason: %(reason)s"),
        "reason",
    ),
    "revoke": _template(
        "revoked",
        _("Your %(name)s has been revoked"),
        _("Your certificate %(number)s (%(name)s) has been revoked. Reason: %(reason)s"),
        "reason",
    ),
}


def tell_issued(certificate: Certificate) -> None:
    _send(certificate, ISSUED, {}, f"issued:{certificate.pk}")


def tell_expiring(certificate: Certificate, limit: int) -> None:
    """Once for each limit."""
    _send(certificate, EXPIRING, {"until": certificate.valid_until}, f"expiring:{certificate.pk}:{limit}")


def tell_step(certificate: Certificate, code: str) -> None:
    """What was decided about the certificate, where the holder has to know."""
    key = f"{code}:{certificate.pk}:{certificate.state_version}"
    if code == "expire":
        _send(certificate, EXPIRED, {"until": certificate.valid_until}, key)
    elif code in STEPS:
        _send(certificate, STEPS[code], {"reason": certificate.state_reason}, key)


def receivers(certificate: Certificate) -> list[User]:
    """The holder's account, or those who act for the organisation today."""
    if certificate.organisation_id is None:
        return [certificate.holder] if certificate.holder is not None else []
    rows = Membership.objects.in_force().filter(organisation=certificate.organisation_id).select_related("user")
    return [membership.user for membership in rows]


def _send(certificate: Certificate, template: str, more: dict[str, Any], key: str) -> None:
    names = Words(certificate.type.name, certificate.type.name_en or certificate.type.name)
    words = {"name": names, "number": certificate.number, **more}
    for user in receivers(certificate):
        notify(
            user, template, words, about=("certificates.certificate", certificate.pk),
            path=reverse("certificates:mine-one", args=[certificate.pk]), key=f"{key}:{user.pk}",
        )  # fmt: skip
