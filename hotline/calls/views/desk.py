"""The operator's desk: the call with its caller, the form, and what helps; one press records, answers or dispatches."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hotline.actions import Caller, TicketDraft
from hotline.calls import actions, desk
from hotline.calls.forms import ANSWER, DISPATCH, NOW, TicketForm
from hotline.calls.knowledge import articles_for
from hotline.calls.models import Call
from hotline.calls.views.common import at_desk, operator
from hotline.models import Channel, Ticket
from portal.core.access import log_view, log_views
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound

STEPS = {NOW: "", ANSWER: "answer", DISPATCH: "dispatch"}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@at_desk
def page(request: HttpRequest) -> HttpResponse:
    """The desk, with the call on the line or the one that is named, and the draft as it was left."""
    named = request.POST.get("call", "") or request.GET.get("call", "")
    call = desk.call_for(request.user, named)
    if request.method == "POST":
        return _record(request, call)
    drafts = desk.drafts_of(request.user, call)
    initial = {"phone": call.number if call else "", **desk.fields_of(drafts[0])}
    return _page(request, call, TicketForm(initial=initial), drafts=drafts)


def _record(request: HttpRequest, call: Call | None) -> HttpResponse:
    step = request.POST.get("step", NOW)
    form = TicketForm(request.POST, step=step if step in STEPS else NOW)
    problem: DomainError | None = None
    if form.is_valid():
        try:
            ticket = actions.record_at_desk(
                operator(request), _draft(form, call), _desk(form, call), once_key=form.cleaned_data["once_key"]
            )
            messages.success(request, _told(form.step) % {"number": ticket.reference})
            return redirect(f"{reverse('calls:desk')}?done={ticket.pk}")
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error
            form.add_error(None, error.message)
    return _page(request, call, form, status=problem.status if problem else 422)


def _told(step: str) -> str:
    if step == ANSWER:
        return _("Ticket %(number)s is recorded and answered.")
    if step == DISPATCH:
        return _("Ticket %(number)s is recorded and dispatched.")
    return _("Ticket %(number)s is recorded.")


def _draft(form: TicketForm, call: Call | None) -> TicketDraft:
    data = form.cleaned_data
    return TicketDraft(
        title=data["title"], content=data["content"], kind=data["kind"],
        category_id=data["category"].pk if data["category"] else None, channel=Channel.PHONE,
        line=call.line if call else "12345", grade=data["grade"], address=data["address"], latitude=data["lat"],
        longitude=data["lon"], street_code=data["street_code"], life_danger=data["life_danger"] or None,
        secret=data["secret"],
        caller=Caller(name=data["name"], phone=data["phone"], address=data["home_address"], consented=True),
    )  # fmt: skip


def _desk(form: TicketForm, call: Call | None) -> actions.Desk:
    data = form.cleaned_data
    return actions.Desk(
        step=STEPS[form.step], answer=data["answer"], department_id=data["department"].pk if data["department"] else None,
        parent=data["parent"], call_id=call.pk if call else None,
    )  # fmt: skip


def _page(
    request: HttpRequest, call: Call | None, form: TicketForm, *, drafts: Any = (None, ()), status: int = 200
) -> HttpResponse:
    phone = str(form["phone"].value() or "")
    typed = {name: str(form[name].value() or "") for name in form.fields}
    earlier = desk.history(phone)
    _log(operator(request), call, earlier)
    context = {
        "call": call, "form": form, "draft": drafts[0], "history": earlier, "phone": phone, "help": desk.help_for(typed),
        "waiting": drafts[1][:5], "asked": typed["title"],
        "articles": articles_for(typed["title"]), "done": _done(request),
    }  # fmt: skip
    return render(request, "calls/desk.html", context, status=status)


def _log(actor: Actor, call: Call | None, earlier: list[desk.Earlier]) -> None:
    """Whose number, and whose earlier tickets, were shown; with a call they are the caller's."""
    if call is not None and call.number:
        log_view(actor, "calls.call", call.pk, "phone", purpose=f"earlier tickets: {len(earlier)}")
    else:
        log_views(actor, "hotline.ticket", [one.ticket.pk for one in earlier], "history")


def _done(request: HttpRequest) -> Ticket | None:
    """The ticket that has just been made, for the line on top."""
    typed = request.GET.get("done", "")
    user: Any = request.user
    return (
        Ticket.objects.visible_to(user).filter(pk=int(typed)).first() if typed.isdecimal() and len(typed) < 12 else None
    )


@require_safe
@at_desk
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the desk, in words."""
    return render(request, "calls/keys.html")


@never_cache
@require_safe
@at_desk
def opened(request: HttpRequest, call_id: int) -> HttpResponse:
    """A link straight to a call of one's own: what the telephone's own program opens."""
    if not Call.objects.filter(pk=call_id, agent=request.user).exists():  # type: ignore[misc]
        raise NotFound()
    return redirect(f"{reverse('calls:desk')}?call={call_id}")
