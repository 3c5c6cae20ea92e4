"""The address that the provincial platform sends tickets to."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hotline.province import actions
from hotline.province.adapters import Forged, adapter
from portal.core.errors import DomainError, Invalid
from portal.core.middleware import problem_response

log = logging.getLogger("portal.province")
LONGEST = 256 * 1024


class NotSigned(DomainError):
    """A message that the platform did not sign."""

    code = "bad_signature"
    status = 401
    default_message = _("The signature does not fit.")


@csrf_exempt
@require_POST
def incoming(request: HttpRequest) -> HttpResponse:
    """Believed by its signature only; a ticket sent twice is answered the same."""
    try:
        body = request.body if int(request.headers.get("Content-Length") or 0) <= LONGEST else b""
        content = adapter().read(request.headers, body)
        ticket, new = actions.receive(content)
    except Forged as error:
        log.warning("province_message_forged", extra={"error": str(error)})
        return problem_response(NotSigned())
    except DomainError as error:
        return problem_response(error)
    except ValueError:
        return problem_response(Invalid(_("This is no message that can be read.")))
    return JsonResponse({"local_number": ticket.number, "new": new}, status=201 if new else 200)
