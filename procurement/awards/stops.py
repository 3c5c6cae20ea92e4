"""What of a remedy holds up a tender: an objection that waits for its answer, a suspension for a complaint."""

import datetime as dt

from django.utils.translation import gettext as _

from portal.core.templatetags.portal import day as written
from procurement.awards.models import Remedy
from procurement.tenders.models import Project


def stop(project: Project, day: dt.date) -> str:
    """The sentence that names the remedy; empty where none holds the tender up. One query."""
    found = Remedy.objects.filter(project=project).stopping(day).order_by("pk").first()
    if found is None:
        return ""
    if found.kind == Remedy.Kind.OBJECTION:
        return _(
            "Objection %(number)s has not been answered. Until then the tender stands still (regulation on the tendering"
            " law, articles 22 and 54); answer it first."
        ) % {"number": found.number}
    if found.suspended_until_on is None:
        return _("The tender is suspended because of complaint %(number)s until it is decided.") % {
            "number": found.number
        }
    return _("The tender is suspended because of complaint %(number)s until %(day)s.") % {
        "number": found.number,
        "day": written(found.suspended_until_on),
    }
