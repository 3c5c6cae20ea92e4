"""Lists of this room as files: leads and signs. The filters are those of the pages."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, register_export
from procurement.oversight.lifecycle import LEAD
from procurement.oversight.listing import leads_for, signs_for
from procurement.oversight.models import Lead, Sign
from procurement.oversight.policies import may_watch
from procurement.oversight.signs import REGISTRY


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "oversight.leads",
        title=_("Leads on collusion"),
        policy=may_watch,
        queryset=lambda user, params: leads_for(user, params).select_related("taken_by", "confirmed_by"),
        prepare=_prepare,
        columns=[
            Column(pgettext_lazy("lead", "Number"), "number"),
            Column(_("Title"), "title"),
            Column(pgettext_lazy("oversight", "Priority"), "priority", "integer"),
            Column(_("State"), lambda lead: LEAD.states[lead.state].label),
            Column(pgettext_lazy("lead", "Signs"), lambda lead: "；".join(lead.listed_signs)),
            Column(_("Firms"), lambda lead: "；".join(lead.listed_firms)),
            Column(pgettext_lazy("oversight", "Opened on"), "opened_on", "date"),
            Column(_("Handled by"), "taken_by.name"),
            Column(pgettext_lazy("lead", "Result"), lambda lead: lead.get_result_display()),
            Column(_("Document number"), "document_number"),
            Column(pgettext_lazy("oversight", "Closed on"), "closed_on", "date"),
            Column(
                pgettext_lazy("oversight", "Confirmed by"),
                lambda lead: lead.confirmed_by.name if lead.confirmed_by else "",
            ),
        ],
    )
    register_export(
        "oversight.signs",
        title=_("Signs of collusion"),
        policy=may_watch,
        queryset=lambda user, params: (
            signs_for(user, params).select_related("project__buyer", "lot", "lead").prefetch_related("firms")
        ),
        columns=[
            Column(pgettext_lazy("oversight", "Code"), "code"),
            Column(pgettext_lazy("sign", "Sign"), lambda sign: str(REGISTRY[sign.code].title)),
            Column(_("Kind"), lambda sign: sign.get_kind_display()),
            Column(pgettext_lazy("oversight", "Basis"), lambda sign: sign.get_basis_display()),
            Column(_("Tender"), lambda sign: sign.project.number if sign.project else ""),
            Column(_("Title"), lambda sign: sign.project.title if sign.project else ""),
            Column(_("Lot"), lambda sign: str(sign.lot.number) if sign.lot else ""),
            Column(_("Buyer or seller"), lambda sign: sign.project.buyer.name if sign.project else ""),
            Column(_("Firms"), lambda sign: "；".join(firm.name for firm in sign.firms.all())),
            Column(_("Formula"), "formula"),
            Column(_("Source"), "source"),
            Column(_("Found on"), "found_on", "date"),
            Column(_("Withdrawn on"), "withdrawn_on", "date"),
            Column(pgettext_lazy("sign", "Lead"), lambda sign: sign.lead.number if sign.lead else ""),
        ],
    )


def _prepare(_user: Any, _params: Any, rows: Sequence[Lead]) -> None:
    """The titles of the standing signs and the firms of each lead, two queries a batch."""
    found = {lead.pk: (set[str](), set[str]()) for lead in rows}
    signs = Sign.objects.filter(lead__in=found).standing().prefetch_related("firms")
    for sign in signs:
        titles, firms = found[sign.lead_id]  # type: ignore[index]
        titles.add(str(REGISTRY[sign.code].title))
        firms.update(firm.name for firm in sign.firms.all())
    for lead in rows:
        titles, firms = found[lead.pk]
        lead.listed_signs, lead.listed_firms = sorted(titles), sorted(firms)  # type: ignore[attr-defined]
