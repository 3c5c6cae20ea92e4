"""The desk's buttons beside a paper: send it once more, try a failed one again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.cases import desk, dossier
from approvals.cases.models import Case
from approvals.cases.papers.sending import send_again
from approvals.cases.views.desk import back_to, case_for_staff
from portal.core.actors import Actor
from portal.core.documents import make_again
from portal.people.actors import actor_for


def _actor(request: HttpRequest, case: Case) -> Actor:
    role = dossier.role_for(request.user, case)  # type: ignore[arg-type]
    return actor_for(request, role, department_id=case.department_id)


@login_required
@require_POST
def send(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Tell the applicant of this paper again."""
    case = case_for_staff(request, number)
    document = send_again(_actor(request, case), case.pk, pk)
    messages.success(request, _("The applicant has been told of %(number)s again.") % {"number": document.number})
    return redirect(back_to(case, desk.Place.of(request.user, request.GET)))  # type: ignore[arg-type]


@login_required
@require_POST
def again(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Make a paper again that could not be made."""
    case = case_for_staff(request, number)
    make_again(_actor(request, case), pk)
    messages.success(request, _("The paper is being made once more."))
    return redirect(back_to(case, desk.Place.of(request.user, request.GET)))  # type: ignore[arg-type]
