"""What cases hang into the registries of the core: who may read their files, and their name on the auditor's page."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, files, registries
from portal.core.models import StoredFile
from portal.core.retention import Kept, Then, keep
from portal.core.retention_lines import FOR_GOOD

FILE_KIND = "cases.material"


def connect() -> None:
    """Called once, in the app's ready()."""
    from approvals.cases.actions.drafts import DRAFT_DAYS, purge_drafts

    files.register_policy(FILE_KIND, may_read_material)
    keep(
        Kept(
            "cases.drafts", _("Drafts that nobody goes on with, with what was typed and uploaded"),
            pgettext_lazy("retention", "they were last touched"),
            _("Personal Information Protection Law, article 19; the time is set by the centre"), rule=DRAFT_DAYS,
            clear=purge_drafts,
        ),
        Kept(
            "cases", _("Applications with their materials and steps"), FOR_GOOD, _("Archives Law, article 13"), Then.KEPT
        ),
    )  # fmt: skip
    registries.register_panel("catalogue.admin.item", "cases.count", open_cases_panel)
    access.register_stream("cases.case", _("Case"), link=lambda pk: reverse("cases:by-id", args=[pk]))
    access.register_purposes(
        {
            "case handling": pgettext_lazy("purpose", "Handling of a case"),
            "intake at the window": pgettext_lazy("purpose", "Intake at the window"),
            "correction on the spot": pgettext_lazy("purpose", "Correction on the spot"),
            "papers left at the window": pgettext_lazy("purpose", "Papers left at the window"),
        }
    )
    access.register_words(
        {f"file:{FILE_KIND}": _("Material of an application"), "application": _("What the applicant wrote")}
    )


def open_cases_panel(request: HttpRequest, item: Any) -> str:
    """How many drafts and open cases an item has, for whoever is about to close it."""
    from approvals.cases.models import Case

    counted = Case.objects.filter(item=item, imported=False).aggregate(
        drafts=Count("pk", filter=Q(state="draft")),
        open=Count("pk", filter=Q(ended_on__isnull=True) & ~Q(state="draft")),
    )
    return render_to_string("cases/item_panel.html", counted, request=request)


def may_read_material(user: Any, file: StoredFile) -> bool:
    """Whoever sees the personal data of the case that the file belongs to."""
    from approvals.cases import policies
    from approvals.cases.models import Case

    case = Case.objects.filter(pk=file.stream_id or 0).first()
    return case is not None and policies.may_see_personal(user, case)
