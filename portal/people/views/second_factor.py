"""The second factor: setting up an authenticator app, and the code at sign-in."""

from textwrap import wrap

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import login as show_device
from django_otp import match_token
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.core.errors import Invalid
from portal.people.actions import WRONG_CODE, confirm_second_factor
from portal.people.actors import actor_for
from portal.people.devices import renamed
from portal.people.forms import CodeForm
from portal.people.second_factor import has_device
from portal.people.views.accounts import next_page


def _draft_device(request: HttpRequest) -> TOTPDevice:
    """The device that is being set up: made once, so that a reload shows the same picture."""
    found = TOTPDevice.objects.filter(user_id=request.user.pk, confirmed=False).first()
    return found or TOTPDevice.objects.create(user_id=request.user.pk, name="app", confirmed=False)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Who has a device replaces it only after showing its code."""
    if has_device(request.user) and not request.user.is_verified():  # type: ignore[arg-type, union-attr]
        return redirect("people:second-factor")
    device, form = _draft_device(request), CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            confirmed, codes = confirm_second_factor(
                actor_for(request), device_id=device.pk, code=form.cleaned_data["code"]
            )
        except Invalid as error:
            form.add_domain_error(error)
        else:
            show_device(request, confirmed)
            return render(request, "people/recovery_codes.html", {"codes": codes})
    key = device.config_url.partition("secret=")[2].partition("&")[0]
    picture = segno.make(device.config_url, error="m").svg_data_uri(scale=5)
    context = {"form": form, "picture": picture, "key": " ".join(wrap(key, 4))}
    return render(request, "people/second_factor_set_up.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The code at sign-in; too many wrong ones slow down by themselves."""
    if request.user.is_verified():  # type: ignore[union-attr]
        return redirect(next_page(request))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        device = match_token(request.user, form.cleaned_data["code"])
        if device is not None:
            before = request.session.session_key
            request.session.cycle_key()
            renamed(request, before)
            show_device(request, device)
            return redirect(next_page(request))
        form.add_error("code", str(WRONG_CODE))
    return render(request, "people/second_factor.html", {"form": form}, status=422 if form.errors else 200)
