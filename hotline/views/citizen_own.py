"""One request, shown to whom it belongs: by account, or by number and query code; and what they can do with it."""

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline import photos_citizen as photos
from hotline import story_citizen as story
from hotline.actions import CALLER, add, find_by_code, urge
from hotline.actions.calling import Answers, answer_as_caller, reopen_as_caller
from hotline.forms_citizen import AskAddForm, AskRateForm, AskReopenForm, AskTrackForm, AskUrgeForm
from hotline.models import Ticket
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.numbers import normalise_number
from portal.people.actors import actor_for
from portal.people.throttle import sender_of
from portal.people.views.common import posted

TRIES, MINUTES = 10, 15
SHOWN, MOST_SHOWN = "hotline_shown", 20  # tickets that this session has shown number and code for
ANSWERED = {"yes": True, "no": False}


def remember(request: HttpRequest, ticket: Ticket) -> None:
    """This session may see the ticket: its number and code were shown, or it was sent from here."""
    shown = [pk for pk in request.session.get(SHOWN, []) if pk != ticket.pk]
    request.session[SHOWN] = [*shown, ticket.pk][-MOST_SHOWN:]


def own_ticket(request: HttpRequest, number: str) -> tuple[Ticket, Actor]:
    """The ticket and as whom the reader acts. Somebody else's looks like none. Raises NotFound."""
    rows = Ticket.objects.select_related("category", "department", "reporter")
    ticket = rows.filter(number=normalise_number(number)).first()
    if ticket is None:
        raise NotFound()
    user: Any = request.user
    if user.is_authenticated and ticket.owner_id == user.pk:
        return ticket, actor_for(request)
    if ticket.pk in request.session.get(SHOWN, []):
        return ticket, CALLER
    raise NotFound()


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """By number and query code; an unknown number and a wrong code get the same answer, and wrong tries are counted."""
    form = AskTrackForm(posted(request), initial={"number": request.GET.get("number", "")})
    status = 422
    if form.is_valid():
        number = normalise_number(form.cleaned_data["number"])
        keys = [f"hotline-track:ip:{sender_of(request)}", f"hotline-track:number:{number}"]
        try:
            if any(cache.get(key, 0) >= TRIES for key in keys):
                status = 429
                raise DomainError(_("Too many wrong tries. Please wait 15 minutes and try again."))
            ticket = find_by_code(number, form.cleaned_data["code"])
        except NotFound:
            _count(keys)
            form.add_error(None, _("Number and query code do not go together. Please compare both with your receipt."))
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            remember(request, ticket)
            return redirect("hotline:ask-own", ticket.number)
    return render(request, "hotline/citizen/track.html", {"form": form}, status=status if form.errors else 200)


def _count(keys: list[str]) -> None:
    """One wrong try more; the time begins with the first."""
    for key in keys:
        if cache.add(key, 1, MINUTES * 60):
            continue
        try:
            cache.incr(key)
        except ValueError:  # it ran out a moment ago
            cache.set(key, 1, MINUTES * 60)


@never_cache
@require_safe
def own(request: HttpRequest, number: str) -> HttpResponse:
    """How it stands, what was answered, and what can be done."""
    ticket, _actor = own_ticket(request, number)
    return show(request, ticket)


def show(request: HttpRequest, ticket: Ticket, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page; a form that was refused comes back as it was sent."""
    can = story.what_can_be_done(ticket)
    made: dict[str, Any] = {
        "urge": AskUrgeForm() if "urge" in can else None,
        "add": AskAddForm() if "add" in can else None,
        "rate": AskRateForm(asks_resolution=ticket.asks_resolution) if "rate" in can else None,
        "reopen": AskReopenForm() if "reopen" in can else None,
    }
    made |= forms
    bound = next((form for form in made.values() if form is not None and form.is_bound), None)
    context = {
        "ticket": ticket, "forms": made, "form": bound, **story.shown(ticket),
        "kept": [(photo, photos.mark_of(photo)) for photo in getattr(bound, "kept", [])],
    }  # fmt: skip
    return render(request, "hotline/citizen/own.html", context, status=status)


@require_POST
def urge_it(request: HttpRequest, number: str) -> HttpResponse:
    """Where does it stay? Once a day."""
    ticket, actor = own_ticket(request, number)
    form = AskUrgeForm(request.POST)
    return _acted(
        request, ticket, "urge", form, lambda data: urge(actor, ticket.pk, text=data["text"]),
        _("We have told those who handle it that you are waiting."),
    )  # fmt: skip


@require_POST
def add_to_it(request: HttpRequest, number: str) -> HttpResponse:
    """Something was forgotten; photos stay when the rest has to be corrected."""
    ticket, actor = own_ticket(request, number)
    form: Any = AskAddForm(request.POST, request.FILES)
    form.is_valid()
    form.kept = photos.kept(request.POST.getlist("kept"))
    form.kept += photos.take_in(request.FILES.getlist("photos"), form, actor)
    return _acted(
        request, ticket, "add", form, lambda data: add(actor, ticket.pk, text=data["text"], files=form.kept),
        _("Added. Those who handle your request see it."),
    )  # fmt: skip


@require_POST
def rate_it(request: HttpRequest, number: str) -> HttpResponse:
    """The call-back, answered on the web."""
    ticket, actor = own_ticket(request, number)
    form = AskRateForm(request.POST, asks_resolution=ticket.asks_resolution)
    return _acted(
        request, ticket, "rate", form, lambda data: answer_as_caller(actor, ticket.pk, _answers(data)),
        _("Thank you. Your answer counts."),
    )  # fmt: skip


def _answers(data: dict[str, Any]) -> Answers:
    said = {name: ANSWERED.get(data.get(name, "")) for name in ("contacted", "resolved", "satisfied")}
    return Answers(**said, note=data["note"])


@require_POST
def reopen_it(request: HttpRequest, number: str) -> HttpResponse:
    """It is not settled after all."""
    ticket, actor = own_ticket(request, number)
    form = AskReopenForm(request.POST)
    return _acted(
        request, ticket, "reopen", form,
        lambda data: reopen_as_caller(actor, ticket.pk, reason=data["reason"]),
        _("Your request has been taken up again."),
    )  # fmt: skip


def _acted(request: HttpRequest, ticket: Ticket, name: str, form: Any, act: Any, told: str) -> HttpResponse:
    """Do it and show the request; what is refused stands on the page with what was typed."""
    status = 422
    if form.is_valid() and not form.errors:
        try:
            act(form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
            status = error.status
        else:
            messages.success(request, told)
            return redirect("hotline:ask-own", ticket.number)
    ticket.refresh_from_db()
    return show(request, ticket, status=status, **{name: form})
