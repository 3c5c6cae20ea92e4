"""The scan of a licence whose form has to be sent again: stored at once, and named by a signed mark."""

from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.core import files
from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.core.forms import PortalForm
from portal.core.models import StoredFile
from procurement.bidders import licences

SALT = "bidders.licence"
KEPT_SECONDS = 24 * 3600


def held(request: HttpRequest, form: PortalForm, owner: Actor) -> StoredFile | None:
    """The scan that the form brought, now or at an earlier try; what is wrong with it stands beside the field."""
    if not form.is_bound:
        return None
    sent = request.FILES.get("file")
    try:
        if sent is not None:
            return licences.check_scan(files.store(sent, owner=owner, kind=licences.FILE_KIND))
    except Invalid as error:
        form.add_error("file", error.message)
        return None
    found = _kept(request.POST.get("kept", ""), owner)
    if found is None:
        form.add_error("file", _("Choose the scan of the business licence."))
    return found


def _kept(mark: str, owner: Actor) -> StoredFile | None:
    try:
        pk = int(signing.loads(mark, salt=SALT, max_age=KEPT_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = StoredFile.objects.filter(owner_user_id=owner.user_id, kind=licences.FILE_KIND, stream_id__isnull=True)
    return rows.filter(pk=pk).first()


def mark_of(found: StoredFile | None) -> list[tuple[str, Any]]:
    """(mark, file) for the form that is shown again."""
    return [] if found is None else [(signing.dumps(found.pk, salt=SALT), found)]
