"""The page that explains the open data of trading: what is published, when, where, and what is not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from procurement.opendata import flat
from procurement.opendata.models import Process
from procurement.opendata.packages import BIDS_EXTENSION
from procurement.opendata.views.ocds import endpoints, years

# What the files hold, in the reader's language; their names stay the standard's.
WORDS = {
    "tenders": pgettext_lazy("open data file", "Tenders"),
    "bids": pgettext_lazy("open data file", "Bids"),
    "awards": pgettext_lazy("open data file", "Awards"),
    "contracts": pgettext_lazy("open data file", "Contracts"),
}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Addresses, files of each year, and the latest processes. Three queries."""
    rows = Process.objects.visible_to(request.user).select_related("project__buyer").defer("sections")
    context = {
        "endpoints": endpoints(),
        "years": years(),
        "tables": [(name, WORDS[name]) for name in flat.TABLES],
        "latest": list(rows.order_by("-changed_at", "-pk")[:10]),
        "prefix": settings.OCDS_PREFIX,
        "license": settings.OCDS_LICENSE,
        "extension": BIDS_EXTENSION,
    }
    return render(request, "opendata/about.html", context)
