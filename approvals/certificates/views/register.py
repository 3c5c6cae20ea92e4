"""The register: every certificate of the departments one works for, each with its history and what may be done."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals.certificates import actions, policies, reading
from approvals.certificates.forms import DecideForm, ReasonForm, SearchForm
from approvals.certificates.lifecycle import CERTIFICATE
from approvals.certificates.models import Certificate, CertificateProposal
from portal.core.access import log_view
from portal.core.documents.numbering import normalise_document_number
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_register)
TABS: dict[str, tuple[Any, Q]] = {
    "all": (pgettext_lazy("certificates", "All"), Q()),
    "issued": (pgettext_lazy("certificates", "Valid"), Q(state="issued")),
    "waiting": (pgettext_lazy("certificates", "Waits for a second person"), Q(proposals__outcome="waiting")),
    "suspended": (pgettext_lazy("certificates", "Suspended"), Q(state="suspended")),
    "revoked": (pgettext_lazy("certificates", "Revoked"), Q(state="revoked")),
    "expired": (pgettext_lazy("certificates", "Expired"), Q(state="expired")),
    "replaced": (pgettext_lazy("certificates", "Replaced"), Q(state="replaced")),
}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "all"


def listed(user: Any, params: QueryDict) -> Any:
    """The certificates of the page that these filters ask for: a number finds its certificate or its holder."""
    rows = Certificate.objects.of_department(user).filter(TABS[tab_of(params)][1])
    if text := params.get("q", "").replace("\0", "").strip()[:60]:
        number = normalise_document_number(text)
        rows = rows.filter(Q(number=number) | Q(holder_blind__matches=text) | Q(case__number=text.upper()))
    return rows.select_related("type", "department", "organisation")


@never_cache
@require_safe
@readers
def register(request: HttpRequest) -> HttpResponse:
    """One group, the newest first; a fixed number of queries."""
    tab, text = tab_of(request.GET), request.GET.get("q", "")[:60]
    page = page_of(listed(request.user, request.GET), "-issued_on", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [reading.card(one) for one in page.rows], "tab": tab, "q": text,
        "tabs": [(code, label, code == tab) for code, (label, _holds) in TABS.items()],
        "form": SearchForm(initial={"q": text}),
    }  # fmt: skip
    return render(request, "certificates/register.html", context)


def for_staff(request: HttpRequest, pk: int) -> Certificate:
    user: Any = request.user
    rows = Certificate.objects.of_department(user).select_related(
        "type", "version", "department", "organisation", "document__file", "replaced_by", "case__item", "case__delivery"
    )
    return get_object_or_404(rows, pk=pk)


def actor(request: HttpRequest, certificate: Certificate) -> Any:
    """The person in the role by which they act for the department."""
    user: Any = request.user
    department = certificate.department_id
    order = (Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK)
    for role in order:
        if user.access.has(role, department):
            return actor_for(request, role, department_id=department)
    return actor_for(request, next(iter(sorted(user.access.roles - {"citizen"})), "citizen"))


def printer(request: HttpRequest, certificate: Certificate) -> Any:
    """The person as the clerk of the issuing window."""
    user: Any = request.user
    if user.access.has(Role.CLERK, certificate.department_id):
        return actor_for(request, Role.CLERK, department_id=certificate.department_id)
    return actor(request, certificate)


@never_cache
@require_safe
@readers
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate."""
    return _page(request, for_staff(request, pk))


def _page(
    request: HttpRequest, row: Certificate, *, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    personal = policies.may_see_personal(user, row)
    if personal:
        log_view(actor(request, row), reading.STREAM, row.pk, "certificate", purpose="register")
    proposals = row.proposals.select_related("proposed_by", "decided_by").order_by("-pk")
    waiting = proposals.filter(outcome=CertificateProposal.Outcome.WAITING).first()
    context = {
        "certificate": row, "card": reading.card(row), "lines": reading.lines(row), "personal": personal,
        "history": history_of(row), "uses": reading.uses_of(row), "decide_form": DecideForm(prefix="decide"),
        "forms": _forms(user, row, waiting, bound or {}), "faulty": next(iter((bound or {}).values()), None),
        "prints": list(row.prints.select_related("printed_by", "spoiled_by")), "waiting": waiting,
    }  # fmt: skip
    if waiting is not None:
        context |= {
            "waiting_label": CERTIFICATE.transitions[waiting.step].label,
            "proposed_it": waiting.proposed_by_id == user.pk,
            "may_decide": waiting.proposed_by_id != user.pk and policies.may_confirm(user, row),
        }
    return render(request, "certificates/certificate.html", context, status=status)


def _forms(user: Any, row: Certificate, waiting: Any, bound: dict[str, Any]) -> list[tuple[Any, Any]]:
    """One form for each step that the person can propose now."""
    if waiting is not None:
        return []
    seen = {"state_version": row.state_version}
    steps = CERTIFICATE.offered(row, user)
    return [(step, bound.get(step.code) or ReasonForm(initial=seen, prefix=step.code)) for step in steps]


@require_POST
@readers
def propose(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask for a step; what is refused stands beside the field with all that was typed."""
    row = for_staff(request, pk)
    form = ReasonForm(request.POST, prefix=step)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.propose(
                actor(request, row), row.pk, step, {"reason": data["reason"]}, state_version=data["state_version"]
            )
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, LookupError):
            raise
        except DomainError as error:
            if error.status == 404:
                raise
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Proposed. A second person has to confirm it."))
            return redirect("certificates:certificate", pk)
    return _page(request, for_staff(request, pk), bound={step: form}, status=422)


@require_POST
@readers
def decide(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """The second person confirms or sends back; who proposed takes it back."""
    row = for_staff(request, pk)
    get_object_or_404(row.proposals, pk=proposal)
    choice, note = request.POST.get("choice", ""), request.POST.get("decide-note", "")
    try:
        if choice == "take_back":
            actions.take_back(actor(request, row), proposal)
        else:
            actions.decide(actor(request, row), proposal, confirm=choice == "confirm", note=note)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Done."))
    return redirect("certificates:certificate", pk)
