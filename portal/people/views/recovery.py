"""A new password by a code: asking for it, and using it. No page tells whether an account exists."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.people.actions import recovery
from portal.people.forms_public import AskCodeForm, NewPasswordForm
from portal.people.lockout import account_digest
from portal.people.throttle import count, sender_of
from portal.people.views.common import form_page, posted

TICKET = "password_ticket"
CODES_AN_HOUR = 3  # for one account
ASKED_AN_HOUR = 30  # from one address: a hall's terminals share one


@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Which account. The answer is the same for every one that can be typed."""
    if request.user.is_authenticated:
        return redirect("people:password")
    form = AskCodeForm(posted(request))

    def act() -> HttpResponse:
        typed = form.cleaned_data["username"]
        count("code_from", sender_of(request), limit=ASKED_AN_HOUR)
        count("code_for", account_digest(typed), limit=CODES_AN_HOUR)
        request.session[TICKET] = recovery.ask_for_code(typed)
        return redirect("people:password-code")

    context = {
        "title": _("New password"),
        "intro": _("We send a code to the mobile number or e-mail address of your account."),
        "submit": _("Send me a code"),
        "back": reverse("people:sign-in"),
    }
    return form_page(request, form, act, context, template="people/form.html")


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "POST"])
def use(request: HttpRequest) -> HttpResponse:
    """The code and the new password; then the person signs in with it."""
    ticket = request.session.get(TICKET)
    if ticket is None:
        return redirect("people:password-forgotten")
    form = NewPasswordForm(posted(request))

    def act() -> HttpResponse:
        recovery.use_code(ticket, form.cleaned_data["code"], form.cleaned_data["password"])
        request.session.pop(TICKET, None)
        messages.success(request, _("Your password was changed. Please sign in with it."))
        return redirect("people:sign-in")

    context = {"title": _("Enter the code"), "minutes": recovery.VALID_MINUTES}
    return form_page(request, form, act, context, template="people/password_code.html")
