"""What the pages of tenders show of this room: to supervisors and auditors only."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string

from procurement.oversight.models import Sign
from procurement.oversight.policies import may_watch
from procurement.tenders.models import Project


def tender_panel(request: HttpRequest, project: Project) -> str:
    """How many signs stand, and the way to them; nothing, and no query, for all others."""
    user: Any = request.user
    if not may_watch(user):
        return ""
    rows = Sign.objects.visible_to(user).standing().filter(project=project.pk)
    counts = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    context = {"tender": project, "findings": counts.get("finding", 0), "figures": counts.get("statistical", 0)}
    return render_to_string("oversight/_panel.html", context, request)
