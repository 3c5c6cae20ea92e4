"""What certificates hang into other rooms: navigation, the way beside a material, guard, panels, shelf, words."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from approvals.cases import guards, sources
from approvals.cases.draft import Brought
from approvals.cases.models import Case
from approvals.certificates import policies, reading
from approvals.certificates.actions.using import given_to, refusal
from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.models import Certificate
from approvals.certificates.rules import CERTIFICATE_RULES
from approvals.certificates.standing import state_today
from approvals.delivery.actions import HAND_OUT
from hall.rule_seeds import announce
from portal.core import access, documents
from portal.core.documents import Shelf, Standing
from portal.core.errors import DomainError, WrongState
from portal.core.models import Document
from portal.core.registries import HANDLING, OWN, PUBLIC, STAFF, SYSTEM, register_nav, register_panel
from portal.core.templatetags.portal import day as in_words
from portal.people.history import register_history

if TYPE_CHECKING:
    from portal.people.models import User

DESK = {"clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator"}
TONES = {"issued": "green", "suspended": "amber", "expired": "amber", "replaced": "amber"}


def unprinted(case: Case, _step: str) -> DomainError | None:
    """Nothing is handed over or posted while the certificate on paper waits for the printer."""
    if Certificate.objects.filter(case=case).to_print().exists():
        return WrongState(
            _("The certificate has not been printed yet. Print it first, on the page “Printing and issuing”."),
            code="unprinted",
        )
    return None


def connect() -> None:
    """Called once, in the app's ready()."""
    announce(CERTIFICATE_RULES)
    guards.register("certificates", ("submit", "resubmit"), refusal, of_new=False)
    guards.register("certificates.printed", (HAND_OUT,), unprinted)
    sources.register_source("certificates", beside_material)
    register_panel("cases.case", "certificates", desk_panel, order=35)
    register_panel("cases.detail", "certificates", citizen_panel, order=25)
    documents.register_shelf(Shelf(reading.STREAM, visible=_readable, may_read=_may_read, may_manage=_may_manage))
    documents.register_standing(reading.STREAM, standing)
    access.register_stream(
        reading.STREAM, _("Certificate"), link=lambda pk: reverse("certificates:certificate", args=[pk])
    )
    access.register_purposes(
        {
            "register": pgettext_lazy("purpose", "Register of certificates"),
        }
    )
    access.register_words({"certificate": _("Holder of a certificate")})
    register_nav(PUBLIC, _("My certificates"), "certificates:mine", {"citizen", "agent"}, order=45, group=OWN)
    register_nav(STAFF, _("Certificates"), "certificates:register", DESK, order=43, group=HANDLING)
    register_nav(STAFF, _("Printing and issuing"), "certificates:queue", DESK, order=44, group=HANDLING)
    register_nav(
        STAFF, _("Types of certificates"), "certificates:types", {"department_head", "administrator"}, order=70,
        group=SYSTEM,
    )  # fmt: skip
    _words()


def _words() -> None:
    register_history(
        {
            "certificate.issued": pgettext_lazy("history", "Issued"),
            "certificate.proposed": pgettext_lazy("history", "Proposed, waits for a second person"),
            "certificate.rejected": pgettext_lazy("history", "Proposal sent back"),
            "certificate.proposal_taken_back": pgettext_lazy("history", "Proposal taken back"),
            "certificate.printed": pgettext_lazy("history", "Printed"),
            "certificate.spoiled": pgettext_lazy("history", "Print spoiled"),
            "certificate.given": pgettext_lazy("history", "Given as material by the holder"),
            "certificate.used": pgettext_lazy("history", "Filed as material"),
            "certificate.renewal_begun": pgettext_lazy("history", "Renewal begun by the holder"),
            "certificate_type.made": pgettext_lazy("history", "Type made"),
            "certificate_type.version_added": pgettext_lazy("history", "Version entered"),
            "certificate_type.linked": pgettext_lazy("history", "Items and materials changed"),
            "certificate_type.closed": pgettext_lazy("history", "Type closed"),
            **{f"certificate.{code}": step.told for code, step in CERTIFICATE.transitions.items()},
        }
    )


# --- papers -----------------------------------------------------------------------------------------------------------


def _readable(user: "User") -> Any:
    return Certificate.objects.readable_by(user).values("pk")


def _may_read(user: "User", certificate_id: int) -> bool:
    found = Certificate.objects.filter(pk=certificate_id).first()
    return found is not None and policies.may_see_personal(user, found)


def _may_manage(user: "User", certificate_id: int) -> bool:
    found = Certificate.objects.filter(pk=certificate_id).first()
    return found is not None and policies.works_for(user, found.department_id)


def standing(document: Document) -> Standing | None:
    """What the public check says of a certificate today: no reasons, nothing personal."""
    certificate = Certificate.objects.select_related("replaced_by").filter(pk=document.stream_id).first()
    if certificate is None:
        return None
    state = state_today(certificate)
    texts = {
        "suspended": _("It must not be relied on while it is suspended, since %(since)s."),
        "revoked": _("It has not been valid since %(since)s."),
        "expired": _("It was valid until %(until)s."),
        "replaced": _("It was replaced on %(since)s by %(by)s."),
        "withdrawn": _("It was withdrawn on %(since)s and is not valid."),
    }
    words = {
        "since": in_words(certificate.state_on),
        "until": in_words(certificate.valid_until),
        "by": certificate.replaced_by.number if certificate.replaced_by else "",
    }
    text = str(texts[state]) % words if state in texts else ""
    label = CERTIFICATE.states[state].label
    if state == "issued" and certificate.valid_from > reading.today():
        return Standing(
            "amber", pgettext("certificate", "Valid later"),
            str(_("It is valid from %(day)s.")) % {"day": in_words(certificate.valid_from)},
        )  # fmt: skip
    return Standing(TONES.get(state, "red"), str(label), text)


# --- pages of others --------------------------------------------------------------------------------------------------


def beside_material(request: HttpRequest, case: Case, row: Brought) -> str:
    """The applicant's certificates that stand in for a material, on the page of uploads."""
    if row.material is None or (case.applicant_id != request.user.pk and case.organisation_id is None):
        return ""
    found = reading.offers(request, case, row.material.code)
    if not found:
        return ""
    titles = {one.title for one in row.files}
    context = {"offers": [(one, _attached(one, titles)) for one in found], "case": case, "material": row.material}
    return render_to_string("certificates/beside_material.html", context, request=request)


def _attached(offer: reading.Offer, titles: set[str]) -> bool:
    return any(offer.certificate.number in title for title in titles)


def _of(case: Case) -> Certificate | None:
    if case.decided_on is None or case.imported:
        return None
    rows = Certificate.objects.filter(case=case).exclude(state="withdrawn")
    found: Certificate | None = rows.select_related("type").first()
    return found


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """The certificate that the case issued, on its holder's page."""
    certificate = _of(case)
    if certificate is None or not policies.is_holder(request.user, certificate):  # type: ignore[arg-type]
        return ""
    context = {"card": reading.card(certificate)}
    return render_to_string("certificates/panel_citizen.html", context, request=request)


def desk_panel(request: HttpRequest, case: Case) -> str:
    """The certificate of the case, and the certificates that were given to it."""
    certificate, given = _of(case), [] if case.is_draft else given_to(case)
    if certificate is None and not given:
        return ""
    context = {
        "card": reading.card(certificate) if certificate else None,
        "given": [(one, state_today(one.certificate), reading.card(one.certificate)) for one in given],
    }
    return render_to_string("certificates/panel_desk.html", context, request=request)
