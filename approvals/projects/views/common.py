"""What the pages of joint review share: as whom somebody acts, the project of an address, forms, kept uploads."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from approvals.projects import policies
from approvals.projects.actions.common import FILE_KIND, MOST_PAPERS
from approvals.projects.forms import PapersForm
from approvals.projects.models import Project
from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.models import StoredFile
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.roles import CENTRE_WIDE, Role

readers = allowed_to(policies.may_see_desk)
planners = allowed_to(policies.may_plan)
FORM = "projects/form.html"
OWN = (Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK)


def role_of(user: Any, department_id: int | None = None) -> str:
    """The highest role that somebody holds in the department; else over the centre; else as an agent."""
    for role in OWN:
        if department_id is not None and user.access.has(role, department_id):
            return role
    wide = [role for role in CENTRE_WIDE if role in user.access.roles]
    if wide:
        return Role.SUPERVISOR if Role.SUPERVISOR in wide else sorted(wide)[0]
    return next((role for role in OWN if user.access.has(role)), Role.AGENT)


def actor_in(request: HttpRequest, department_id: int | None = None) -> Actor:
    return actor_for(request, role_of(request.user, department_id), department_id=department_id)


def opened(request: HttpRequest, code: str) -> Project:
    """The project of an address; a missing one and one of others look alike."""
    rows = Project.objects.visible_to(request.user).select_related("builder", "lead", "helper", "registered_by")
    return get_object_or_404(rows, code=code)


def run_by_me(request: HttpRequest, code: str) -> Project:
    """The project for whoever runs it. Raises NotAllowed for other readers."""
    project = opened(request, code)
    if not policies.may_run(request.user, project):
        raise NotAllowed()
    return project


def attempt(form: Any, act: Callable[[], Any]) -> bool:
    """Do it if the form is in order; what is refused stands in the form. False when the page is to be shown again."""
    if not form.is_valid():
        return False
    try:
        act()
    except Invalid as error:
        form.add_domain_error(error)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    else:
        return True
    return False


def papers_of(request: HttpRequest, form: PapersForm, actor: Actor) -> Sequence[StoredFile]:
    """The uploads of a form, stored at once, and those that an earlier try brought; kept on the form."""
    form.kept = _own(request, actor)
    if form.is_valid() or "papers" in getattr(form, "cleaned_data", {}):
        try:
            form.kept += [files.store(one, owner=actor, kind=FILE_KIND) for one in form.cleaned_data["papers"]]
        except Invalid as error:
            form.add_error("papers", error.message)
    return form.kept


def _own(request: HttpRequest, actor: Actor) -> list[StoredFile]:
    pks = [int(text) for text in request.POST.getlist("kept") if text.isdecimal() and len(text) < 12][:MOST_PAPERS]
    rows = StoredFile.objects.filter(pk__in=pks, owner_user_id=actor.user_id, kind=FILE_KIND, stream_id__isnull=True)
    return list(rows.order_by("pk"))


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    to: Callable[[], str],
    *,
    said: Any,
    template: str = FORM,
    **context: Any,
) -> HttpResponse:
    """The page of one form: shown, or done and left with a word of what happened."""
    if request.method == "POST" and attempt(form, act):
        messages.success(request, said)
        return redirect(to())
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
