"""Giving a certificate in place of a material of a package (免证办): consent, a copy of its paper, a line on its record."""

from django.utils.translation import gettext_lazy as _

from approvals.certificates import policies as certificate_policies
from approvals.certificates.models import Certificate
from approvals.certificates.standing import objection
from approvals.packages import given, policies
from approvals.packages.actions.drafting import came, editable
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling, PackagePaper
from approvals.packages.registrations import FILE_KIND
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record, stream_of
from portal.core.models import StoredFile
from portal.core.time import now


@action
def give_certificate(actor: Actor, filing_id: int, certificate_id: int, *, key: str, consent: bool) -> PackagePaper:
    """The holder gives the certificate for every item of the draft that asks for the merged material `key`.

    A second call finds the first one's paper. Raises NotFound (also for a certificate or a material that do not go
    together), Invalid without consent, WrongState for a certificate that does not hold today and for one whose file is
    being made.
    """
    filing = editable(actor, filing_id)
    if actor.user is None or not policies.is_applicant(actor.user, filing):
        raise NotFound()
    draft = Draft(filing)
    certificate = _its_own(actor, draft, certificate_id, key)
    if not consent:
        raise Invalid(fields={"consent": _("Without your consent the certificate is not given away.")})
    if reason := objection(certificate):
        raise WrongState(_("This certificate cannot be used: %(reason)s"), reason=reason)
    if (before := filing.papers.filter(key=key, certificate=certificate).first()) is not None:
        return before
    came(filing, key)
    paper = PackagePaper.objects.create(
        filing=filing, key=key, file=_copy(certificate, filing.pk, actor), certificate=certificate,
        authorised_by=actor.user, authorised_at=now(),
    )  # fmt: skip
    asked = next(one.asked for one in draft.materials if one.key == key)
    told = {
        "package": filing.package.code,
        "items": [code for code, _material in asked],
        "material": asked[0][1].code,
    }
    record(certificate, "certificate.given", actor, from_state=certificate.state, to_state=certificate.state, data=told)
    return paper


def _its_own(actor: Actor, draft: Draft, certificate_id: int, key: str) -> Certificate:
    held = given.held_by_applicant(draft.filing).filter(pk=certificate_id).first()
    if held is None or actor.user is None:
        raise NotFound()
    certificate = db.lock_row(Certificate.objects.select_related("type", "document__file"), certificate_id)
    fits = certificate.type_id in given.types_for(draft).get(key, frozenset())
    if not fits or not certificate_policies.may_use(actor.user, certificate):
        raise NotFound()
    return certificate


def _copy(certificate: Certificate, filing_id: int, actor: Actor) -> StoredFile:
    """A snapshot: the same content under a row of the draft's own, whatever becomes of the certificate later."""
    source = certificate.document.file if certificate.document is not None else None
    if source is None:
        raise WrongState(_("The file of this certificate is still being made. Please try again in a minute."))
    return StoredFile.objects.create(
        sha256=source.sha256, size=source.size, name=f"{given.title_of(certificate)[:190]}.pdf", mime=source.mime,
        kind=FILE_KIND, created_at=now(), owner_user_id=actor.user_id, owner_name=actor.name[:100], scan=source.scan,
        stream=stream_of(PackageFiling), stream_id=filing_id,
    )  # fmt: skip
