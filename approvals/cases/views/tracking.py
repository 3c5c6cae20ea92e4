"""Public tracking by number and query code: no sign-in, no personal data, no guessing."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from approvals.cases.forms_citizen import TrackForm
from approvals.cases.models import Case
from approvals.cases.views.citizen import progress_of

TRIES, MINUTES = 10, 15


@require_http_methods(["GET", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """The form, and behind it the state. An unknown number and a wrong code get the same answer.

    A POST, so that the code stands in no log and no history.
    """
    form = TrackForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "cases/citizen/track.html", {"form": form}, status=422 if form.errors else 200)
    keys = [f"track:ip:{request.META.get('REMOTE_ADDR', '')}", f"track:number:{form.cleaned_data['number']}"]
    if any(cache.get(key, 0) >= TRIES for key in keys):
        form.add_error(None, _("Too many wrong tries. Please wait 15 minutes and try again."))
        return render(request, "cases/citizen/track.html", {"form": form}, status=429)
    case = (
        Case.objects.filed()
        .select_related("item", "department", "version")
        .filter(number=form.cleaned_data["number"])
        .first()
    )
    if case is None or not case.query_code or case.query_code != form.cleaned_data["code"]:
        for key in keys:
            cache.add(key, 0, MINUTES * 60)
            cache.incr(key)
        form.add_error(None, _("Number and query code do not go together. Please compare both with your receipt."))
        return render(request, "cases/citizen/track.html", {"form": form}, status=422)
    return render(request, "cases/citizen/tracked.html", progress_of(case))
