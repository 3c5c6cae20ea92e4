"""The files that a form of the documents brought, now or at an earlier try: each that can be kept stays."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.forms import PortalForm
from portal.core.models import StoredFile
from procurement import uploads
from procurement.tenders.actions.papers import FILE_KIND


def held(request: HttpRequest, form: PortalForm, owner: Actor) -> list[StoredFile]:
    """Files of an earlier try, then the new ones; what is wrong with one stands beside the field `papers`."""
    if not form.is_bound:
        return []
    found = uploads.kept(request, owner, FILE_KIND)
    for sent in request.FILES.getlist("papers"):
        if len(found) >= uploads.MOST:
            most = _("Send at most %(n)s files at once. %(name)s and what follows it were not kept.")
            form.add_error("papers", most % {"n": uploads.MOST, "name": sent.name})
            break
        try:
            found.append(files.store(sent, owner=owner, kind=FILE_KIND))
        except Invalid as error:
            form.add_error("papers", f"{sent.name}: {error.message}")
    return found
