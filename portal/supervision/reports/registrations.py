"""What reports hang into the core's registries: navigation, files, words of the history."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, files
from portal.core.models import StoredFile
from portal.core.registries import STAFF, SUPERVISION, register_nav
from portal.people.history import register_history
from portal.supervision.policies import BOARD_ROLES
from portal.supervision.reports import jobs, policies  # noqa: F401 - the job registers itself
from portal.supervision.reports.actions import FILE_KIND
from portal.supervision.reports.lifecycle import REPORT
from portal.supervision.reports.models import Report


def connect() -> None:
    """Called once, in the app's ready()."""
    register_nav(STAFF, _("Period reports"), "reports:list", BOARD_ROLES, order=26, group=SUPERVISION)
    files.register_policy(FILE_KIND, may_read)
    access.register_stream("reports.report", _("Period report"), link=lambda pk: reverse("reports:report", args=[pk]))
    access.register_words({f"file:{FILE_KIND}": _("Period report")})
    register_history(
        {
            "report.made": pgettext_lazy("history", "Report drawn up"),
            "report.read_again": pgettext_lazy("history", "Figures read anew"),
            "report.rewritten": pgettext_lazy("history", "Text changed"),
            "report.document_asked": pgettext_lazy("history", "Word document asked for"),
            **{f"report.{code}": step.told for code, step in REPORT.transitions.items()},
        }
    )


def may_read(user: Any, file: StoredFile) -> bool:
    """Whoever sees the report."""
    report = Report.objects.filter(pk=file.stream_id or 0).first()
    return report is not None and policies.may_see(user, report)
