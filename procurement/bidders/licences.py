"""Business licences: taking one in, what is asked of it, telling before it runs out, and how long its scan is kept."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, type_of_message
from portal.core.events import record
from portal.core.identity import check_uscc
from portal.core.models import StoredFile
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.bidders import notices, policies
from procurement.bidders.actions import own_bidder
from procurement.bidders.agents import acts_for
from procurement.bidders.models import Bidder, BusinessLicence
from procurement.bidders.rules import LICENCE_NOTICE

FILE_KIND = "bidders.licence"
STREAM = "bidders.bidder"
KEPT_DAYS = 15 * 366  # at least fifteen years
BATCH = 200
OWN, CHECK = "own licence", "check of a bidder"
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


def purpose_of(user: Any, file: StoredFile) -> str:
    """For what the scan is read: by the firm itself, or by who checks the bidder."""
    bidder = Bidder.objects.filter(pk=file.stream_id or 0).first()
    return OWN if bidder is not None and acts_for(user, bidder.organisation_id) else CHECK


# --- before it runs out -------------------------------------------------------------------------------------------------


@action
def tell_of_end() -> int:
    """Tell the people of the firms whose licence runs out soon (dated rule), and again on its last day; each once.

    One that a day was missed for is told late. Returns how many were told; call until nothing is left.
    """
    day, at = today(), now()
    soon = day + dt.timedelta(days=rule(LICENCE_NOTICE, day).days)
    rows = BusinessLicence.objects.filter(
        replaced_at__isnull=True, over_told_at__isnull=True, valid_until__isnull=False
    )
    over = rows.filter(valid_until__lte=day)
    near = rows.filter(valid_until__gt=day, valid_until__lte=soon, soon_told_at__isnull=True)
    due = (over | near).order_by("valid_until", "pk").values_list("pk", flat=True)[:BATCH]
    # Locked, so a licence that is being replaced at this moment is asked again.
    in_use = BusinessLicence.objects.filter(replaced_at__isnull=True).select_related("bidder__organisation")
    found = db.lock_rows(in_use, list(due))
    told = 0
    for one in found:
        assert one.valid_until is not None  # noqa: S101 - the query asks for it
        field = "over_told_at" if one.valid_until <= day else "soon_told_at"
        if getattr(one, field) is not None:
            continue
        notices.tell_licence(one, over=field == "over_told_at")
        setattr(one, field, at)
        one.save(update_fields=[field])
        told += 1
    return told


# --- how long a scan is kept --------------------------------------------------------------------------------------------


def erase_old_scans() -> int:
    """Erase the scans of licences that a newer one replaced longer ago than they are kept. The rows stay.

    A few hundred at a time; returns how many went.
    """
    rows = BusinessLicence.objects.filter(
        replaced_at__lt=now() - dt.timedelta(days=KEPT_DAYS), file__isnull=False
    ).order_by("pk")
    gone = 0
    while found := list(rows[:BATCH]):
        with transaction.atomic():
            scans = [one.file_id for one in found if one.file_id is not None]
            BusinessLicence.objects.filter(pk__in=[one.pk for one in found]).update(file=None)
            StoredFile.objects.filter(pk__in=scans).delete()
        gone += len(found)
    return gone
