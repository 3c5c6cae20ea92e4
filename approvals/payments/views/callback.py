"""The address that providers report to."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from approvals.payments import actions
from approvals.payments.providers import Forged, provider_of
from portal.core.errors import DomainError
from portal.core.middleware import problem_response

log = logging.getLogger("portal.payments")
LONGEST = 64 * 1024


class NotSigned(DomainError):
    """A message that no provider of ours signed."""

    code = "bad_signature"
    status = 401
    default_message = _("The signature does not fit.")


@csrf_exempt
@require_POST
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Believed by its signature only; answered the same however often it comes."""
    try:
        adapter = provider_of(provider)
        body = request.body if int(request.headers.get("Content-Length") or 0) <= LONGEST else b""
        notice = adapter.read_notice(request.headers, body)
        row = actions.receive(provider, notice, body)
    except Forged as error:
        log.warning("payment_callback_forged", extra={"provider": provider, "error": str(error)})
        return problem_response(NotSigned())
    except DomainError as error:
        return problem_response(error)
    return JsonResponse({"result": "ok", "outcome": row.outcome})
