"""The issuing window: what is to be prepared, picked up, posted; each delivery with its proof; the posting list."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from approvals.cases import dossier
from approvals.delivery import actions, lights, policies
from approvals.delivery.forms import BackForm, HandOverForm, PostForm, ReadyForm, SlipForm, WishForm
from approvals.delivery.lifecycle import DELIVERY
from approvals.delivery.models import Delivery, Way
from portal.core.access import log_view, log_views
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.numbers import normalise_number, normalise_query_code
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of

readers = allowed_to(policies.may_see_desk)
UNDER_WAY = Q(state__in=("preparing", "ready", "posted", "provided", "failed"))
TABS: dict[str, tuple[Any, Callable[[], Q]]] = {
    "prepare": (
        pgettext_lazy("deliveries", "To prepare"),
        lambda: Q(state="preparing") & ~Q(way=Way.POST, case__state__in=("issued", "refused")),
    ),
    "to_post": (
        pgettext_lazy("deliveries", "To post"),
        lambda: Q(state="preparing", way=Way.POST, case__state__in=("issued", "refused")),
    ),
    "ready": (pgettext_lazy("deliveries", "Ready for pick-up"), lambda: Q(state="ready")),
    "posted": (pgettext_lazy("deliveries", "Posted"), lambda: Q(state="posted")),
    "provided": (pgettext_lazy("deliveries", "Provided electronically"), lambda: Q(state="provided")),
    "failed": (pgettext_lazy("deliveries", "Came back"), lambda: Q(state="failed")),
    "overdue": (pgettext_lazy("deliveries", "Overdue"), lambda: UNDER_WAY & Q(due_on__lt=today())),
    "done": (pgettext_lazy("deliveries", "Delivered"), lambda: Q(state="delivered")),
}


def deliveries_of(user: Any) -> Any:
    """The deliveries that somebody sees at work: of their departments, or of all for centre-wide roles."""
    rows = Delivery.objects.all()
    if not user.access.centre_wide:
        rows = rows.filter(department__in=user.access.departments("clerk", "reviewer", "department_head"))
    return rows


def tab_of(params: QueryDict) -> str:
    """The group that is asked for; those to prepare where none is."""
    return params.get("tab", "") if params.get("tab", "") in TABS else "prepare"


def deliveries_listed(user: Any, params: QueryDict) -> Any:
    """The deliveries of the page that these filters ask for."""
    return deliveries_of(user).filter(TABS[tab_of(params)][1]()).select_related("case", "item")


@require_safe
@readers
def delivery_list(request: HttpRequest) -> HttpResponse:
    """One group of deliveries by their due date; a fixed number of queries."""
    tab = tab_of(request.GET)
    rows = deliveries_listed(request.user, request.GET)
    page = page_of(rows, "-delivered_on" if tab == "done" else "due_on", request.GET.get("cursor", ""))
    lamp = lights.lamp()
    context = {
        "page": page,
        "rows": [(one, DELIVERY.states[one.state].label, lamp(one)) for one in page.rows],
        "tabs": [(code, label, code == tab) for code, (label, _holds) in TABS.items()],
        "tab": tab,
    }
    return render(request, "delivery/desk.html", context)


@require_safe
@readers
def pick_up(request: HttpRequest) -> HttpResponse:
    """Somebody stands at the window with a number or a code."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    rows: list[Delivery] = []
    if text:
        code, number = normalise_query_code(text), normalise_number(text)
        asked = Q(pick_up_code=code) if code else Q(pk=None)
        found = deliveries_of(request.user).filter(asked | Q(case__number=number), UNDER_WAY)
        rows = list(found.select_related("case__item")[:10])
    if len(rows) == 1:
        return redirect("delivery:delivery", rows[0].pk)
    return render(request, "delivery/pick_up.html", {"q": text, "rows": rows})


def _delivery_for_staff(request: HttpRequest, pk: int) -> Delivery:
    rows = deliveries_of(request.user).select_related(
        "case__item", "case__department", "case__applicant", "case__organisation", "case__principal", "posted_by"
    )
    return get_object_or_404(rows, pk=pk)


def _actor(request: HttpRequest, row: Delivery) -> Any:
    role = dossier.role_for(request.user, row.case)  # type: ignore[arg-type]
    return actor_for(request, role, department_id=row.department_id)


@require_safe
@readers
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: the wish, the address for who works on the case, what can be done."""
    row = _delivery_for_staff(request, pk)
    return render(request, "delivery/delivery.html", _context(request, row))


def _context(request: HttpRequest, row: Delivery, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user: Any = request.user
    personal = policies.may_see_personal(user, row)
    wish = actions.wish_of(row.case)
    if personal and ((wish and wish.address) or row.receiver):
        log_view(_actor(request, row), "delivery.delivery", row.pk, "address", purpose="delivery")
    forms = {**_forms(user, row, wish), **(bound or {})}
    return {
        "delivery": row,
        "case": row.case,
        "wish": wish,
        "personal": personal,
        "label": DELIVERY.states[row.state].label,
        "light": lights.lamp()(row),
        "waits_for_document": row.state == "preparing" and row.case.state not in {"issued", "refused"},
        "forms": [(code, ACTS[code][0], form) for code, form in forms.items()],
    }


def _forms(user: Any, row: Delivery, wish: Any) -> dict[str, PortalForm]:
    """One form for each thing that the person can do with the delivery now; the likeliest first."""
    if not policies.may_handle(user, row):
        return {}
    seen = {"state_version": row.state_version}
    codes = {step.code for step in DELIVERY.offered(row, user)}
    order = ("hand_over", "post", "make_ready", "confirm", "come_back")
    if row.way != Way.POST:
        order = ("hand_over", "make_ready", "post", "confirm", "come_back")
    found: dict[str, PortalForm] = {code: ACTS[code][1](initial=seen, prefix=code) for code in order if code in codes}
    if row.is_open and row.state != "posted":
        initial = {"way": row.way, "recipient": row.case.applicant_name}
        if wish and wish.address:
            initial |= {"recipient": wish.recipient, "phone": wish.phone, "address": wish.address}
        found["way"] = WishForm(initial=initial, prefix="way")
    return found


def _do_ready(actor: Any, row: Delivery, form: Any) -> None:
    actions.make_ready(actor, row.pk, **form.cleaned_data)


def _do_post(actor: Any, row: Delivery, form: Any) -> None:
    actions.post(actor, row.pk, **form.cleaned_data)


def _do_hand_over(actor: Any, row: Delivery, form: Any) -> None:
    actions.hand_over(actor, row.pk, form.receiver(), state_version=form.cleaned_data["state_version"])


def _do_confirm(actor: Any, row: Delivery, form: Any) -> None:
    actions.confirm(actor, row.pk, **form.cleaned_data)


def _do_come_back(actor: Any, row: Delivery, form: Any) -> None:
    actions.come_back(actor, row.pk, **form.cleaned_data)


def _do_way(actor: Any, row: Delivery, form: Any) -> None:
    actions.choose(actor, row.case_id, **form.cleaned_data)


Act = Callable[[Any, Delivery, Any], None]
ACTS: dict[str, tuple[Any, Any, Act]] = {
    "make_ready": (pgettext_lazy("deliveries", "Ready for pick-up"), ReadyForm, _do_ready),
    "post": (pgettext_lazy("deliveries", "Enter the posting"), PostForm, _do_post),
    "hand_over": (pgettext_lazy("deliveries", "Hand over"), HandOverForm, _do_hand_over),
    "confirm": (pgettext_lazy("deliveries", "Enter the carrier's slip"), SlipForm, _do_confirm),
    "come_back": (pgettext_lazy("deliveries", "The letter came back"), BackForm, _do_come_back),
    "way": (pgettext_lazy("deliveries", "Change the way of delivery"), WishForm, _do_way),
}


@require_POST
@readers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do one thing with the delivery; what is refused stands beside the field with all that was typed."""
    row = _delivery_for_staff(request, pk)
    if act not in ACTS:
        raise NotFound()
    form = ACTS[act][1](request.POST, prefix=act)
    if form.is_valid():
        try:
            ACTS[act][2](_actor(request, row), row, form)
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("delivery:delivery", pk)
    fresh = _delivery_for_staff(request, pk)
    context = {**_context(request, fresh, {act: form}), "faulty": form}
    return render(request, "delivery/delivery.html", context, status=422)


@require_safe
@readers
def posting_list(request: HttpRequest) -> HttpResponse:
    """What went to the carrier on a day, or is to go today, with full addresses: printed for the post window."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today()
    user: Any = request.user
    rows = deliveries_of(user).select_related("case__item", "case__delivery_wish", "case__department")
    waiting = TABS["to_post"][1]()
    posted = list(rows.filter(posted_on=day).order_by("carrier", "tracking_number")[:500])
    to_post = list(rows.filter(waiting).order_by("due_on", "pk")[:500]) if day == today() else []
    shown = [*to_post, *posted]
    personal = {one.pk for one in shown if policies.may_see_personal(user, one)}
    log_views(actor_for(request, _any_role(user)), "delivery.delivery", sorted(personal), "address", purpose="posting")
    context = {
        "day": day, "to_post": [(one, one.pk in personal) for one in to_post],
        "posted": [(one, one.pk in personal) for one in posted],
    }  # fmt: skip
    return render(request, "delivery/posting_list.html", context)


def _any_role(user: Any) -> str:
    return next(iter(sorted(user.access.roles - {"citizen"})), "citizen")
