"""The catalogue's pages for everybody: list, guide with its files and QR code, guided questions."""

from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from approvals.catalogue.filters import CatalogueFilter, filtered
from approvals.catalogue.guided import step_at
from approvals.catalogue.guided_actions import helpful
from approvals.catalogue.guidefiles import file_of_guide
from approvals.catalogue.guides import guide_of
from approvals.catalogue.models import GuidedPath, Item, LifeEvent
from portal.core.errors import NotFound
from portal.core.files import open_file
from portal.core.registries import panels

PAGE_SIZE = 20


@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    """Search and filters; with nothing chosen, life events as ways in."""
    form = CatalogueFilter(request.GET)
    chosen = form.chosen()
    rows, exact = filtered(Item.objects.open_to_filing(), chosen)
    pages = Paginator(rows.select_related("department", "current"), PAGE_SIZE)
    page = pages.get_page(request.GET.get("cursor"))
    context: dict[str, Any] = {
        "form": form,
        "labels": form.labels(),
        "page": page,
        "count": pages.count,
        "exact": exact,
        "next": str(page.next_page_number()) if page.has_next() else None,
        "previous": str(page.previous_page_number()) if page.has_previous() else None,
        "guided": helpful(chosen) if page.number == 1 else [],
        "ways": _ways(form.events) if not chosen and page.number == 1 else [],
    }
    return render(request, "catalogue/list.html", context)


@require_GET
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """All that somebody must know before applying: days, fee, materials, steps, ground, place."""
    shown = guide_of(code, request.user)
    if shown.successor is not None:
        name = {"old": shown.item.local_name, "new": shown.successor.local_name}
        messages.info(request, _("“%(old)s” has been merged into “%(new)s”. You are on its guide.") % name)
        return redirect("catalogue:guide", shown.successor.code)
    where = panels("catalogue.guide.where", request, shown.item)
    return render(request, "catalogue/guide.html", {"guide": shown, "item": shown.item, "where": where})


@require_GET
@cache_control(public=True, max_age=86400)
def guide_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the guide as a QR code (SVG), for posters and prints. Raises NotFound for drafts."""
    if not Item.objects.visible_to(None).filter(code=code).exists():
        raise NotFound()
    out = BytesIO()
    address = settings.SITE_URL.rstrip("/") + reverse("catalogue:guide", args=[code])
    segno.make(address, error="m", micro=False).save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_GET
def guide_file(request: HttpRequest, code: str, file_id: int) -> FileResponse:
    """A blank form or a sample: for everybody once it was published. Missing and forbidden look the same."""
    found = file_of_guide(code, file_id, request.user)
    response = FileResponse(open_file(found), as_attachment=True, filename=found.name, content_type=found.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
def guided_list(request: HttpRequest) -> HttpResponse:
    """All guided questions that are open to the public."""
    paths = GuidedPath.objects.filter(shown=True).select_related("life_event").defer("tree")
    return render(request, "catalogue/guided_list.html", {"paths": paths})


@require_GET
def guided(request: HttpRequest, code: str) -> HttpResponse:
    """One question, or the items that the answers lead to. Answers are links, so the way back is the browser's."""
    path = get_object_or_404(GuidedPath, code=code, shown=True)
    step = step_at(path.tree, request.GET.get("path", ""))
    items = Item.objects.open_to_filing().filter(code__in=step.items).select_related("department", "current")
    by_code = {item.code: item for item in items}
    context = {
        "path": path,
        "step": step,
        "items": [by_code[code] for code in step.items if code in by_code],
        "ended": bool(step.items),
    }
    return render(request, "catalogue/guided.html", context)


def _ways(events: list[LifeEvent]) -> list[tuple[str, list[LifeEvent]]]:
    """Life events by audience: (heading, events)."""
    return [(str(label), [e for e in events if e.audience == code]) for code, label in LifeEvent.Audience.choices]
