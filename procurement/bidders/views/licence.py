"""The firm's page on which it hands in its business licence."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.people.actors import actor_for
from portal.people.roles import Role
from portal.people.views.common import form_page, posted
from procurement import uploads
from procurement.bidders import licences
from procurement.bidders.forms import LicenceForm
from procurement.bidders.uploads import held
from procurement.bidders.views.own import FORM, registered


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def licence_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Upload the licence, or a newer one; a scan that has arrived is not asked for again."""
    organisation, bidder = registered(request, organisation_id)
    actor = actor_for(request, Role.AGENT)
    form = LicenceForm(posted(request), request.FILES or None)
    scans = held(request, form, actor)

    def act() -> HttpResponse:
        licences.add_licence(actor, bidder.pk, form.draft(), scans[0].pk)
        messages.success(request, _("The business licence has been uploaded."))
        return redirect("bidders:profile", organisation_id)

    context = {
        "title": _("Upload the business licence"),
        "intro": organisation.name,
        "submit": _("Upload"),
        "back": reverse("bidders:profile", args=[organisation_id]),
        "kept": uploads.marks(scans),
    }
    return form_page(request, form, act, context, template=FORM)
