"""The rules of dispatch: the version in use, the draft with its trial, and the versions before."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hotline.routing import actions, policies
from hotline.routing.engine import Facts, Verdict, decide
from hotline.routing.forms import AskForm, LiveForm
from hotline.routing.loading import specs_of
from hotline.routing.measures import by_book
from hotline.routing.models import RuleBook
from hotline.routing.suggesting import lineage
from hotline.routing.words import rows_of
from portal.core.errors import DomainError, Invalid
from portal.core.time import ZONE, now
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_rules)
editors = allowed_to(policies.may_edit_rules)


def editor(request: HttpRequest) -> Any:
    """Who writes rules, in the role that lets them."""
    user: Any = request.user
    return actor_for(
        request, Role.HOTLINE_DISPATCHER if user.access.has(Role.HOTLINE_DISPATCHER) else Role.ADMINISTRATOR
    )


def version_of(request: HttpRequest) -> int:
    """The state that the page showed; what makes no sense is an old one."""
    typed = request.POST.get("state_version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


@never_cache
@require_safe
@readers
def books(request: HttpRequest) -> HttpResponse:
    """All versions, the draft and the one in use first."""
    user: Any = request.user
    page = page_of(RuleBook.objects.select_related("made_by", "live_by"), "-number", request.GET.get("cursor", ""))
    live = RuleBook.objects.filter(state=RuleBook.State.LIVE).first()
    draft = RuleBook.objects.filter(state=RuleBook.State.DRAFT).first()
    figures = by_book([one.pk for one in page.rows])
    context = {
        "versions": [(one, figures[one.pk]) for one in page.rows],
        "page": page, "live": live, "draft": draft, "rows": rows_of(live) if live else [],
        "may_edit": policies.may_edit_rules(user),
    }  # fmt: skip
    return render(request, "routing/books.html", context)


@never_cache
@require_safe
@readers
def book(request: HttpRequest, number: int) -> HttpResponse:
    """One version with its rules; a draft with everything that can be done to it."""
    return show(request, get_object_or_404(RuleBook.objects.select_related("made_by", "live_by"), number=number))


def show(request: HttpRequest, found: RuleBook, *, live_form: Any = None, status: int = 200) -> HttpResponse:
    """The page of a version; `live_form` comes back with what was wrong."""
    user: Any = request.user
    ask = AskForm(request.GET if "text" in request.GET else None)
    context = {
        "book": found,
        "rows": rows_of(found),
        "editable": found.state == RuleBook.State.DRAFT and policies.may_edit_rules(user),
        "waits": found.tried_version == found.state_version and found.trial is None,
        "fresh": found.trial is not None and found.tried_version == found.state_version,
        "second": policies.may_put_live(user, found),
        "form": live_form or LiveForm(initial={"state_version": found.state_version}),
        "ask": ask,
        "verdict": _asked(found, ask) if ask.is_bound and ask.is_valid() else None,
    }
    return render(request, "routing/book.html", context, status=status)


def _asked(found: RuleBook, ask: AskForm) -> Verdict:
    data = ask.cleaned_data
    category = data["category"].pk if data["category"] else None
    facts = Facts(data["text"], now().astimezone(ZONE), lineage(category), "", data["place"])
    return decide(specs_of(found), facts)


@require_POST
@editors
def start(request: HttpRequest) -> HttpResponse:
    return redirect("routing:book", actions.start_draft(editor(request)).number)


@require_POST
@editors
def discard(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(RuleBook, number=number)
    actions.discard(editor(request), found.pk, state_version=version_of(request))
    messages.success(request, _("The draft was thrown away. The rules in use stay as they are."))
    return redirect("routing:books")


@require_POST
@editors
def try_it(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the trial; the page then looks for its result by itself."""
    found = get_object_or_404(RuleBook, number=number)
    try:
        actions.try_draft(editor(request), found.pk, state_version=version_of(request))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("routing:book", number)


@require_POST
@editors
def put_live(request: HttpRequest, number: int) -> HttpResponse:
    """The second person takes the draft into use."""
    found = get_object_or_404(RuleBook, number=number)
    form = LiveForm(request.POST)
    if not form.is_valid():
        return show(request, found, live_form=form, status=422)
    try:
        actions.put_live(
            editor(request), found.pk, state_version=form.cleaned_data["state_version"], note=form.cleaned_data["note"]
        )
    except Invalid as error:
        form.add_domain_error(error)
        return show(request, found, live_form=form, status=422)
    messages.success(request, _("Version %(n)s is in use now.") % {"n": number})
    return redirect("routing:book", number)
