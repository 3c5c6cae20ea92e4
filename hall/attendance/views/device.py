"""The hall's clock: a page without sign-in that shows the code of the minute, and its picture."""

import io

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.attendance.codes import code_of, minute_of
from hall.attendance.models import ClockDevice
from portal.core.time import now

SECONDS = 10  # between two pictures: nobody scans a code that is about to end


@never_cache
@require_safe
def device(request: HttpRequest, public_id: str) -> HttpResponse:
    """Loads itself anew several times a minute, without JavaScript."""
    one = _device(public_id)
    context = {"device": one, "moment": now(), "minute": minute_of()}
    response = render(request, "attendance/device.html", context)
    response["Refresh"] = str(SECONDS)
    return response


@never_cache
@require_safe
def picture(request: HttpRequest, public_id: str) -> HttpResponse:
    """The code of this minute as a QR picture."""
    one, minute = _device(public_id), minute_of()
    path = reverse("attendance:scan", args=[one.public_id, minute, code_of(one, minute)])
    out = io.BytesIO()
    segno.make(request.build_absolute_uri(path), error="m", micro=False).save(
        out, kind="svg", scale=8, border=2, xmldecl=False, light="#ffffff"
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def _device(public_id: str) -> ClockDevice:
    return get_object_or_404(ClockDevice, public_id=public_id, closed_at__isnull=True)
