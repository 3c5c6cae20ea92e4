"""What the pages of this room share: the page of one form, and in which frame it stands."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from procurement.tenders.views.desk import actor_of_page, base_of

__all__ = ["actor_of_page", "base_of", "one_form"]


def one_form(
    request: HttpRequest,
    form: Any,
    act: Callable[[], HttpResponse],
    *,
    title: Any,
    submit: Any,
    back: str,
    template: str = "experts/form.html",
    **more: Any,
) -> HttpResponse:
    """Show a form and do `act` when it is sent; whatever is refused stands on it, and nothing typed is lost."""
    if form.is_valid():
        try:
            return act()
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
    context = {"base": base_of(request), "form": form, "title": title, "submit": submit, "back": back, **more}
    return render(request, template, context, status=422 if form.errors else 200)
