"""The bidder's pages: filing an objection, a query or a complaint, and what became of one's own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.throttle import count
from portal.people.views.common import posted
from procurement.awards import actions, reading
from procurement.awards.actions.remedies import FILE_KIND
from procurement.awards.forms import RemedyForm
from procurement.awards.lifecycle import CONTRACT, CONTRACT_TONES, REMEDY, REMEDY_TONES
from procurement.awards.models import Contract, Remedy
from procurement.awards.views.common import form_page
from procurement.bidders.agents import organisation_ids, organisations_of
from procurement.tenders.views.public import public_one

AN_HOUR = 10
RECENT = 30


def titles() -> dict[str, tuple[str, str]]:
    """What each way is called, and what to know before."""
    return {
        "objection": (
            _("Raise an objection"),
            _("To the tenderer, under the tendering law. Until it is answered the tender stands still."),
        ),
        "query": (
            _("Raise a query"),
            _("To the buyer, in government procurement, within seven working days of what you object to."),
        ),
        "complaint": (
            _("File a complaint"),
            _("To the supervising authority, about the matter of an objection or query that did not content you."),
        ),
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def file_remedy(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """File an objection, a query or a complaint."""
    one = public_one(number, request.user)
    if kind not in Remedy.Kind.values:
        raise Http404
    actor = actor_for(request, Role.AGENT)
    firms = organisations_of(request.user)
    form = RemedyForm(posted(request), firms=firms, lots=list(one.lots.all()), kind=kind)
    form.fields["stage"].initial = request.GET.get("about", "result")

    def act(files: Any) -> HttpResponse:
        count("trading-remedy", str(actor.user_id), limit=AN_HOUR)
        pks = [file.pk for file in files]
        made = actions.file_remedy(actor, one.pk, form.cleaned_data["organisation"].pk, form.draft(), pks)
        messages.success(request, _("It was filed under %(number)s.") % {"number": made.number})
        return redirect("awards:remedy", made.number)

    title, note = titles()[kind]
    notes = [note] if firms else [note, _("You act for no organisation. Its legal person appoints you first.")]
    context = {
        "title": title,
        "notes": notes,
        "intro": f"{one.title} · {one.number}",
        "submit": pgettext("remedy step", "File"),
    }
    back = reverse("awards:result", args=[number])
    return form_page(request, form, act, files=("evidence", FILE_KIND), owner=actor, back=back, **context)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one's firms filed, and their contracts."""
    ids = organisation_ids(request.user)
    filed = Remedy.objects.filter(organisation__in=ids).select_related("project")
    page = page_of(filed, "-filed_at", request.GET.get("cursor", ""))
    held = Contract.objects.filter(bidder__organisation__in=ids).select_related("lot__project")
    context = {
        "page": page,
        "rows": [
            (one, REMEDY.states[one.state].label, REMEDY_TONES[one.state], reading.lamp(one)) for one in page.rows
        ],
        "contracts": [
            (one, CONTRACT.states[one.state].label, CONTRACT_TONES[one.state], reading.lamp(one))
            for one in held.order_by("-created_at")[:RECENT]
        ],
    }
    return render(request, "awards/my_remedies.html", context)
