"""Taking steps and everything else that is done with one ticket: each page is a form that calls one action."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hotline import actions, policies
from hotline.actions import requests as asking
from hotline.files import take_in
from hotline.forms import AssistForm, DecisionForm, OrderForm, ReplyForm, RequestForm, TextForm, step_form
from hotline.grades import end_of
from hotline.lifecycle import TICKET
from hotline.models import Request, Ticket
from hotline.views.common import actor_of_page, desk_people, form_page, onwards, ticket_of_page
from portal.core.errors import DomainError, NotAllowed, NotFound
from portal.people.views.common import posted

OWN_PAGE = {"draft", "call_back", "complain", "miss"}
form_methods = require_http_methods(["GET", "POST"])


def _allowed(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed()


@form_methods
@desk_people
def step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The form of a step; POST takes it."""
    ticket, transition = ticket_of_page(request, pk), TICKET.transitions.get(code)
    user: Any = request.user
    if transition is None or transition.by_portal or code in OWN_PAGE or ticket.imported:
        raise NotFound()
    _allowed(transition.may(user, ticket))
    form = step_form(transition, ticket, posted(request))
    actor = actor_of_page(request, ticket)
    return form_page(
        request, ticket, form, transition.label,
        lambda: actions.take_step(actor, pk, code, form.inputs(), state_version=form.cleaned_data["state_version"]),
        told=_("Done: %(step)s") % {"step": transition.label}, possible=transition.possible(ticket),
        tone_of_button=transition.tone, returned=ticket.returns.filter(outcome="waiting").last(),
        drafted=ticket.replies.filter(state="drafted").last() if ticket.state == "drafted" else None,
    )  # fmt: skip


@form_methods
@desk_people
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The reply of the department, which a second person approves."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_handle(user, ticket) and not ticket.imported)
    actor = actor_of_page(request, ticket)
    last = ticket.replies.exclude(note="").last()
    initial: dict[str, Any] = {"state_version": ticket.state_version}
    if last is not None:
        initial |= {"text": last.text, "measures": last.measures}
    form = ReplyForm(posted(request), request.FILES or None, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.draft_reply(
            actor, pk, text=data["text"], measures=data["measures"], files=take_in(data["photos"] or [], actor),
            state_version=data["state_version"],
        )  # fmt: skip

    return form_page(
        request, ticket, form, _("Write the reply"), act, possible=ticket.state == "signed", sent_back=last,
        told=_("Written. It goes out once a second person has approved it."),
    )  # fmt: skip


@form_methods
@desk_people
def ask(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask for an extension, a suspension, another urgency, or an exclusion."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    if kind not in Request.Kind.values:
        raise NotFound()
    may = policies.may_ask_exclusion if kind == Request.Kind.EXCLUSION else policies.may_ask
    _allowed(may(user, ticket))
    form = RequestForm(kind, posted(request), initial={"state_version": ticket.state_version})
    actor = actor_of_page(request, ticket)
    return form_page(
        request, ticket, form, Request.Kind(kind).label, lambda: actions.ask(actor, pk, kind, **form.asked()),
        possible=asking.possible(ticket, kind), told=_("Asked for. A dispatcher decides; the clock runs on."),
    )  # fmt: skip


@form_methods
@desk_people
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse a request; never one's own."""
    user: Any = request.user
    asked = Request.objects.filter(pk=pk, ticket__in=Ticket.objects.visible_to(user)).select_related("asked_by").first()
    if asked is None:
        raise NotFound()
    ticket = ticket_of_page(request, asked.ticket_id)
    _allowed(policies.may_decide(user, asked))
    form = DecisionForm(posted(request))
    actor, grant = actor_of_page(request, ticket), request.POST.get("grant") == "yes"
    return form_page(
        request, ticket, form, asked.get_kind_display(),
        lambda: actions.decide(actor, pk, grant=grant, decision=form.cleaned_data["decision"]),
        possible=asked.outcome == Request.Outcome.WAITING, asked=asked, told=_("Decided."),
        ground=dict(asking.EXCLUSION_GROUNDS).get(asked.ground, ""),
    )  # fmt: skip


@form_methods
@desk_people
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a supervision order."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_order(user, ticket))
    form, actor = OrderForm(posted(request)), actor_of_page(request, ticket)

    def act() -> None:
        data = form.cleaned_data
        actions.issue_order(actor, pk, text=data["text"], due_at=end_of(data["due_on"]))

    possible = ticket.is_open and ticket.department_id is not None and not ticket.imported
    return form_page(request, ticket, form, _("Supervision order"), act, possible=possible, told=_("Issued."))


@form_methods
@desk_people
def assist(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another department to help."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_handle(user, ticket) or policies.may_arbitrate(user, ticket))
    form, actor = AssistForm(ticket, posted(request)), actor_of_page(request, ticket)

    def act() -> None:
        data = form.cleaned_data
        actions.ask_assistance(actor, pk, department_id=data["department"].pk, note=data["note"])

    possible = ticket.state in {"dispatched", "signed"}
    return form_page(request, ticket, form, _("Ask another department to assist"), act, possible=possible)


@form_methods
@desk_people
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """What an assisting department has to say."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_assist(user, ticket))
    form, actor = TextForm(_("Opinion"), posted(request)), actor_of_page(request, ticket)
    return form_page(
        request, ticket, form, _("Opinion for the responsible department"),
        lambda: actions.give_opinion(actor, pk, text=form.cleaned_data["text"]), possible=ticket.is_open,
    )  # fmt: skip


@form_methods
@desk_people
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Information of the caller, or a note of the staff."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_add(user, ticket))
    form, actor = TextForm(_("Note"), posted(request)), actor_of_page(request, ticket)
    title = _("Add information of the caller") if policies.is_hotline(user) else _("Add a note")
    return form_page(
        request, ticket, form, title, lambda: actions.add(actor, pk, text=form.cleaned_data["text"]),
        possible=ticket.is_open and not ticket.imported,
    )  # fmt: skip


@require_POST
@desk_people
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    """The caller urges by telephone."""
    ticket = ticket_of_page(request, pk)
    return _at_once(request, pk, lambda: actions.urge(actor_of_page(request, ticket), pk), _("Urged."))


@require_POST
@desk_people
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Join the other tickets of this number to this one."""
    ticket = ticket_of_page(request, pk)
    user: Any = request.user
    _allowed(policies.may_arbitrate(user, ticket))
    told = _("Joined to a series. If there are very many, the rest follows by itself.")
    return _at_once(request, pk, lambda: actions.group_flood(actor_of_page(request, ticket), pk), told)


@require_POST
@desk_people
def send_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the caller the link of the call-back."""
    ticket = ticket_of_page(request, pk)
    return _at_once(request, pk, lambda: actions.send_link(actor_of_page(request, ticket), pk), _("The link was sent."))


def _at_once(request: HttpRequest, pk: int, act: Any, told: str) -> HttpResponse:
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return onwards(request, pk)
