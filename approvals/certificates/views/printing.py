"""The issuing window (统一出件): what is to be printed, what lies ready, how it reaches people, and the free post."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals.certificates import actions, policies
from approvals.certificates.forms import PrintForm, SpoilForm
from approvals.certificates.measures import CERTIFICATE_MEASURES
from approvals.certificates.models import Certificate
from approvals.certificates.querysets import WORKING
from approvals.certificates.views.register import for_staff, printer, readers
from approvals.delivery.lifecycle import DELIVERY
from approvals.delivery.measures import DELIVERY_MEASURES
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.statistics import period
from portal.core.time import today
from portal.people.lists import page_of

WAITS = Q(wants_paper=True, printed_on__isnull=True, state="issued")
TABS: dict[str, tuple[Any, Q]] = {
    "print": (pgettext_lazy("prints", "To print"), WAITS),
    "printed": (
        pgettext_lazy("prints", "Printed, not delivered yet"),
        Q(printed_on__isnull=False) & ~Q(case__delivery__state="delivered"),
    ),
    "delivered": (
        pgettext_lazy("prints", "Delivered"), Q(printed_on__isnull=False, case__delivery__state="delivered"),
    ),
}  # fmt: skip
ACTS = {"printed": PrintForm, "spoiled": SpoilForm}


def tab_of(params: QueryDict) -> str:
    return params.get("tab", "") if params.get("tab", "") in TABS else "print"


@never_cache
@require_safe
@readers
def queue(request: HttpRequest) -> HttpResponse:
    """One group; the oldest waits first. A fixed number of queries."""
    user: Any = request.user
    tab = tab_of(request.GET)
    rows = (
        Certificate.objects.of_department(user)
        .filter(TABS[tab][1])
        .select_related("type", "version", "department", "organisation", "document", "case__delivery")
    )
    page = page_of(rows, "issued_on" if tab == "print" else "-issued_on", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [_row(user, one) for one in page.rows],
        "tab": tab,
        "tabs": [(code, label, code == tab) for code, (label, _holds) in TABS.items()],
        "month": _month(user),
    }
    return render(request, "certificates/queue.html", context)


def _row(user: Any, one: Certificate) -> dict[str, Any]:
    delivery = getattr(one.case, "delivery", None)
    return {
        "certificate": one,
        "delivery": delivery,
        "state": DELIVERY.states[delivery.state].label if delivery else "",
        "prints": policies.may_print(user, one) and one.printed_on is None,
    }


def _month(user: Any) -> dict[str, int]:
    """Printed, posted and posted at the centre's cost this month so far; two queries."""
    day = today()
    filters = {} if user.access.centre_wide else {"department_id": sorted(user.access.departments(*WORKING))}
    first = day.replace(day=1)
    prints = period(CERTIFICATE_MEASURES, "type", first, day, figures=("printed",), filters=filters)
    posts = period(DELIVERY_MEASURES, "item", first, day, figures=("posted", "free_post"), filters=filters)
    return {**prints.get(None, {}), **posts.get(None, {})}


@never_cache
@require_safe
@readers
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate at the printer: open the PDF, enter the print, go on to its delivery."""
    return _page(request, for_staff(request, pk))


def _page(
    request: HttpRequest, row: Certificate, *, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    may = policies.may_print(user, row)
    delivery = getattr(row.case, "delivery", None)
    gone = delivery is not None and delivery.state in {"posted", "delivered"}
    forms = bound or {}
    prints = may and row.version.on_paper and row.printed_on is None and row.state == "issued"
    context = {
        "certificate": row, "delivery": delivery, "label": DELIVERY.states[delivery.state].label if delivery else "",
        "prints": list(row.prints.select_related("printed_by", "spoiled_by")),
        "print_form": forms.get("printed") or PrintForm() if prints else None,
        "spoil_form": forms.get("spoiled") or SpoilForm() if may and row.printed_on and not gone else None,
        "faulty": next(iter(forms.values()), None), "may_open": policies.may_see_personal(user, row),
    }  # fmt: skip
    return render(request, "certificates/print.html", context, status=status)


@require_POST
@readers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Enter a print, or a spoiled one."""
    row = for_staff(request, pk)
    if act not in ACTS:
        raise NotFound()
    form: Any = ACTS[act](request.POST)
    if form.is_valid():
        try:
            done = actions.mark_printed if act == "printed" else actions.mark_spoiled
            done(printer(request, row), row.pk, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("certificates:print", pk)
    return _page(request, for_staff(request, pk), bound={act: form}, status=422)
