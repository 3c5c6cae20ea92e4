"""Reduction certificates of enterprises: the list, a new one, one of them with its steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.payments import actions, policies
from approvals.payments.forms import CertificateForm, ReasonForm, VersionedForm
from approvals.payments.lifecycle import CERTIFICATE
from approvals.payments.models import ReductionCertificate
from approvals.payments.views.desk import readers, ways_on
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.roles import Role

authors = allowed_to(policies.may_propose_certificates)
TABS: dict[str, Any] = {
    "in_force": pgettext_lazy("certificates", "In force"),
    "proposed": pgettext_lazy("certificates", "To be issued"),
    "other": pgettext_lazy("certificates", "Suspended, revoked or expired"),
}
FORMS: dict[str, Any] = {"issue": VersionedForm, "resume": VersionedForm}


def role_of(user: Any) -> str:
    """The highest role in which the person works here."""
    order = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK)
    return next((role for role in order if role in user.access.roles), Role.CITIZEN)


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "in_force"


def certificates_listed(user: Any, params: QueryDict) -> Any:
    """The certificates of the page that these filters ask for."""
    rows, tab = ReductionCertificate.objects.visible_to(user), tab_of(params)
    if tab == "proposed":
        rows = rows.filter(state="proposed")
    elif tab == "in_force":
        rows = rows.filter(state="active", valid_to__gte=today())
    else:
        rows = rows.exclude(state="proposed").exclude(state="active", valid_to__gte=today())
    if text := params.get("q", "").replace("\0", "").strip():
        rows = rows.filter(organisation__name__contains=text) | rows.filter(organisation__uscc=text.upper())
    return rows.select_related("organisation", "department")


def label_of(row: ReductionCertificate) -> Any:
    """The state in words; an issued one whose last day is over has expired."""
    if row.state == "active" and row.valid_to < today():
        return pgettext_lazy("certificate state", "Expired")
    return CERTIFICATE.states[row.state].label


@require_safe
@readers
def certificate_list(request: HttpRequest) -> HttpResponse:
    """Certificates of one group, the newest first."""
    tab = tab_of(request.GET)
    page = page_of(certificates_listed(request.user, request.GET), "-proposed_on", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [(one, label_of(one)) for one in page.rows], "tab": tab, "q": request.GET.get("q", ""),
        "tabs": [(code, label, code == tab) for code, label in TABS.items()],
        "may_propose": policies.may_propose_certificates(request.user),  # type: ignore[arg-type]
        **ways_on(request.user),
    }  # fmt: skip
    return render(request, "payments/certificates.html", context)


def _departments(user: Any) -> list[tuple[str, str]]:
    rows = Department.objects.filter(closed_on__isnull=True, items__isnull=False).distinct().order_by("code")
    if policies.oversees(user):
        return [("", _("All departments")), *((str(one.pk), one.display_name) for one in rows)]
    own = user.access.departments(Role.REVIEWER, Role.DEPARTMENT_HEAD)
    return [(str(one.pk), one.display_name) for one in Department.objects.filter(pk__in=own).order_by("code")]


@require_http_methods(["GET", "HEAD", "POST"])
@authors
def certificate_new(request: HttpRequest) -> HttpResponse:
    """Propose a certificate; a second person issues it."""
    day = today()
    initial = {"valid_from": day, "valid_to": day.replace(month=12, day=31), "kind": "percent"}
    data = request.POST if request.method == "POST" else None
    form = CertificateForm(data, departments=_departments(request.user), initial=initial)
    if data is not None and form.is_valid():
        try:
            made = actions.propose_certificate(actor_for(request, role_of(request.user)), form.draft())
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("The certificate waits for the second person."))
            return redirect("payments:certificate", made.pk)
    context = {"form": form, **ways_on(request.user)}
    return render(request, "payments/certificate_new.html", context, status=422 if form.errors else 200)


def _certificate(request: HttpRequest, pk: int) -> ReductionCertificate:
    rows = ReductionCertificate.objects.visible_to(request.user).prefetch_related("items")  # type: ignore[arg-type]
    return get_object_or_404(rows.select_related("organisation", "department", "proposed_by", "issued_by"), pk=pk)


@require_safe
@readers
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: what it says, what it saved, and what can be done."""
    return render(request, "payments/certificate.html", _context(request, _certificate(request, pk)))


def _context(
    request: HttpRequest, row: ReductionCertificate, bound: dict[str, PortalForm] | None = None
) -> dict[str, Any]:
    user: Any = request.user
    initial = {"state_version": row.state_version}
    forms = [
        (step, (bound or {}).get(step.code) or FORMS.get(step.code, ReasonForm)(initial=initial, prefix=step.code))
        for step in CERTIFICATE.offered(row, user)
    ]
    orders = row.orders.select_related("item", "case").order_by("-pk")[:20]
    return {"row": row, "label": label_of(row), "forms": forms, "orders": list(orders), **ways_on(user)}


@require_POST
@readers
def certificate_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Issue, reject, suspend, resume or revoke; what is refused stands on the page with all that was typed."""
    row = _certificate(request, pk)
    if act not in CERTIFICATE.transitions:
        raise NotFound()
    form = FORMS.get(act, ReasonForm)(request.POST, prefix=act)
    if form.is_valid():
        try:
            actor = actor_for(request, role_of(request.user), department_id=row.department_id)
            actions.decide_certificate(actor, row.pk, act, **form.cleaned_data)
        except NotAllowed:
            raise
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("payments:certificate", pk)
    context = {**_context(request, _certificate(request, pk), {act: form}), "faulty": form}
    return render(request, "payments/certificate.html", context, status=422)
