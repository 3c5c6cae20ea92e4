"""What cases hang into the registries of the core: who may read their files, and their name on the auditor's page."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import access, files, registries
from portal.core.models import StoredFile

FILE_KIND = "cases.material"


def connect() -> None:
    """Called once, in the app's ready()."""
    files.register_policy(FILE_KIND, may_read_material)
    registries.register_panel("catalogue.admin.item", "cases.count", open_cases_panel)
    access.register_stream("cases.case", _("Case"), link=lambda pk: reverse("cases:by-id", args=[pk]))
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
