"""The list of signs, the signs of one tender, and the table of how signs are computed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.errors import Invalid
from portal.core.rules import display_value, rules, title
from portal.core.time import today
from portal.people.lists import page_of
from procurement.bidders.agents import organisation_ids
from procurement.oversight import actions, policies
from procurement.oversight.limits import CODES
from procurement.oversight.listing import SignFilter, signs_for
from procurement.oversight.models import LotFigures, Sign
from procurement.oversight.signs import REGISTRY
from procurement.oversight.views.common import actor_of_page, watched
from procurement.oversight.views.faces import BASIS_WORDS, TONES, face, figures_table
from procurement.tenders.models import Project

MOST = 200


@never_cache
@require_http_methods(["GET", "POST"])
@watched
def signs(request: HttpRequest) -> HttpResponse:
    """The signs, the latest first; supervisors gather chosen ones into a lead."""
    wrong: list[str] = []
    if request.method == "POST":
        made = _gathered(request, wrong)
        if made is not None:
            return made
    form = SignFilter(request.GET)
    rows = signs_for(request.user, request.GET).select_related("project__buyer", "lot", "lead")
    page = page_of(rows.prefetch_related("firms"), "-found_on", request.GET.get("cursor", ""))
    context = {
        "form": form,
        "chosen": form.chosen(),
        "page": page,
        "rows": [face(sign) for sign in page.rows],
        "may_gather": policies.may_work(request.user) and any(one.stands and not one.lead_id for one in page.rows),
        "picked": request.POST.getlist("signs"),
        "typed": request.POST.get("lead", ""),
        "wrong": wrong,
        "tab": "signs",
    }
    return render(request, "oversight/signs.html", context, status=422 if wrong else 200)


def _gathered(request: HttpRequest, wrong: list[str]) -> HttpResponse | None:
    """Open a lead of the chosen signs, or put them to one; None where that was refused, with the words in `wrong`."""
    picked = [int(pk) for pk in request.POST.getlist("signs")[: actions.MOST_SIGNS] if pk.isdecimal() and len(pk) < 18]
    try:
        made = actions.open_by_hand(actor_of_page(request), picked, lead_number=request.POST.get("lead", "")[:48])
    except Invalid as error:
        wrong.extend(str(text) for text in error.fields.values())
        return None
    messages.success(request, _("The signs are in lead %(number)s.") % {"number": made.number})
    return redirect("oversight:lead", made.number)


@never_cache
@require_safe
@watched
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that was computed for one tender: its signs, and the figures of each lot."""
    user: Any = request.user
    mine = organisation_ids(user)
    rows = Project.objects.public().exclude(buyer__in=mine).exclude(agency__isnull=False, agency__in=mine)
    one = get_object_or_404(rows, number=number)
    found = Sign.objects.visible_to(user).filter(project=one).select_related("project", "lot", "lead")
    faces = [face(sign) for sign in found.prefetch_related("firms").order_by("kind", "code", "pk")[:MOST]]
    kept = LotFigures.objects.filter(lot__project=one).select_related("lot").order_by("lot__number")
    log_view(actor_of_page(request), "tenders.project", one.pk, "oversight:tender")
    context = {
        "tender": one,
        "findings": [sign for sign in faces if sign.sign.kind == Sign.Kind.FINDING],
        "statistical": [sign for sign in faces if sign.sign.kind == Sign.Kind.STATISTICAL],
        "lots": [(figures.lot, figures.n, figures_table(figures)) for figures in kept],
    }
    return render(request, "oversight/tender.html", context)


@never_cache
@require_safe
@watched
def method(request: HttpRequest) -> HttpResponse:
    """The registry as a table, and the thresholds in force with their versions."""
    held = rules(CODES, today())
    context = {
        "lines": [
            (
                line,
                [(BASIS_WORDS[basis], TONES[basis]) for basis in sorted(set(line.bases.values()))],
                line.source_for("t"),
            )
            for line in REGISTRY.values()
        ],
        "rules": [(title(code), display_value(one.value, one.unit), one) for code, one in held.items()],
        "tab": "method",
    }
    return render(request, "oversight/method.html", context)
