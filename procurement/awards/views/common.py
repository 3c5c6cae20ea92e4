"""What the pages of awards share: the page of one form with its files, the steps of a table, what was wrong."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.lifecycle import Lifecycle
from portal.core.models import StoredFile
from procurement import uploads
from procurement.tenders.views.desk import base_of

FORM = "awards/form.html"


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[list[StoredFile]], HttpResponse],
    *,
    files: tuple[str, str] | None = None,
    owner: Any = None,
    **context: Any,
) -> HttpResponse:
    """The page of one form; whatever the rules refuse stands on it, and neither words nor files are lost.

    `files` names the form's file field and the kind of file.
    """
    found: list[StoredFile] = []
    bound = form.is_bound
    try:
        if bound and files is not None:
            found = uploads.held(request, owner, *files)
        if form.is_valid():
            return act(found)
    except Invalid as error:
        form.add_domain_error(error)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    context |= {"base": base_of(request), "form": form, "kept": uploads.marks(found)}
    return render(request, FORM, context, status=422 if form.errors else 200)


def steps_of(
    lifecycle: Lifecycle[Any], obj: Any, user: Any, typed: Any, but: frozenset[str] = frozenset()
) -> list[Any]:
    """The steps that somebody may take, each with its questions and what was typed into them."""
    sent = typed.get("step", "")
    return [
        {
            "step": step,
            "asks": [(ask, typed.get(ask.name, "") if step.code == sent else "") for ask in step.asks],
        }
        for step in lifecycle.offered(obj, user)
        if step.code not in but
    ]


def version_of(request: HttpRequest) -> int:
    """The state that the page showed; nonsense matches nothing."""
    sent = request.POST.get("state_version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else -1


def refusals(act: Callable[[], Any]) -> list[str]:
    """Do it; what the rules refuse, in words."""
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        fields = getattr(error, "fields", {})
        return [str(text) for text in fields.values()] or [error.message]
    return []
