"""The supplement notice that an applicant answers now, and whether anything has been done about it."""

from django.db.models import Q

from approvals.cases.answers import changed_since
from approvals.cases.models import Case, CaseContent, SupplementRequest
from approvals.catalogue.models import Material


def asked_of(case: Case) -> SupplementRequest | None:
    """The latest notice."""
    return case.supplement_requests.order_by("-pk").first()


def nothing_supplemented(case: Case, content: CaseContent) -> bool:
    """The notice names something to upload, and neither files nor answers have changed since.

    A notice that names only papers for the window, or says in words what to do, is answered without uploads too.
    """
    asked = asked_of(case)
    if asked is None or not _to_upload(case, asked):
        return False
    since = Q(added_at__gt=asked.asked_at) | Q(replaced_at__gt=asked.asked_at)
    return not case.materials.filter(since).exists() and not changed_since(content, case.supplement_notices)


def _to_upload(case: Case, asked: SupplementRequest) -> bool:
    named = Material.objects.filter(version=case.version_id, pk__in=asked.missing)
    return named.exclude(kind=Material.Kind.ORIGINAL).exists()
