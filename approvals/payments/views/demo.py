"""The demonstration provider's own page: shows what is to be paid, and lets people pay, fail or pay later."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.payments.models import DemoPayment
from approvals.payments.providers import demo

LATER_SECONDS = 60


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Only in demo mode; whoever has the address may pay, as with every payment link."""
    if not settings.DEMO:
        raise Http404
    row = get_object_or_404(DemoPayment, token=token)
    if request.method == "GET":
        return render(request, "payments/demo.html", {"payment": row})
    match request.POST.get("choice"):
        case "pay":
            demo.pay(token)
        case "later":
            demo.pay(token, report_after=LATER_SECONDS)
        case "fail":
            demo.fail(token)
    return HttpResponseRedirect(row.return_url)
