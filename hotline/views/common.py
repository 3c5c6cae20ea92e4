"""What the pages of the hotline share: the ticket of a page, the role somebody acts in, a form that calls an action."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hotline import policies
from hotline.lifecycle import TICKET, TONES
from hotline.lights import light_of, shares_of_today
from hotline.models import Ticket
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import DISTRICT_DISPATCHER, Role

desk_people = allowed_to(policies.may_see_desk)
ROLES: tuple[str, ...] = (
    Role.HOTLINE_DISPATCHER, Role.HOTLINE_OPERATOR, DISTRICT_DISPATCHER, Role.DEPARTMENT_HEAD, Role.REVIEWER,
    Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.GOVERNMENT_HEAD,
)  # fmt: skip


def actor_of_page(request: HttpRequest, ticket: Ticket | None = None) -> Actor:
    """The reader in the first of their roles that has to do with tickets, for the ticket's department if they can."""
    user: Any = request.user
    department_id = ticket.department_id if ticket else None
    for role in ROLES:
        if role in policies.DEPARTMENT_ROLES and ticket is not None:
            for one in (ticket.inner_department_id, department_id):
                if one is not None and user.access.has(role, one):
                    return actor_for(request, role, department_id=one)
        elif user.access.has(role):
            return actor_for(request, role)
    held = [role for role in ROLES if str(role) in user.access.roles]
    return actor_for(request, held[0] if held else None)


def ticket_of_page(request: HttpRequest, pk: int) -> Ticket:
    """The ticket for somebody at work; 404 for everybody else."""
    user: Any = request.user
    rows = Ticket.objects.visible_to(user).select_related(
        "department", "category", "staff", "parent", "recorded_by", "suggested_department", "reporter"
    )
    ticket: Ticket = get_object_or_404(rows, pk=pk)
    if ticket.owner_id == user.pk and not policies.sees_all(user) and not policies.may_handle(user, ticket):
        raise NotFound()
    return ticket


def face(ticket: Ticket) -> dict[str, Any]:
    """State, tone and lamp, as every page of a ticket shows them."""
    return {
        "ticket": ticket,
        "state": TICKET.states[ticket.state],
        "tone": TONES[ticket.state],
        "light": light_of(ticket, shares_of_today()),
    }


def form_page(
    request: HttpRequest,
    ticket: Ticket,
    form: PortalForm,
    title: Any,
    act: Callable[[], Any],
    *,
    told: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form about a ticket; sent and valid, act and go back to the ticket. Nothing typed is lost."""
    problem: DomainError | None = None
    if form.is_bound and form.is_valid():
        try:
            act()
        except Invalid as error:
            form.add_domain_error(error)
        except NotFound:
            raise
        except DomainError as error:
            problem = error
            ticket.refresh_from_db()
            if hasattr(form, "show_state"):
                form.show_state(ticket)
        else:
            messages.success(request, told or _("Saved."))
            return onwards(request, ticket.pk)
    status = problem.status if problem else 422 if form.errors else 200
    context = {**face(ticket), "form": form, "title": title, "problem": problem, **more}
    return render(request, "hotline/form.html", context, status=status)


def onwards(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the ticket; to the list when it went over to somebody else."""
    user: Any = request.user
    if Ticket.objects.visible_to(user).filter(pk=pk).exists():
        return redirect("hotline:ticket", pk)
    return redirect("hotline:tickets")
