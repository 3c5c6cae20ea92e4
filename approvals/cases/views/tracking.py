"""Public tracking by number and query code: no sign-in, no personal data, no guessing."""

from dataclasses import replace

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from approvals.cases.forms_citizen import TrackForm
from approvals.cases.models import Case
from approvals.cases.todo import public_todo
from approvals.cases.views.citizen import progress_of
from approvals.cases.views.filing import sent

TRIES, MINUTES = 10, 15


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The form, and behind it the state. An unknown number and a wrong code get the same answer.

    A POST, so that the code stands in no log and no history.
    """
    form = TrackForm(sent(request), initial={"number": request.GET.get("number", "")})
    if request.method == "GET" or not form.is_valid():
        return _form(request, form, 422 if form.errors else 200)
    number = form.cleaned_data["number"]
    keys = [f"track:ip:{request.META.get('REMOTE_ADDR', '')}", f"track:number:{number}"]
    if any(cache.get(key, 0) >= TRIES for key in keys):
        form.add_error(None, _("Too many wrong tries. Please wait 15 minutes and try again."))
        return _form(request, form, 429)
    case = Case.objects.filed().select_related("item", "department", "version").filter(number=number).first()
    right = _right(case, form.cleaned_data["code"])
    if case is None or not right:
        _count(keys)
        form.add_error(None, _("Number and query code do not go together. Please compare both with your receipt."))
        return _form(request, form, 422)
    context = progress_of(case)
    # What somebody wrote about the case may name people: it is for the applicant alone.
    context["entries"] = [replace(one, note="", links=[]) if one.state == "done" else one for one in context["entries"]]
    return render(request, "cases/citizen/tracked.html", {**context, "todo": public_todo(case)})


def _form(request: HttpRequest, form: TrackForm, status: int) -> HttpResponse:
    return render(request, "cases/citizen/track.html", {"form": form}, status=status)


def _right(case: Case | None, code: str) -> bool:
    known = case.query_code if case is not None else ""
    return constant_time_compare(known, code) and bool(known)


def _count(keys: list[str]) -> None:
    """One wrong try more; the time begins with the first."""
    for key in keys:
        if cache.add(key, 1, MINUTES * 60):
            continue
        try:
            cache.incr(key)
        except ValueError:  # it ran out a moment ago
            cache.set(key, 1, MINUTES * 60)
