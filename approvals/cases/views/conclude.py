"""An immediate item at the window: accepted, decided, its paper recorded and handed over in one sitting."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from approvals.cases import actions, desk, policies
from approvals.cases.lights import delivery_days, light_of
from approvals.cases.models import Case, Kind
from approvals.cases.views.desk import back_to, case_for_staff, onwards
from portal.core.errors import DomainError, Invalid, NotAllowed, Stale
from portal.core.forms import PortalForm
from portal.people.actors import actor_for
from portal.people.roles import Role


class ConclusionForm(PortalForm):
    """What an immediate item needs to be concluded; nothing of it is required."""

    widths = {"document_number": "m", "received_by": "l"}

    text = forms.CharField(
        label=gettext_lazy("Wording of the decision"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    document_number = forms.CharField(
        label=gettext_lazy("Number of the document"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("If a document is made on the spot."),
    )
    received_by = forms.CharField(
        label=gettext_lazy("Handed over to"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Who took it with them, and by which card you know. Empty: it is collected later."),
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)


@login_required
@require_http_methods(["GET", "POST"])
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """Accept, approve, record and hand over: all or nothing. What was typed survives a refusal."""
    case = case_for_staff(request, number)
    if not policies.may_handle(request.user, case):  # type: ignore[arg-type]
        raise NotAllowed()
    if request.method == "GET":
        return _page(request, case, ConclusionForm(initial={"state_version": case.state_version}))
    form = ConclusionForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form, problem=Stale() if "state_version" in form.errors else None, status=422)
    actor = actor_for(request, Role.CLERK, department_id=case.department_id)
    given = {name: form.cleaned_data[name] for name in ("text", "document_number", "received_by")}
    try:
        done = actions.conclude_at_once(
            actor, case.pk, actions.Conclusion(**given), state_version=form.cleaned_data["state_version"]
        )
    except Invalid as error:
        form.add_domain_error(error)
        return _page(request, case, form, status=error.status)
    except DomainError as error:
        return _page(request, case_for_staff(request, number), form, problem=error, status=error.status)
    messages.success(request, _("Accepted and approved."))
    return onwards(request, done)


def _page(
    request: HttpRequest, case: Case, form: ConclusionForm, *, problem: DomainError | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    place = desk.Place.of(user, request.GET)
    context = {
        "case": case,
        "form": form,
        "problem": problem,
        "possible": case.kind == Kind.IMMEDIATE and case.state in {"submitted", "accepted"},
        "light": light_of(case, delivery=delivery_days()),
        "place": place,
        "on_desk": policies.may_see_desk(user),
        "case_url": back_to(case, place),
    }
    return render(request, "cases/desk/conclude.html", context, status=status)
