"""The applicant's pages: what may follow, the commitment and its signature, my promises, bringing what was promised."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases.models import Case, principal_of
from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.models import Material
from approvals.pledges import actions, reading, terms
from approvals.pledges.forms import BringForm, PromiseForm, SignForm
from approvals.pledges.models import Commitment, PromisedMaterial
from approvals.pledges.signing import BY_AGENT, second_step
from approvals.pledges.subjects import bar_of, barred_by, subject_of
from portal.core import files
from portal.core.errors import DomainError, Invalid, NotFound
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.second_factor import has_device


def own_draft(request: HttpRequest, pk: int) -> Case:
    """The applicant's own draft; 404 for everybody else, and for what has been filed."""
    user: Any = request.user
    rows = Case.objects.of_applicant(user).select_related(
        "item", "version", "department", "organisation", "principal", "applicant__citizen"
    )
    return get_object_or_404(rows, pk=pk, state="draft")


def _bar(case: Case) -> str:
    """Why the applicant may promise nothing; empty where nothing stands against it."""
    found = bar_of(subject_of(case))
    return barred_by(found).message if found else ""


# --- a material that follows --------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, case_pk: int, material_pk: int) -> HttpResponse:
    """Promise a material by a day, having read what follows."""
    case = own_draft(request, case_pk)
    material = get_object_or_404(Material, pk=material_pk, version=case.version_id, tolerable=True)
    latest = terms.latest_day(case)
    form = PromiseForm(request.POST if request.method == "POST" else None, initial={"due_on": latest})
    problem = _bar(case) or ("" if latest else _("This item is decided at once, so nothing may follow later."))
    if request.method == "POST" and form.is_valid():
        try:
            actions.promise_later(actor_for(request), case.pk, material.pk, form.cleaned_data["due_on"])
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
        else:
            messages.success(request, _("“%(name)s” may follow later.") % {"name": material.local_name})
            return redirect("cases:draft-materials", case.pk)
    context = {
        "case": case, "material": material, "form": form, "latest": latest, "problem": problem,
        "decides_first": terms.decides_first(case.item_id),
    }  # fmt: skip
    return render(request, "pledges/promise.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def promise_back(request: HttpRequest, case_pk: int, material_pk: int) -> HttpResponse:
    """The material comes with the application after all."""
    case = own_draft(request, case_pk)
    actions.take_back(actor_for(request), case.pk, material_pk)
    messages.success(request, _("The promise has been taken back. Please upload the material."))
    return redirect("cases:draft-materials", case.pk)


# --- the commitment -----------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, case_pk: int) -> HttpResponse:
    """Read the text and sign it."""
    case = own_draft(request, case_pk)
    text = terms.text_of(case.item_id)
    if text is None:
        raise NotFound()
    device = has_device(request.user)  # type: ignore[arg-type]
    form = SignForm(request.POST if request.method == "POST" else None, initial={"text": text.pk}, with_device=device)
    problem = _bar(case)
    if principal_of(case) is not None:
        problem = str(BY_AGENT)
    if request.method == "POST" and form.is_valid():
        try:
            return _signed(request, case, form, device=device)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {
        "case": case, "text": reading.parts(text), "form": form, "problem": problem, "signed": terms.commitment_of(case),
        "days": text.check_days or reading.check_days(), "covered": reading.covered(case),
        "signer": request.user.name if case.organisation_id else case.applicant_name,  # type: ignore[union-attr]
    }  # fmt: skip
    return render(request, "pledges/sign.html", context, status=422 if request.method == "POST" else 200)


def _signed(request: HttpRequest, case: Case, form: SignForm, *, device: bool) -> HttpResponse:
    data = form.cleaned_data
    step = second_step(request.user, data["secret"], device=device)  # type: ignore[arg-type]
    actions.sign(actor_for(request), case.pk, data["text"], name=data["name"], read=data["read"], step=step)
    messages.success(request, _("You have signed the commitment. What it stands for need not be uploaded."))
    return redirect("cases:draft-materials", case.pk)


@login_required
@require_POST
def sign_back(request: HttpRequest, case_pk: int) -> HttpResponse:
    """The materials come with the application after all."""
    case = own_draft(request, case_pk)
    actions.take_signature_back(actor_for(request), case.pk)
    messages.success(request, _("The signature has been taken back. Please upload the materials."))
    return redirect("cases:draft-materials", case.pk)


# --- my promises --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I promised to bring and what I signed, the most urgent first; a fixed number of queries."""
    user: Any = request.user
    rows = PromisedMaterial.objects.of_applicant(user).filter(promised_on__isnull=False).standing()
    page = page_of(rows.select_related("case__item", "material"), "-due_on", request.GET.get("cursor", ""))
    signed = Commitment.objects.of_applicant(user).filter(filed_on__isnull=False).select_related("case__item")
    context = {
        "page": page, "rows": [reading.promise_card(one) for one in page.rows],
        "commitments": [reading.commitment_card(one) for one in signed.order_by("-filed_on", "-pk")[:20]],
    }  # fmt: skip
    return render(request, "pledges/mine.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was promised."""
    user: Any = request.user
    rows = PromisedMaterial.objects.of_applicant(user).filter(promised_on__isnull=False)
    row = get_object_or_404(rows.select_related("case__item", "material"), pk=pk)
    form = BringForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None,
        initial={"state_version": row.state_version},
    )  # fmt: skip
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _brought(request, row, form)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {"card": reading.promise_card(row), "row": row, "form": form, "problem": problem}
    context["open"] = row.state in {"promised", "lapsed"}
    return render(request, "pledges/bring.html", context, status=422 if request.method == "POST" else 200)


def _brought(request: HttpRequest, row: PromisedMaterial, form: BringForm) -> HttpResponse:
    actor = actor_for(request)
    stored = [files.store(one, owner=actor, kind=FILE_KIND) for one in request.FILES.getlist("files")]
    actions.bring(actor, row.pk, stored, state_version=form.cleaned_data["state_version"])
    messages.success(request, _("We have received it. The department looks at it now."))
    return redirect("pledges:mine")
