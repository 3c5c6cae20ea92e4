"""The action that takes a business licence in, and what is asked of one."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core import files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, type_of_message
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.models import StoredFile
from portal.core.time import now, today
from procurement.bidders import policies
from procurement.bidders.actions import own_bidder
from procurement.bidders.models import Bidder, BusinessLicence

FILE_KIND = "bidders.licence"
STREAM = "bidders.bidder"
SCANS = frozenset({"application/pdf", "image/jpeg", "image/png"})


@dataclass(frozen=True, kw_only=True)
class LicenceDraft:
    """What stands on the licence, as the agent types it."""

    number: str
    valid_until: dt.date | None = None
    long_term: bool = False


@action
def add_licence(actor: Actor, bidder_id: int, draft: LicenceDraft, file_id: int) -> BusinessLicence:
    """Take a licence in; it replaces the one before, which stays. Raises NotFound, Invalid with `fields`.

    `number` is the unified social credit code: one licence, one code (三证合一, State Council Office 2015/50).
    """
    bidder = own_bidder(actor, bidder_id)
    if actor.user is None:
        raise NotAllowed()
    number = _check(draft, bidder)
    file = check_scan(files.attach(file_id, stream=STREAM, stream_id=bidder.pk, owner=actor))
    at = now()
    replaced = bidder.licences.filter(replaced_at__isnull=True).update(
        replaced_at=at
    )  # the bidder is locked: one at most
    made = BusinessLicence.objects.create(
        bidder=bidder, file=file, number=number, valid_until=draft.valid_until, added_at=at, added_by=actor.user
    )
    data = {"licence": made.pk, "sha256": file.sha256, "to": draft.valid_until.isoformat() if draft.valid_until else ""}
    record(bidder, "bidder.licence_replaced" if replaced else "bidder.licence_added", actor, data=data)
    return made


def _check(draft: LicenceDraft, bidder: Bidder) -> str:
    wrong: dict[str, type_of_message] = {}
    number = ""
    try:
        number = check_uscc(draft.number)
        if number != bidder.organisation.uscc:
            wrong["number"] = _(
                "This is the licence of another firm: its number is not this organisation's credit code."
            )
    except Invalid as error:
        wrong["number"] = error.message
    if draft.valid_until is None and not draft.long_term:
        wrong["valid_until"] = _("Enter the last day, or say that the licence has no fixed end.")
    elif draft.valid_until is not None and draft.long_term:
        wrong["valid_until"] = _("A licence without a fixed end has no last day. Leave one of the two out.")
    elif draft.valid_until is not None and draft.valid_until < today():
        wrong["valid_until"] = _("This licence has run out. Upload the one that holds now.")
    if wrong:
        raise Invalid(fields=wrong)
    return number


def check_scan(file: StoredFile) -> StoredFile:
    """The file, if its content is a scan. Raises Invalid beside `file`."""
    if file.mime not in SCANS:
        raise Invalid(_("The scan must be a PDF, JPEG or PNG file."))
    return file


def may_read(user: Any, file: StoredFile) -> bool:
    """Whoever sees the bidder: its agents, and those who look after trading."""
    bidder = Bidder.objects.filter(pk=file.stream_id or 0).first()
    return bidder is not None and policies.may_see_bidder(user, bidder)
