"""Sign-in through the national identity provider, where the settings name one."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core.errors import NotFound
from portal.people import oidc
from portal.people.second_factor import remember_duty
from portal.people.views.accounts import BACKEND, next_page


@never_cache
@require_safe
def national_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Leads to the provider."""
    if not oidc.is_enabled():
        raise NotFound
    answer: HttpResponseBase = oidc.NationalRequest.as_view()(request)
    return answer


@never_cache
@require_safe
def national_callback(request: HttpRequest) -> HttpResponseBase:
    """Comes back from the provider; each state is taken once."""
    if not oidc.is_enabled():
        raise NotFound
    states = request.session.get("oidc_states", {})
    asked = states.pop(request.GET.get("state", ""), None)
    request.session["oidc_states"] = states
    wanted = request.session.get("oidc_login_next") or ""
    user = None
    if asked is not None and request.GET.get("code"):
        user = oidc.authenticate(request, nonce=asked["nonce"], code_verifier=asked.get("code_verifier"))
    if user is None:
        messages.error(request, _("The national identity service did not confirm the sign-in. Please try again."))
        return redirect("people:sign-in")
    login(request, user, backend=BACKEND)
    remember_duty(request)
    return redirect(wanted or next_page(request))
