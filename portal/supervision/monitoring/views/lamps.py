"""The stream of lamps, its live part, the workbook, and reminders."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import NotFound, WrongState
from portal.core.lamps import APPS, COLOURS, lamp_of, lamp_sources
from portal.supervision.actions import remind as remind_case
from portal.supervision.monitoring import policies
from portal.supervision.monitoring.actions import remind_lamp
from portal.supervision.monitoring.reading import OF_CASES, asked_of, stream_of_page
from portal.supervision.monitoring.views.common import actor_of_page, readers, supervisors
from portal.supervision.monitoring.workbook import download, write


def _context(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    asked = asked_of(user, request.GET)
    page = stream_of_page(asked, request.GET.get("cursor", ""))
    return {
        "asked": asked, "page": page, "apps": APPS, "colours": COLOURS, "sources": lamp_sources().values(),
        "departments": asked.departments, "may_supervise": policies.may_supervise(user),
        "here": f"{reverse('monitoring:lamps')}?{request.GET.urlencode()}", "query": request.GET.urlencode(),
    }  # fmt: skip


@require_safe
@readers
def lamps(request: HttpRequest) -> HttpResponse:
    """Everything that burns, the oldest first: what, whose, since when."""
    return render(request, "monitoring/lamps.html", _context(request))


@require_safe
@readers
def live(request: HttpRequest) -> HttpResponse:
    """The same without its frame, asked for again and again: 304 as long as nothing has changed."""
    context = _context(request)
    etag = quote_etag(f"{context['page'].etag}-{get_language()}-{int(context['may_supervise'])}")
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "monitoring/_stream.html", context)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@readers
def workbook(request: HttpRequest) -> HttpResponse:
    """The stream as an Excel workbook, by the filters of the page."""
    user: Any = request.user
    asked = asked_of(user, request.GET)
    return download("lamps.xlsx", lambda path: write(path, asked))


@require_POST
@supervisors
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the unit of a lamp, and go back to where the button was."""
    ident = request.POST.get("lamp", "")
    try:
        _remind(request, ident)
        messages.success(request, _("The unit has been reminded."))
    except NotFound:
        messages.info(request, _("This lamp does not burn any more."))
    except WrongState as error:
        messages.error(request, error.message)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("monitoring:lamps")
    return redirect(back)


def _remind(request: HttpRequest, ident: str) -> None:
    """A case is reminded of as on the board, so that one count holds for both; everything else here."""
    actor = actor_of_page(request)
    if ident.partition(":")[0] not in OF_CASES:
        remind_lamp(actor, ident)
        return
    lamp = lamp_of(ident, asked_of(request.user, {}).scope)  # type: ignore[arg-type]
    if lamp is None:
        raise NotFound()
    remind_case(actor, lamp.number)
