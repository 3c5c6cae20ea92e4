"""Signing in and out, registering, changing the password."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.core.errors import Invalid
from portal.people.actions import change_password, register_citizen
from portal.people.actors import actor_for
from portal.people.demo import demo_accounts
from portal.people.forms import PasswordForm, RegisterForm, SignInForm
from portal.people.oidc import is_enabled
from portal.people.second_factor import remember_duty
from portal.people.throttle import count, sender_of

REGISTRATIONS_AN_HOUR = 30  # from one address: the terminals of a hall share one
BACKEND = "portal.people.backends.AccountBackend"


def next_page(request: HttpRequest) -> str:
    """Where to go after signing in: `next` when it is a page of ours, else the start page of the roles."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url("site:landing")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The session gets a new key here, so one that was planted before is worth nothing."""
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            remember_duty(request)
            return redirect(next_page(request))
        form.add_error(None, _("The account or the password is not right. Please check both."))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    status = 422 if form.errors else 200
    more = {"demo_accounts": demo_accounts(), "national": is_enabled()}
    return render(request, "people/sign_in.html", context | more, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("You have signed out."))
    return redirect("site:home")


@never_cache
@sensitive_post_parameters("password", "again", "resident_number")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """A citizen's account; the new citizen is signed in and told the user name."""
    if request.user.is_authenticated:
        return redirect("people:profile")
    form = RegisterForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count("register", sender_of(request), limit=REGISTRATIONS_AN_HOUR)
        try:
            person = form.person(get_language() or "zh-hans")
            user = register_citizen(person, password=form.cleaned_data["password"])
        except Invalid as error:
            form.add_domain_error(error)
        else:
            login(request, user, backend=BACKEND)
            messages.success(request, _("Your account is ready. Your user name is %(name)s.") % {"name": user.username})
            return redirect(next_page(request) if request.POST.get("next") else reverse("people:profile"))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "people/register.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("old_password", "new_password", "again")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Other devices are signed out by the change, this one stays."""
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        first = request.user.must_change_password  # type: ignore[union-attr]
        try:
            user = change_password(actor_for(request), old=data["old_password"], new=data["new_password"])
        except Invalid as error:
            form.add_domain_error(error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password was changed. Other devices have been signed out."))
            return redirect("site:landing" if first else "people:profile")
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)
