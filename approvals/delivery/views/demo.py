"""The demonstration carrier's page: where a letter is, with the buttons that a courier would press."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from approvals.delivery.models import DemoParcel
from portal.core.time import now

STATES = {"delivered": "本人签收", "returned": ""}


@require_http_methods(["GET", "POST"])
def parcel(request: HttpRequest, number: str) -> HttpResponse:
    """Only in demo mode."""
    if not settings.DEMO:
        raise Http404
    row = get_object_or_404(DemoParcel, tracking_number=number)
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice in STATES and row.state == "transit":
        row.state, row.changed_at, row.signed_by = choice, now(), STATES[choice]
        row.save()
        return redirect("delivery:demo", number)
    return render(request, "delivery/demo.html", {"parcel": row})
