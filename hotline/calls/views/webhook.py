"""The address that telephone systems report to."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hotline.calls import actions
from hotline.calls.telephone import Forged, read_notice
from portal.core.errors import DomainError
from portal.core.middleware import problem_response

log = logging.getLogger("portal.hotline")
LONGEST = 16 * 1024


class NotSigned(DomainError):
    """A message that no telephone system of ours signed."""

    code = "bad_signature"
    status = 401
    default_message = _("The signature does not fit.")


@csrf_exempt
@require_POST
def report(request: HttpRequest, provider: str) -> HttpResponse:
    """Believed by its signature only; answered the same however often it comes."""
    try:
        body = request.body if int(request.headers.get("Content-Length") or 0) <= LONGEST else b""
        done = actions.receive(provider, read_notice(provider, request.headers, body))
    except Forged as error:
        log.warning("call_report_forged", extra={"provider": provider, "error": str(error)})
        return problem_response(NotSigned())
    except DomainError as error:
        return problem_response(error)
    return JsonResponse({"result": "ok", "outcome": done.outcome})
