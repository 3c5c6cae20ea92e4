"""Requests to change an item: asked for, listed, confirmed by a second person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.catalogue.models import Item
from approvals.reform import actions, policies
from approvals.reform.forms import RejectForm, RequestForm, VersionedForm
from approvals.reform.lifecycle import REQUEST
from approvals.reform.models import ChangeRequest
from approvals.reform.views.ledger import readers
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.registries import panels
from portal.core.time import today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "proposed": (pgettext_lazy("reform requests", "To be confirmed"), ("proposed",)),
    "confirmed": (pgettext_lazy("reform requests", "Waiting for their day"), ("confirmed",)),
    "done": (pgettext_lazy("reform requests", "In the ledger"), ("done",)),
    "ended": (pgettext_lazy("reform requests", "Not confirmed or withdrawn"), ("rejected", "withdrawn", "failed")),
}
FORMS: dict[str, Any] = {"confirm": VersionedForm, "reject": RejectForm, "withdraw": VersionedForm}


def role_of(user: Any) -> str:
    """The highest role in which the person works here."""
    order = (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.REVIEWER)
    return next((role for role in order if role in user.access.roles), Role.CITIZEN)


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "proposed"


def requests_listed(user: Any, params: QueryDict) -> Any:
    """The requests of the page that these filters ask for."""
    rows = ChangeRequest.objects.visible_to(user).filter(state__in=TABS[tab_of(params)][1])
    return rows.select_related("item", "department", "proposed_by")


@require_safe
@readers
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests of one group, the newest first."""
    tab = tab_of(request.GET)
    page = page_of(requests_listed(request.user, request.GET), "-proposed_on", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, REQUEST.states[one.state].label) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, (label, _states) in TABS.items()],
        "tab": tab,
        "here": "requests",
    }
    return render(request, "reform/requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def propose(request: HttpRequest, item_id: int) -> HttpResponse:
    """Ask for a change of one item."""
    user: Any = request.user
    item = get_object_or_404(Item.objects.visible_to(user).select_related("department", "current"), pk=item_id)
    if not policies.may_propose(user, item):
        raise NotAllowed()
    form = RequestForm(request.POST if request.method == "POST" else None, item=item, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(actor_for(request, role_of(user)), item.pk, form.wanted())
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The request waits for the second person."))
            return redirect("reform:request", made.pk)
    context = {
        "form": form, "item": item, "panels": panels("catalogue.admin.item", request, item), "here": "requests",
    }  # fmt: skip
    return render(request, "reform/propose.html", context, status=422 if form.errors else 200)


def _request(request: HttpRequest, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.visible_to(request.user).prefetch_related("delegates")
    wanted = ("item", "department", "proposed_by", "decided_by", "merged_into", "result")
    return get_object_or_404(rows.select_related(*wanted), pk=pk)


@require_safe
@readers
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request, and what can be done with it."""
    return render(request, "reform/request.html", _context(request, _request(request, pk)))


def _context(request: HttpRequest, row: ChangeRequest, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user: Any = request.user
    initial = {"state_version": row.state_version}
    forms = [
        (step, (bound or {}).get(step.code) or FORMS[step.code](initial=initial, prefix=step.code))
        for step in REQUEST.offered(row, user)
    ]
    return {
        "row": row, "item": row.item, "label": REQUEST.states[row.state].label, "forms": forms, "here": "requests",
        "own": row.proposed_by_id == user.pk,
    }  # fmt: skip


@require_POST
@readers
def request_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm, reject or withdraw; what is refused stands on the page with all that was typed."""
    row = _request(request, pk)
    if act not in FORMS:
        raise NotFound()
    form = FORMS[act](request.POST, prefix=act)
    if form.is_valid():
        try:
            actions.decide(actor_for(request, role_of(request.user)), row.pk, act, **form.cleaned_data)
        except NotAllowed:
            raise
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("reform:request", pk)
    context = {**_context(request, _request(request, pk), {act: form}), "faulty": form}
    return render(request, "reform/request.html", context, status=422)
