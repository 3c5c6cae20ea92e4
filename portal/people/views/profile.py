"""One's own data: masked, shown on request (which is logged), changed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core import identity
from portal.core.access import log_view
from portal.core.errors import Invalid, NotFound
from portal.people import devices
from portal.people.actions import change_profile
from portal.people.actors import actor_for
from portal.people.forms import ProfileForm
from portal.people.models import Citizen, User
from portal.people.second_factor import has_device


def mask_email(address: str) -> str:
    """`wang@example.cn` → `w***@example.cn`."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else "*" * len(address)


Mask = Callable[[str], str]
FIELDS: dict[str, tuple[Any, Mask]] = {
    "phone": (gettext_lazy("Mobile number"), identity.mask_phone),
    "email": (gettext_lazy("E-mail address"), mask_email),
    "resident_number": (gettext_lazy("Identity card number"), identity.mask_resident),
    "address": (gettext_lazy("Address"), identity.mask_address),
}


def _page(request: HttpRequest, shown: str = "") -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    citizen = Citizen.objects.filter(user=user).first() or Citizen()
    lines = []
    for name, (label, mask) in FIELDS.items():
        value = getattr(user if name in {"phone", "email"} else citizen, name)
        lines.append(
            {"name": name, "label": label, "value": value if name == shown else mask(value), "shown": shown == name}
        )
    context = {
        "lines": lines,
        "citizen": citizen,
        "has_device": has_device(user),
        "is_staff": user.access.is_staff,
        "devices": [
            (device, devices.words_for(device.agent), device.session_key == request.session.session_key)
            for device in devices.devices_of(user)
        ],
    }
    return render(request, "people/profile.html", context)


@never_cache
@login_required
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    return _page(request)


@never_cache
@login_required
@require_POST
def reveal(request: HttpRequest) -> HttpResponse:
    """Show one field in full. By POST, so that neither the history nor a prefetch does it; written to the log."""
    name = request.POST.get("field", "")
    if name not in FIELDS:
        raise NotFound()
    log_view(actor_for(request), "people.user", int(request.user.pk or 0), name, purpose="own profile")
    return _page(request, name)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Change one's own data; empty fields keep what was there."""
    user: User = request.user  # type: ignore[assignment]
    form = ProfileForm(request.POST if request.method == "POST" else None, initial={"language": user.language})
    if form.is_valid():
        try:
            change_profile(actor_for(request), form.person())
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("Your data was saved."))
            return redirect("people:profile")
    return render(request, "people/profile_edit.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def device_end(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign one device out."""
    devices.end_device(actor_for(request), device_id)
    messages.success(request, _("The device was signed out."))
    return redirect("people:profile")


@login_required
@require_POST
def devices_end(request: HttpRequest) -> HttpResponse:
    """Sign every device out but this one."""
    devices.end_other_devices(actor_for(request), this=request.session.session_key)
    messages.success(request, _("All other devices were signed out."))
    return redirect("people:profile")
