"""The applicant's pages: how to receive the result, and the electronic result itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases.models import Case
from approvals.cases.papers import decisions_in_force
from approvals.cases.views.citizen import own_case
from approvals.delivery import actions
from approvals.delivery.forms import WishForm
from approvals.delivery.models import Delivery
from portal.core.access import log_view
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.events import events_of
from portal.people.actors import actor_for


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """How the result shall come; what was typed survives a refusal."""
    case = own_case(request, number)
    form = WishForm(request.POST if request.method == "POST" else None, initial=_initial(case))
    problem: DomainError | None = None
    if form.is_bound and form.is_valid():
        try:
            actions.choose(actor_for(request), case.pk, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("cases:detail", number)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
    status = 422 if form.errors else problem.status if problem else 200
    return render(request, "delivery/choose.html", {"case": case, "form": form, "problem": problem}, status=status)


def _initial(case: Case) -> dict[str, Any]:
    wish = actions.wish_or_answer(case)
    return {
        "way": wish.way, "recipient": wish.recipient or case.applicant_name, "phone": wish.phone,
        "address": wish.address,
    }  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def result(request: HttpRequest, number: str) -> HttpResponse:
    """The electronic result. Opening it for the first time is the proof of delivery, so a button asks first.

    The PDF of the decision is offered only once that is done.
    """
    case = own_case(request, number)
    delivery = Delivery.objects.filter(case=case).first()
    if delivery is None or (delivery.state not in {"provided", "delivered"}):
        raise NotFound()
    if request.method == "POST":
        actions.open_result(actor_for(request), delivery.pk)
        return redirect("delivery:result", number)
    opened = delivery.state == "delivered"
    if opened:
        log_view(actor_for(request), "delivery.delivery", delivery.pk, "receiver", purpose="electronic delivery")
    issued = [told for told in events_of(case) if told.event.type == "case.issue"]
    context = {
        "case": case, "delivery": delivery, "opened": opened,
        "papers": decisions_in_force(case) if opened else [],
        "document_number": issued[-1].data.get("document_number", "") if issued else "",
    }  # fmt: skip
    return render(request, "delivery/result.html", context)
