"""The citizens' pages: tell the hotline, the receipt, one's own requests. Everything works without JavaScript."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hotline import danger
from hotline import photos_citizen as photos
from hotline.actions import CALLER, Caller, TicketDraft, record
from hotline.files import MOST
from hotline.forms_citizen import AskForm
from hotline.lifecycle import TICKET, TONES
from hotline.models import Channel, Ticket
from hotline.views.citizen_own import remember
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid
from portal.people import throttle
from portal.people.actors import actor_for
from portal.people.lists import page_of

# Of one address (a family, an office) and of one telephone number in an hour; whoever needs more calls the hotline.
A_SENDER, A_PHONE = 20, 10
TOO_OFTEN = _(
    "Very many requests came from this number or connection within an hour. Nothing you typed is lost: please wait an "
    "hour and send it again, or call 12345."
)
TOO_MANY_PHOTOS = _("At most %(n)s photos. Please take some of them out.")


def caller_of(request: HttpRequest) -> Actor:
    """Who tells: the signed-in citizen, else somebody without an account. Staff tell as anybody does."""
    user: Any = request.user
    return actor_for(request) if user.is_authenticated and not user.access.is_staff else CALLER


@never_cache
@sensitive_post_parameters("title", "content", "name", "phone", "address")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form; wrong input comes back with everything in it, photos too."""
    if request.method != "POST":
        return _form(request, AskForm(initial=_own_data(request)), [])
    form, actor = AskForm(request.POST, request.FILES), caller_of(request)
    kept = photos.kept(mark for mark in request.POST.getlist("kept") if mark not in request.POST.getlist("drop"))
    valid = form.is_valid()
    kept += photos.take_in(request.FILES.getlist("photos"), form, actor)
    if len(kept) > MOST:
        form.add_error("photos", TOO_MANY_PHOTOS % {"n": MOST})
    if not valid or form.errors:
        return _form(request, form, kept, status=422)
    return _record(request, form, kept, actor)


def _record(request: HttpRequest, form: AskForm, kept: list[Any], actor: Actor) -> HttpResponse:
    data = form.cleaned_data
    try:
        if not danger.found_in(data["title"], data["content"]):  # who speaks of danger to life is never turned away
            throttle.count("hotline-phone", data["phone"], limit=A_PHONE)
            throttle.count("hotline-ask", throttle.sender_of(request), limit=A_SENDER)
        ticket = record(actor, _draft(data), files=kept, once_key=data["once_key"])
    except Invalid as error:
        form.add_domain_error(error)
        return _form(request, form, kept, status=422)
    except throttle.TooMany:
        form.add_error(None, TOO_OFTEN)
        return _form(request, form, kept, status=429)
    except DomainError as error:
        form.add_error(None, error.message)
        return _form(request, form, kept, status=error.status)
    remember(request, ticket)
    request.session["hotline_told"] = ticket.pk
    return redirect("hotline:ask-received")


def _draft(data: dict[str, Any]) -> TicketDraft:
    return TicketDraft(
        title=data["title"], content=data["content"], kind=data["kind"], channel=Channel.WEB,
        category_id=int(data["category"]) if data["category"] else None, address=data["address"],
        latitude=data["lat"], longitude=data["lon"], secret=data["secret"],
        caller=Caller(
            name=data["name"], phone=data["phone"], language=(get_language() or "zh-hans"), consented=data["consent"]
        ),
    )  # fmt: skip


def _own_data(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    return {"name": user.name, "phone": user.phone} if caller_of(request).user is not None else {}


def _form(request: HttpRequest, form: AskForm, kept: list[Any], *, status: int = 200) -> HttpResponse:
    context = {"form": form, "kept": [(photo, photos.mark_of(photo)) for photo in kept]}
    return render(request, "hotline/citizen/ask.html", context, status=status)


@never_cache
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """The receipt of who has just told us something: number and query code, and what happens next."""
    ticket = Ticket.objects.select_related("category").filter(pk=request.session.get("hotline_told", 0)).first()
    if ticket is None:
        return redirect("hotline:ask-track")
    return render(request, "hotline/citizen/received.html", {"ticket": ticket})


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own requests, the latest first."""
    rows = Ticket.objects.filter(owner=request.user).select_related("category", "department")  # type: ignore[misc]
    page = page_of(rows, "-recorded_at", request.GET.get("cursor", ""))
    shown = [(one, TICKET.states[one.state].label, TONES.get(one.state, "grey")) for one in page.rows]
    return render(request, "hotline/citizen/mine.html", {"page": page, "rows": shown})
