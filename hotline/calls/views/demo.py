"""The demonstration telephone's own page: somebody calls, it is answered, given up, ended. Only in demo mode."""

from contextlib import suppress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hotline.calls import demo, telephone
from hotline.calls.forms import DemoCallForm
from hotline.calls.models import DemoCall, Extension
from hotline.calls.views.common import readers
from portal.core.errors import WrongState
from portal.people.views.common import posted

SHOWN = 10


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def page(request: HttpRequest) -> HttpResponse:
    """The switchboard of the demonstration."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST" and request.POST.get("call"):
        return _go_on(request)
    seats = [(one.code, f"{one.code} · {one.user.name}") for one in Extension.objects.select_related("user")]
    form = DemoCallForm(posted(request), extensions=seats)
    if form.is_valid():
        url = request.build_absolute_uri(reverse("calls:report", args=[telephone.DEMO]))
        demo.ring(form.cleaned_data["number"], form.cleaned_data["line"], form.cleaned_data["extension"], url)
        return redirect("calls:demo")
    rows = [(one, demo.NEXT[one.state]) for one in DemoCall.objects.order_by("-started_at", "-pk")[:SHOWN]]
    return render(request, "calls/demo.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


def _go_on(request: HttpRequest) -> HttpResponse:
    row = get_object_or_404(DemoCall, call_id=request.POST["call"][:80])
    with suppress(WrongState):  # pressed twice; the page shows how it stands
        demo.go_on(row.call_id, request.POST.get("state", ""))
    return redirect("calls:demo")
