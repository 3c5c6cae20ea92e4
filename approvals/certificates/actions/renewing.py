"""Renewing: a draft for the item by which a certificate of the type is renewed, tied to the certificate."""

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.filing import draft_for
from approvals.cases.models import Case
from approvals.catalogue.models import Item
from approvals.certificates import policies
from approvals.certificates.actions.steps import locked
from approvals.certificates.models import Certificate, CertificateRenewal
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, WrongState
from portal.core.events import record

RENEWABLE = frozenset({"issued", "suspended", "expired"})


def renewal_item(certificate: Certificate) -> Item | None:
    """The item that renews certificates of this type, while it is open to filing."""
    code = certificate.type.renewal_item_code
    found = Item.objects.select_related("current", "department").filter(code=code).first() if code else None
    return found if found is not None and found.is_open_to_filing else None


@action
def renew(actor: Actor, certificate_id: int) -> Case:
    """The holder's draft of the renewal, new or begun before. Raises NotFound, NotAllowed, WrongState."""
    certificate = locked(certificate_id, actor)
    if actor.user is None or not policies.may_renew(actor.user, certificate):
        raise NotAllowed()
    item = renewal_item(certificate)
    if item is None:
        raise WrongState(_("Certificates of this type are not renewed online. Please ask the department."))
    if certificate.state not in RENEWABLE:
        raise WrongState(_("This certificate can no longer be renewed. Please apply for a new one."))
    filed = CertificateRenewal.objects.filter(certificate=certificate, case__ended_on__isnull=True)
    if filed.exclude(case__state="draft").exists():
        raise WrongState(_("A renewal of this certificate is being handled already."))
    case = draft_for(actor.user, item, organisation=certificate.organisation)
    link, made = CertificateRenewal.objects.get_or_create(case=case, defaults={"certificate": certificate})
    if link.certificate_id != certificate.pk:
        raise WrongState(_("You have a draft that renews another certificate. Please finish or delete it first."))
    if made:
        record(
            certificate, "certificate.renewal_begun", actor, from_state=certificate.state,
            to_state=certificate.state, data={"item": item.code},
        )  # fmt: skip
    return case
