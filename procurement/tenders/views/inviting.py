"""The list of invited firms, kept by the buyer's side until the invitations go out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.people.views.common import posted
from procurement.tenders import actions, policies
from procurement.tenders.forms import InviteForm
from procurement.tenders.views.desk import actor_of_page, base_of, opened


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest, number: str) -> HttpResponse:
    """Who is invited so far, and one more."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    form = InviteForm(posted(request))
    if form.is_valid():
        try:
            made = actions.invite(actor_of_page(request), one.pk, form.cleaned_data["uscc"])
            messages.success(request, _("%(name)s is on the list.") % {"name": made.organisation.name})
            return redirect("tenders:invitations", number)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
    rows = list(one.invitations.select_related("organisation"))
    context = {"base": base_of(request), "tender": one, "form": form, "rows": rows}
    return render(request, "tenders/invitations.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, number: str, invitation_id: int) -> HttpResponse:
    """Take a firm off the list."""
    one = opened(request, number)
    actions.uninvite(actor_of_page(request), one.pk, invitation_id)
    messages.success(request, _("The firm was taken off the list."))
    return redirect("tenders:invitations", number)
