"""A material of a package that follows later: what comes of it, the day, and the applicant's word."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from approvals.packages import actions, later, policies
from approvals.packages.draft import Draft, Row
from approvals.packages.forms import LaterForm
from approvals.packages.views.drafting import acting, if_filed, own_draft, shown
from portal.core.errors import DomainError, Invalid, NotFound


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def promise(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Promise a material by a day, having read what follows; at the window the clerk enters the person's word."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    draft = Draft(filing)
    row, latest = _asked_for(draft, key)
    given = row.promise.follows_by if row.promise is not None else latest
    form = LaterForm(
        request.POST if request.method == "POST" else None, initial={"due_on": given},
        at_window=policies.takes_in(request.user, filing),
    )  # fmt: skip
    problem = later.bar(filing) or ("" if latest else _("This item is decided at once, so nothing may follow later."))
    if request.method == "POST" and form.is_valid():
        try:
            actions.promise_later(acting(request, filing), pk, key=key, **form.cleaned_data)
            messages.success(request, _("“%(name)s” may follow later.") % {"name": row.merged.name})
            return redirect("packages:draft-papers", pk)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            problem = error.message
    context = {"row": row, "form": form, "latest": latest, "problem": problem}
    return shown(request, filing, "later.html", context, refused=request.method == "POST")


def _asked_for(draft: Draft, key: str) -> tuple[Row, dt.date | None]:
    """The material and its last day. Raises NotFound for one that may not follow."""
    days = later.last_days(draft)
    row = next((one for one in draft.rows() if one.merged.key == key), None)
    if row is None or key not in days:
        raise NotFound()
    return row, days[key]


@login_required
@require_POST
def bring_at_once(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The material comes with the filing after all."""
    filing = own_draft(request, pk)
    if gone := if_filed(request, filing):
        return gone
    actions.bring_at_once(acting(request, filing), pk, key=key)
    messages.success(request, _("The promise has been taken back. Please upload the material."))
    return redirect("packages:draft-papers", pk)
