"""For everybody: the packages, one of them, its guide, and tracking by number and query code."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from approvals.catalogue.models import LifeEvent
from approvals.packages import actions, reading
from approvals.packages.forms import BeginForm, GuideForm, TrackPackageForm
from approvals.packages.models import Package, PackageFiling
from portal.core.errors import DomainError, Invalid, NotFound
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Organisation

TRIES, MINUTES = 10, 15


@require_safe
def package_list(request: HttpRequest) -> HttpResponse:
    """What can be filed as one thing, for people and for firms. A fixed number of queries."""
    audience = request.GET.get("audience", "")
    rows = Package.objects.offered().select_related("current", "department")
    if audience in LifeEvent.Audience.values:
        rows = rows.filter(audience=audience)
    page = page_of(rows.prefetch_related("current__entries__item__current"), "code", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, reading.summary_of(one)) for one in page.rows],
        "audiences": LifeEvent.Audience.choices,
        "audience": audience if audience in LifeEvent.Audience.values else "",
    }
    return render(request, "packages/list.html", context)


def _package(request: HttpRequest, code: str) -> Package:
    rows = Package.objects.visible_to(request.user).select_related("current", "department", "life_event")
    return get_object_or_404(rows.filter(current__isnull=False), code=code)


@require_safe
def package(request: HttpRequest, code: str) -> HttpResponse:
    """Items, departments, materials once, days and visits item by item and together; the questions of the guide."""
    found = _package(request, code)
    entries = reading.entries_of(found)
    context = {
        "package": found,
        "version": found.current,
        "entries": entries,
        "facts": reading.facts_of(found, entries),
        "form": GuideForm(version=found.current) if found.current else None,
    }
    return render(request, "packages/package.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The answers stand in the address; what applies and why is shown to everybody, beginning needs a sign-in."""
    found = _package(request, code)
    version = found.current
    if version is None:
        raise NotFound()
    form = GuideForm(request.GET or None, version=version)
    ready = form.is_valid() if form.questions else True
    given = form.given if form.questions and ready else {}
    verdicts = reading.verdicts_of(found, given) if ready else []
    begin = _begin_form(request, verdicts) if ready and found.is_open else None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if begin is not None and begin.is_valid() and (answer := _begin(request, found, given, begin)):
            return answer
    context = {
        "package": found,
        "version": version,
        "form": form,
        "verdicts": verdicts,
        "applying": [one for one in verdicts if one.applies],
        "others": [one for one in verdicts if not one.applies],
        "begin": begin,
    }
    faulty = bool(form.is_bound and form.errors) or bool(begin is not None and begin.is_bound and begin.errors)
    return render(request, "packages/guide.html", context, status=422 if faulty else 200)


def _begin_form(request: HttpRequest, verdicts: Any) -> BeginForm:
    user: Any = request.user
    firms = Organisation.objects.filter(pk__in=user.acting_for).order_by("name") if user.is_authenticated else []
    items = [
        (one.entry.item.code, one.entry.item.local_name)
        for one in verdicts
        if one.applies and one.entry.item.is_open_to_filing
    ]
    return BeginForm(request.POST if request.method == "POST" else None, items=items, organisations=list(firms))


def _begin(request: HttpRequest, found: Package, given: dict[str, str], form: BeginForm) -> HttpResponse | None:
    try:
        filing = actions.begin(
            actor_for(request),
            found.pk,
            given,
            without=form.without,
            organisation=form.organisation,
            principal=form.principal,
        )
    except Invalid as error:
        form.add_domain_error(error)
    except DomainError as error:
        form.add_error(None, error.message)
    else:
        return redirect("packages:draft", filing.pk)
    return None


# --- tracking ---------------------------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The form, and behind it the state of each part. An unknown number and a wrong code get the same answer.

    A POST, so that the code stands in no log and no history.
    """
    form = TrackPackageForm(
        request.POST if request.method == "POST" else None, initial={"number": request.GET.get("number", "")}
    )
    if request.method == "GET" or not form.is_valid():
        return _form(request, form, 422 if form.errors else 200)
    number = form.cleaned_data["number"]
    keys = [f"track:ip:{request.META.get('REMOTE_ADDR', '')}", f"track:number:{number}"]
    if any(cache.get(key, 0) >= TRIES for key in keys):
        form.add_error(None, _("Too many wrong tries. Please wait 15 minutes and try again."))
        return _form(request, form, 429)
    rows = PackageFiling.objects.exclude(state="draft").select_related("version", "department")
    filing = rows.filter(number=number).first()
    known = filing.query_code if filing is not None else ""
    if filing is None or not constant_time_compare(known, form.cleaned_data["code"]):
        _count(keys)
        form.add_error(None, _("Number and query code do not go together. Please compare both with your receipt."))
        return _form(request, form, 422)
    context = {
        "filing": filing,
        "parts": reading.parts_at_work(filing),
        "light": reading.light(filing),
        "label": reading.state_label(filing),
        "entries": reading.history_of(filing),
    }
    return render(request, "packages/tracked.html", context)


def _form(request: HttpRequest, form: TrackPackageForm, status: int) -> HttpResponse:
    return render(request, "packages/track.html", {"form": form}, status=status)


def _count(keys: list[str]) -> None:
    """One wrong try more; the time begins with the first."""
    for key in keys:
        if not cache.add(key, 1, MINUTES * 60):
            try:
                cache.incr(key)
            except ValueError:  # it ran out a moment ago
                cache.set(key, 1, MINUTES * 60)
