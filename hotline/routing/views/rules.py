"""Single rules of a draft: the form, the order, the way out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hotline.routing import actions
from hotline.routing.forms import RuleForm
from hotline.routing.models import Rule, RuleBook
from hotline.routing.views.books import editor, editors, version_of
from portal.core.errors import DomainError, Invalid
from portal.people.views.common import posted


@never_cache
@require_http_methods(["GET", "POST"])
@editors
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A new rule, at the end of the draft."""
    return _form(request, _draft(number), None)


@never_cache
@require_http_methods(["GET", "POST"])
@editors
def edit(request: HttpRequest, number: int, rule_id: int) -> HttpResponse:
    """A rule of the draft."""
    book = _draft(number)
    return _form(request, book, get_object_or_404(Rule, book=book, pk=rule_id))


def _draft(number: int) -> RuleBook:
    return get_object_or_404(RuleBook, number=number, state=RuleBook.State.DRAFT)


def _form(request: HttpRequest, book: RuleBook, rule: Rule | None) -> HttpResponse:
    form = RuleForm(posted(request), initial=_initial(book, rule))
    if form.is_valid():
        try:
            actions.save_rule(
                editor(request), book.pk, rule.pk if rule else None, form.draft(),
                state_version=form.cleaned_data["state_version"],
            )  # fmt: skip
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The rule is saved in the draft."))
            return redirect("routing:book", book.number)
    context = {"form": form, "book": book, "rule": rule}
    return render(request, "routing/rule.html", context, status=422 if form.errors else 200)


def _initial(book: RuleBook, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"state_version": book.state_version}
    values = {name: getattr(rule, name) for name in ("name", "area", "words", "without", "grade", "kind")}
    return {
        **values, "state_version": book.state_version, "category": rule.category_id, "department": rule.department_id,
        "weekdays": list(rule.weekdays), "time_from": rule.time_from, "time_to": rule.time_to,
    }  # fmt: skip


@require_POST
@editors
def move(request: HttpRequest, number: int, rule_id: int) -> HttpResponse:
    return _changed(
        request, number,
        lambda book: actions.move_rule(
            editor(request), book.pk, rule_id, up=request.POST.get("to") == "up", state_version=version_of(request)
        ),
    )  # fmt: skip


@require_POST
@editors
def remove(request: HttpRequest, number: int, rule_id: int) -> HttpResponse:
    return _changed(
        request, number,
        lambda book: actions.remove_rule(editor(request), book.pk, rule_id, state_version=version_of(request)),
    )  # fmt: skip


def _changed(request: HttpRequest, number: int, act: Any) -> HttpResponse:
    book = _draft(number)
    try:
        act(book)
    except DomainError as error:
        if error.status == 404:
            raise
        messages.error(request, error.message)
    return redirect("routing:book", number)
