"""Who took the documents of one tender: the page for officers, supervisors and auditors, after the opening."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.access import log_view
from portal.people.lists import page_of
from procurement.tenders import policies
from procurement.tenders.forms import DownloadFilter
from procurement.tenders.models import Download
from procurement.tenders.views.desk import actor_of_page, opened

LONGEST = 40


def listed(user: Any, params: QueryDict) -> "QuerySet[Download]":
    """The downloads of the tender `number` that fit the filters; page and export read the same."""
    rows = Download.objects.visible_to(user).filter(project__number=params.get("number", "")[:LONGEST])
    rows = rows.select_related("document__file", "organisation", "project")
    chosen = DownloadFilter(params).chosen()
    if "q" in chosen:
        rows = rows.filter(organisation__name__icontains=chosen["q"])
    if "kind" in chosen:
        rows = rows.filter(document__kind=chosen["kind"])
    return rows.of_several_firms() if "shared" in chosen else rows


@never_cache
@login_required
@require_safe
def downloads(request: HttpRequest, number: str) -> HttpResponse:
    """The downloads, the latest first; whoever may not see them finds no such page. That it was read is written down."""
    one = opened(request, number)
    if not policies.may_see_downloads(request.user, one):
        raise Http404
    log_view(actor_of_page(request), "tenders.project", one.pk, "tender:downloads")
    params = request.GET.copy()
    params["number"] = number
    form = DownloadFilter(request.GET)
    page = page_of(listed(request.user, params), "-at", request.GET.get("cursor", ""))
    context = {"tender": one, "form": form, "chosen": form.chosen(), "page": page, "rows": page.rows}
    return render(request, "tenders/downloads.html", context)
