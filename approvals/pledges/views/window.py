"""At the window: the commitment is printed, signed by hand, scanned, and certified by the clerk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from approvals.cases.models import Case, principal_of
from approvals.cases.registrations import FILE_KIND
from approvals.pledges import actions, papers, policies, reading, terms
from approvals.pledges.actions.commitments import signer_of
from approvals.pledges.forms import CertifyForm
from approvals.pledges.models import CommitmentText
from approvals.pledges.subjects import bar_of, barred_by, subject_of
from portal.core import files
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotFound
from portal.people.actors import actor_for
from portal.people.roles import Role


def taken_in(request: HttpRequest, pk: int) -> tuple[Case, CommitmentText]:
    """The draft that this clerk takes in, and the text in force of its item; 404 for everybody else."""
    user: Any = request.user
    rows = Case.objects.visible_to(user).select_related(
        "item", "version", "department", "organisation", "principal", "applicant__citizen"
    )
    case = get_object_or_404(rows, pk=pk, state="draft")
    text = terms.text_of(case.item_id)
    if text is None or not policies.may_certify(user, case):
        raise NotFound()
    return case, text


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def certify(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The text to read out, the paper to print, the scan that comes back."""
    case, text = taken_in(request, case_pk)
    log_view(actor_for(request, Role.CLERK), "cases.case", case.pk, "application", purpose="intake at the window")
    form = CertifyForm(
        request.POST if request.method == "POST" else None, request.FILES or None, initial={"text": text.pk}
    )
    found = bar_of(subject_of(case))
    problem = barred_by(found).message if found else ""
    if principal_of(case) is not None:
        problem = _("A commitment is signed by the person who applies, not by an agent. Please bring the material.")
    if request.method == "POST" and form.is_valid():
        try:
            return _certified(request, case, form)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {
        "case": case, "text": reading.parts(text), "form": form, "problem": problem, "covered": reading.covered(case),
        "signed": terms.commitment_of(case), "days": text.check_days or reading.check_days(),
        "signer": signer_of(case), "intake": getattr(case, "intake", None),
    }  # fmt: skip
    return render(request, "pledges/certify.html", context, status=422 if request.method == "POST" else 200)


def _certified(request: HttpRequest, case: Case, form: CertifyForm) -> HttpResponse:
    actor, data = actor_for(request, Role.CLERK), form.cleaned_data
    try:
        scan = files.store(data["scan"], owner=actor, kind=FILE_KIND)
    except Invalid as error:
        raise Invalid(fields={"scan": error.message}) from None
    actions.certify_paper(actor, case.pk, data["text"], scan, name=data["name"], before_my_eyes=data["before_my_eyes"])
    messages.success(request, _("The signed commitment is kept. What it stands for need not be brought."))
    return redirect("pledges:certify", case.pk)


@never_cache
@login_required
@require_safe
def form(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The text in force as a PDF with a line for the signature."""
    case, text = taken_in(request, case_pk)
    content = papers.form_to_sign(
        case.item, text, authority=case.department, applicant=case.applicant_name, signer=signer_of(case)
    )
    return as_form(content, case.item.code)


def as_form(content: bytes, code: str) -> HttpResponse:
    """The form of an item's text, opened in the browser to be printed."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="commitment-{code}.pdf"'
    return answer
