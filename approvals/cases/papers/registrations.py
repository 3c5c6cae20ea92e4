"""What the papers of cases hang into the core: who may read them, and what the applicant is told when one is sent again."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.cases.papers import policies
from approvals.cases.papers.steps import STREAM
from portal.core.documents import Shelf, register_shelf
from portal.core.notifications import Template, register

if TYPE_CHECKING:
    from portal.people.models import User

SENT_AGAIN = register(
    Template(
        "case.paper_sent",
        _("A paper of your application %(number)s"),
        _("Here is the paper %(paper)s of your application %(number)s once more. You can open and download it."),
        {"number", "paper"},
    )
)


def connect() -> None:
    """Called once, in the app's ready()."""
    register_shelf(
        Shelf(STREAM, visible=policies.readable_cases, may_read=_may_read, may_manage=_may_manage),
    )


def _may_read(user: "User", case_id: int) -> bool:
    case = Case.objects.filter(pk=case_id).first()
    return case is not None and policies.may_read(user, case)


def _may_manage(user: "User", case_id: int) -> bool:
    case = Case.objects.filter(pk=case_id).first()
    return case is not None and policies.may_manage(user, case)
