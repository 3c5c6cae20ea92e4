"""What cases hang into the registries of the core: who may read their files, and their name on the auditor's page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import access, files
from portal.core.models import StoredFile

FILE_KIND = "cases.material"


def connect() -> None:
    """Called once, in the app's ready()."""
    files.register_policy(FILE_KIND, may_read_material)
    access.register_stream("cases.case", _("Case"), link=lambda pk: reverse("cases:by-id", args=[pk]))
    access.register_words(
        {f"file:{FILE_KIND}": _("Material of an application"), "application": _("What the applicant wrote")}
    )


def may_read_material(user: Any, file: StoredFile) -> bool:
    """Whoever sees the personal data of the case that the file belongs to."""
    from approvals.cases import policies
    from approvals.cases.models import Case

    case = Case.objects.filter(pk=file.stream_id).first()
    return case is not None and policies.may_see_personal(user, case)
