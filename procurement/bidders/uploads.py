"""The scan of a licence that a form brought, now or at an earlier try."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.forms import PortalForm
from portal.core.models import StoredFile
from procurement import uploads
from procurement.bidders import licences


def held(request: HttpRequest, form: PortalForm, owner: Actor) -> list[StoredFile]:
    """The one scan, or none: then what is wrong stands beside the field."""
    if not form.is_bound:
        return []
    sent = request.FILES.get("file")
    try:
        if sent is not None:
            return [licences.check_scan(files.store(sent, owner=owner, kind=licences.FILE_KIND))]
    except Invalid as error:
        form.add_error("file", error.message)
        return []
    found = uploads.kept(request, owner, licences.FILE_KIND)[:1]
    if not found:
        form.add_error("file", _("Choose the scan of the business licence."))
    return found
