"""Clean-up rounds, and the promises that they sent back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.promises import actions, facts, policies, rules
from approvals.promises.forms import AcceptForm, AgainForm, ReplyForm, RoundForm
from approvals.promises.lifecycle import FINDING
from approvals.promises.lights import lamp
from approvals.promises.models import CleanUp, Finding
from approvals.promises.views.items import readers, role_of
from portal.core.calendar import workdays
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

overseers = allowed_to(policies.may_oversee)
TABS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "asked": (pgettext_lazy("flagged promises", "To be answered"), lambda: Q(state="asked")),
    "overdue": (
        pgettext_lazy("flagged promises", "Overdue"), lambda: Q(state="asked", reply_due_on__lt=today())
    ),
    "replied": (pgettext_lazy("flagged promises", "To be judged"), lambda: Q(state="replied")),
    "accepted": (pgettext_lazy("flagged promises", "Settled"), lambda: Q(state="accepted")),
}  # fmt: skip


def counted(rows: Any) -> Any:
    """Rounds with how far their replies have come."""
    return rows.annotate(
        found=Count("findings"),
        open_replies=Count("findings", filter=Q(findings__state="asked")),
        to_judge=Count("findings", filter=Q(findings__state="replied")),
        settled=Count("findings", filter=Q(findings__state="accepted")),
        shortened=Count("findings", filter=Q(findings__state="accepted", findings__reply="shorten")),
    )


@require_safe
@readers
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first."""
    page = page_of(counted(CleanUp.objects.all()), "-opened_on", request.GET.get("cursor", ""))
    context = {"page": page, "rows": page.rows, "may_open": policies.may_oversee(request.user), "here": "rounds"}
    return render(request, "promises/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@overseers
def round_new(request: HttpRequest) -> HttpResponse:
    """Open a round: shows first what it would find."""
    due = workdays().add(today(), rules.days("reply_days"))
    form = RoundForm(request.POST if request.method == "POST" else None, initial={"reply_due_on": due})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_round(actor_for(request, role_of(request.user)), **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The round is open, and the departments have been told."))
            return redirect("promises:round", made.pk)
    departments = [one for one in facts.by_department(facts.promises_in_force()) if one.flagged]
    context = {"form": form, "departments": departments, "least": float(rules.min_compression()), "here": "rounds"}
    return render(request, "promises/round_new.html", context, status=422 if form.errors else 200)


@require_safe
@readers
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round with its flagged promises, as far as the reader sees them."""
    cleanup = get_object_or_404(counted(CleanUp.objects.select_related("opened_by")), pk=pk)
    rows = Finding.objects.visible_to(request.user).filter(cleanup=cleanup).select_related("item", "department")
    page = page_of(rows, "reply_due_on", request.GET.get("cursor", ""))
    context = {
        "cleanup": cleanup, "page": page, "rows": shown(page.rows), "here": "rounds",
        "may_close": cleanup.is_open and not cleanup.open_replies + cleanup.to_judge
        and policies.may_oversee(request.user),
    }  # fmt: skip
    return render(request, "promises/round.html", context)


@require_POST
@overseers
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round; what is still open is said on its page."""
    get_object_or_404(CleanUp, pk=pk)
    try:
        actions.close_round(actor_for(request, role_of(request.user)), pk)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The round is closed."))
    return redirect("promises:round", pk)


def shown(rows: list[Finding]) -> list[tuple[Finding, Any, Any]]:
    """Each with its state and its light."""
    light = lamp()
    return [(one, FINDING.states[one.state].label, light(one)) for one in rows]


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "asked"


def findings_listed(user: Any, params: QueryDict) -> Any:
    """The flagged promises of the page that these filters ask for."""
    rows = Finding.objects.visible_to(user).filter(TABS[tab_of(params)][1]())
    return rows.select_related("item", "department", "cleanup")


@require_safe
@readers
def finding_list(request: HttpRequest) -> HttpResponse:
    """Flagged promises of one group, the most urgent first."""
    tab = tab_of(request.GET)
    page = page_of(findings_listed(request.user, request.GET), "reply_due_on", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": shown(page.rows),
        "tabs": [(code, label, code == tab) for code, (label, _when) in TABS.items()],
        "tab": tab,
        "here": "findings",
    }
    return render(request, "promises/findings.html", context)


# --- one flagged promise ------------------------------------------------------------------------------------------------


def _do_reply(actor: Any, row: Finding, data: dict[str, Any]) -> None:
    actions.reply(actor, row.pk, **data)


def _do_accept(actor: Any, row: Finding, data: dict[str, Any]) -> None:
    actions.accept(actor, row.pk, **data)


def _do_again(actor: Any, row: Finding, data: dict[str, Any]) -> None:
    actions.send_back(actor, row.pk, **data)


ACTS: dict[str, tuple[Any, Callable[[Any, Finding, dict[str, Any]], None]]] = {
    "reply": (ReplyForm, _do_reply),
    "accept": (AcceptForm, _do_accept),
    "again": (AgainForm, _do_again),
}


def _finding(request: HttpRequest, pk: int) -> Finding:
    rows = Finding.objects.visible_to(request.user)
    wanted = ("item__current", "department", "cleanup", "replied_by", "decided_by")
    return get_object_or_404(rows.select_related(*wanted), pk=pk)


@require_safe
@readers
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One flagged promise: what was found, the reply, and what can be done."""
    return render(request, "promises/finding.html", _context(request, _finding(request, pk)))


def _context(request: HttpRequest, row: Finding, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user: Any = request.user
    bound = bound or {}
    forms = []
    for step in FINDING.offered(row, user):
        form = bound.get(step.code) or ACTS[step.code][0](
            initial={"state_version": row.state_version}, prefix=step.code
        )
        forms.append((step, form))
    return {
        "finding": row, "item": row.item, "label": FINDING.states[row.state].label, "light": lamp()(row),
        "forms": forms, "proposal": row.proposals.order_by("-pk").first(), "here": "findings",
    }  # fmt: skip


@require_POST
@readers
def finding_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Reply, accept or send back; what is refused stands beside the field with all that was typed."""
    row = _finding(request, pk)
    if act not in ACTS:
        raise NotFound()
    form = ACTS[act][0](request.POST, prefix=act)
    if form.is_valid():
        try:
            actor = actor_for(request, role_of(request.user), department_id=row.department_id)
            ACTS[act][1](actor, row, form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("promises:finding", pk)
    context = {**_context(request, _finding(request, pk), {act: form}), "faulty": form}
    return render(request, "promises/finding.html", context, status=422)
