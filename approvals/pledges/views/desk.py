"""The staff's pages: materials that are to follow, commitments to check, one of each with what can be done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases import policies as case_policies
from approvals.cases.dossier import role_for
from approvals.cases.views.desk import case_for_staff
from approvals.pledges import actions, policies, reading, terms
from approvals.pledges.forms import DecideForm, FindingForm, NoteForm, TolerateForm, VersionForm
from approvals.pledges.lifecycle import COMMITMENT, MATERIAL
from approvals.pledges.models import Commitment, PromisedMaterial
from approvals.pledges.subjects import bar_of, barred_by, subject_of
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_desk)
DUE_TABS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "waiting": (pgettext_lazy("promised materials", "To be brought"), lambda: Q(state="promised")),
    "brought": (pgettext_lazy("promised materials", "To be looked at"), lambda: Q(state="brought")),
    "lapsed": (pgettext_lazy("promised materials", "Not brought in time"), lambda: Q(state="lapsed")),
    "settled": (pgettext_lazy("promised materials", "Complete"), lambda: Q(state="settled")),
}
CHECK_TABS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "checking": (pgettext_lazy("commitments", "To be checked"), lambda: Q(state="checking")),
    "overdue": (
        pgettext_lazy("commitments", "Check overdue"),
        lambda: Q(state__in=("checking", "correcting"), due_on__lt=today()),
    ),
    "correcting": (pgettext_lazy("commitments", "To be put right"), lambda: Q(state="correcting")),
    "suspected": (pgettext_lazy("commitments", "Breach reported"), lambda: Q(state="suspected")),
    "signed": (pgettext_lazy("commitments", "Not decided yet"), lambda: Q(state="signed")),
    "kept": (pgettext_lazy("commitments", "Kept"), lambda: Q(state="kept")),
    "broken": (pgettext_lazy("commitments", "Broken"), lambda: Q(state="broken")),
}


def tab_of(params: QueryDict, tabs: dict[str, Any]) -> str:
    return params.get("tab", "") if params.get("tab", "") in tabs else next(iter(tabs))


def _tabs(tabs: dict[str, Any], here: str) -> list[tuple[str, Any, bool]]:
    return [(code, label, code == here) for code, (label, _when) in tabs.items()]


# --- lists ------------------------------------------------------------------------------------------------------------


def due_listed(user: Any, params: QueryDict) -> Any:
    """The promised materials of the page that these filters ask for."""
    rows = PromisedMaterial.objects.at_work(user).filter(DUE_TABS[tab_of(params, DUE_TABS)][1]())
    return rows.select_related("case__item", "case__department", "material")


@require_safe
@readers
def due(request: HttpRequest) -> HttpResponse:
    """Materials that are to follow, the most urgent first."""
    tab = tab_of(request.GET, DUE_TABS)
    order = "-due_on" if tab == "settled" else "due_on"
    page = page_of(due_listed(request.user, request.GET), order, request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [reading.promise_card(one) for one in page.rows], "tab": tab,
        "tabs": _tabs(DUE_TABS, tab), "here": "due",
    }  # fmt: skip
    return render(request, "pledges/due.html", context)


def checks_listed(user: Any, params: QueryDict) -> Any:
    """The commitments of the page that these filters ask for."""
    rows = Commitment.objects.at_work(user).filter(CHECK_TABS[tab_of(params, CHECK_TABS)][1]())
    return rows.select_related("case__item", "case__department")


@require_safe
@readers
def checks(request: HttpRequest) -> HttpResponse:
    """Commitments by what is to be done, the most urgent first."""
    tab = tab_of(request.GET, CHECK_TABS)
    order = {"signed": "-signed_at", "kept": "-signed_at", "broken": "-signed_at"}.get(tab, "due_on")
    page = page_of(checks_listed(request.user, request.GET), order, request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [reading.commitment_card(one) for one in page.rows], "tab": tab,
        "tabs": _tabs(CHECK_TABS, tab), "here": "checks",
    }  # fmt: skip
    return render(request, "pledges/checks.html", context)


# --- one promised material --------------------------------------------------------------------------------------------


def _do_bring(actor: Any, row: PromisedMaterial, data: dict[str, Any]) -> None:
    actions.bring(actor, row.pk, [], on_paper=True, **data)


def _do_settle(actor: Any, row: PromisedMaterial, data: dict[str, Any]) -> None:
    actions.settle(actor, row.pk, **data)


def _do_send_back(actor: Any, row: PromisedMaterial, data: dict[str, Any]) -> None:
    actions.send_back(actor, row.pk, data["note"], state_version=data["state_version"])


MATERIAL_ACTS: dict[str, tuple[type[PortalForm], Callable[[Any, PromisedMaterial, dict[str, Any]], None]]] = {
    "bring": (VersionForm, _do_bring),
    "settle": (VersionForm, _do_settle),
    "send_back": (NoteForm, _do_send_back),
}


def _material(request: HttpRequest, pk: int) -> PromisedMaterial:
    rows = PromisedMaterial.objects.at_work(request.user)
    return get_object_or_404(rows.select_related("case__item", "case__department", "material"), pk=pk)


@require_safe
@readers
def material(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: what was brought, and what can be done."""
    return render(request, "pledges/material.html", _material_context(request, _material(request, pk)))


def _material_context(
    request: HttpRequest, row: PromisedMaterial, bound: dict[str, PortalForm] | None = None
) -> dict[str, Any]:
    forms = _forms(MATERIAL, MATERIAL_ACTS, row, request.user, bound or {})
    brought = row.case.materials.filter(material=row.material).select_related("file")
    return {"row": row, "case": row.case, "card": reading.promise_card(row), "forms": forms, "brought": list(brought),
            "here": "due"}  # fmt: skip


def _forms(
    lifecycle: Any, acts: dict[str, Any], row: Any, user: Any, bound: dict[str, PortalForm]
) -> list[tuple[Any, PortalForm]]:
    """The steps that this person can take now, each with its form."""
    return [
        (step, bound.get(step.code) or acts[step.code][0](initial={"state_version": row.state_version}, prefix=step.code))
        for step in lifecycle.offered(row, user) if step.code in acts
    ]  # fmt: skip


@require_POST
@readers
def material_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Take one step; what is refused stands beside the field with all that was typed."""
    row = _material(request, pk)
    if act not in MATERIAL_ACTS:
        raise NotFound()
    form = MATERIAL_ACTS[act][0](request.POST, prefix=act)
    if _done(request, row.case, form, lambda actor, data: MATERIAL_ACTS[act][1](actor, row, data)):
        return redirect("pledges:material", pk)
    context = {**_material_context(request, _material(request, pk), {act: form}), "faulty": form}
    return render(request, "pledges/material.html", context, status=422)


def _done(request: HttpRequest, case: Any, form: PortalForm, act: Callable[[Any, dict[str, Any]], None]) -> bool:
    """Whether the step was taken; else the form says why not. Who may not is told so by the page of errors."""
    if not form.is_valid():
        return False
    try:
        role = role_for(request.user, case)  # type: ignore[arg-type]
        act(actor_for(request, role, department_id=case.department_id), form.cleaned_data)
    except NotAllowed:
        raise
    except Invalid as error:
        form.add_domain_error(error)
        return False
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, _("Done."))
    return True


# --- left for later at the acceptance ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@readers
def tolerate(request: HttpRequest, number: str) -> HttpResponse:
    """A clerk notes before the acceptance what the applicant brings later."""
    case = case_for_staff(request, number)
    if not case_policies.may_handle(request.user, case):  # type: ignore[arg-type]
        raise NotAllowed()
    latest = terms.latest_day(case)
    held = {one.material_id for one in terms.promises_of(case)}
    choices = [(one.pk, one.local_name) for one in terms.tolerable(case) if one.pk not in held]
    initial = {"state_version": case.state_version, "due_on": latest}
    form = TolerateForm(request.POST if request.method == "POST" else None, choices=choices, initial=initial)
    if request.method == "POST" and _done(request, case, form, lambda actor, data: _tolerate(actor, case.pk, data)):
        return redirect("cases:desk-case", number)
    found = bar_of(subject_of(case))
    context = {
        "case": case, "form": form, "latest": latest, "choices": choices, "bar": barred_by(found) if found else None,
    }  # fmt: skip
    return render(request, "pledges/tolerate.html", context, status=422 if request.method == "POST" else 200)


def _tolerate(actor: Any, case_id: int, data: dict[str, Any]) -> None:
    actions.tolerate(
        actor, case_id, [int(pk) for pk in data["materials"]], data["due_on"], agreed=data["agreed"],
        state_version=data["state_version"],
    )  # fmt: skip


# --- one commitment -----------------------------------------------------------------------------------------------------


def _do_keep(actor: Any, row: Commitment, data: dict[str, Any]) -> None:
    actions.keep(actor, row.pk, data["finding"], state_version=data["state_version"])


def _do_correction(actor: Any, row: Commitment, data: dict[str, Any]) -> None:
    actions.ask_correction(actor, row.pk, data["finding"], state_version=data["state_version"])


def _do_report(actor: Any, row: Commitment, data: dict[str, Any]) -> None:
    actions.report_breach(actor, row.pk, data["finding"], state_version=data["state_version"])


CHECK_ACTS: dict[str, tuple[type[PortalForm], Callable[[Any, Commitment, dict[str, Any]], None]]] = {
    "keep": (FindingForm, _do_keep),
    "ask_correction": (FindingForm, _do_correction),
    "report": (FindingForm, _do_report),
}


def _commitment(request: HttpRequest, pk: int) -> Commitment:
    rows = Commitment.objects.at_work(request.user)
    named = ("case__item", "case__department", "case__version", "text", "checked_by", "document", "certified_by")
    return get_object_or_404(rows.select_related(*named), pk=pk)


@require_safe
@readers
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment: what was signed, how, and what can be done."""
    return render(request, "pledges/check.html", _check_context(request, _commitment(request, pk)))


def _check_context(request: HttpRequest, row: Commitment, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user, bound = request.user, bound or {}
    personal = case_policies.may_see_personal(user, row.case)  # type: ignore[arg-type]
    if personal:
        role = role_for(user, row.case)  # type: ignore[arg-type]
        actor = actor_for(request, role, department_id=row.case.department_id)
        log_view(actor, "cases.case", row.case.pk, "application", purpose="check of a commitment")
    at_once = row.state == "signed" and row.case.state == "submitted"
    decide = None
    if at_once and policies.may_decide_at_once(user, row):
        decide = bound.get("decide") or DecideForm(initial={"state_version": row.case.state_version}, prefix="decide")
    return {
        "row": row, "case": row.case, "card": reading.commitment_card(row), "text": reading.parts(row.text),
        "forms": _forms(COMMITMENT, CHECK_ACTS, row, user, bound), "decide": decide, "personal": personal,
        "here": "checks",
    }  # fmt: skip


@require_POST
@readers
def check_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Decide at once, or enter what the check found; what is refused stands beside the field."""
    row = _commitment(request, pk)
    if act == "decide":
        form: PortalForm = DecideForm(request.POST, prefix=act)
        done = _done(request, row.case, form, lambda actor, data: _decide(actor, row, data))
    elif act in CHECK_ACTS:
        form = CHECK_ACTS[act][0](request.POST, prefix=act)
        done = _done(request, row.case, form, lambda actor, data: CHECK_ACTS[act][1](actor, row, data))
    else:
        raise NotFound()
    if done:
        return redirect("pledges:check", pk)
    context = {**_check_context(request, _commitment(request, pk), {act: form}), "faulty": form}
    return render(request, "pledges/check.html", context, status=422)


def _decide(actor: Any, row: Commitment, data: dict[str, Any]) -> None:
    actions.decide_at_once(actor, row.pk, text=data["text"], state_version=data["state_version"])
