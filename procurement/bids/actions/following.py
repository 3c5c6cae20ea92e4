"""The opening follows its tender: keys when bids are taken, closed books at the deadline, nothing after the end."""

import base64

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import db
from portal.core.actions import action
from procurement import receipts
from procurement.bids import notices
from procurement.bids.actions.common import PORTAL, locked_project, take
from procurement.bids.actions.keys import proved_key
from procurement.bids.actions.naming import WANTED, default_choice, put
from procurement.bids.models import Book, Opening
from procurement.clock import deciding_now
from procurement.sealing import LotKey, keep
from procurement.tenders.models import Lot, Project

ENDED = ("terminated", "failed", "repeated")


def waiting(limit: int = 100) -> list[int]:
    """The tenders whose opening is behind them, for the sweep."""
    tender = Project.objects.filter(state="receiving")
    unready = tender.filter(Q(opening__isnull=True) | Q(opening__state="named"))
    behind = Project.objects.exclude(state__in=("announced", "receiving")).filter(
        opening__state__in=("named", "receiving")
    )
    found = [*unready.values_list("pk", flat=True)[:limit], *behind.values_list("pk", flat=True)[:limit]]
    return sorted(set(found))


@action
def follow(project_id: int) -> Opening | None:
    """Bring the opening to where its tender is. Safe to repeat: it compares and does what is missing."""
    project = locked_project(project_id)
    opening = Opening.objects.filter(project=project).prefetch_related("openers__user").first()
    if project.state in ("announced", "receiving"):
        opening = opening or _named(project)
        if opening is not None and opening.due_at != project.deadline_at:
            opening.due_at = project.deadline_at or opening.due_at
            opening.save(update_fields=["due_at"])
        if opening is not None and opening.state == "named" and project.state == "receiving":
            _prepare(project, opening)
    elif opening is not None and project.state in ENDED and opening.state in ("named", "receiving", "closed"):
        _void(opening)
    elif opening is not None and opening.state == "receiving":
        _close(opening)
    return opening


def _named(project: Project) -> Opening | None:
    """The default officers, where there are three; else the officers are told, once."""
    chosen = default_choice(project)
    if len(chosen) == WANTED:
        return put(project, chosen, None)
    if project.state == "receiving":
        notices.tell_no_officers(project)
    return None


def _prepare(project: Project, opening: Opening) -> None:
    """Make each lot's key, and seal it to the pairs; the private halves are gone when this returns."""
    keys = {one.user_id: proved_key(one.user_id) for one in opening.openers.all()}
    missing = [one.user.name for one in opening.openers.all() if keys[one.user_id] is None]
    if len(keys) != WANTED or missing:
        opening.lacking = _("No opening key: %(names)s") % {"names": ", ".join(missing)}
        opening.save(update_fields=["lacking"])
        return
    public = {str(user): bytes.fromhex(key.public) for user, key in keys.items() if key is not None}
    for lot in project.lots.all():
        fresh = LotKey.generate()
        boxes = keep(fresh.private, public)
        Book.objects.create(
            lot=lot, public=fresh.public.hex(), made_at=deciding_now(),
            boxes={"|".join(pair): base64.b64encode(box).decode() for pair, box in boxes.items()},
        )  # fmt: skip
    for one in opening.openers.all():
        one.key = keys[one.user_id]
        one.save(update_fields=["key"])
    opening.lacking = ""
    take(opening, "prepare", PORTAL, officers=[one.user.name for one in opening.openers.all()])


def close_books(opening: Opening) -> dict[str, str]:
    """The Merkle root over the receipts of each lot. No submission comes after: the books are locked and then closed."""
    roots = {}
    lots = Lot.objects.filter(project=opening.project_id).values("pk")
    pks = Book.objects.filter(lot__in=lots).values_list("pk", flat=True)
    for book in db.lock_rows(Book.objects.select_related("lot__project"), pks):
        rows = book.submissions.select_related("book__lot__project", "bidder__organisation").order_by("sequence")
        book.root = receipts.root([one.receipt for one in rows])
        book.closed_at = deciding_now()
        book.save(update_fields=["root", "closed_at"])
        roots[book.name] = book.root
    return roots


def _close(opening: Opening) -> None:
    roots = close_books(opening)
    event = take(opening, "close", PORTAL, roots=roots)
    notices.tell_closed(opening, event)


def _void(opening: Opening) -> None:
    if opening.state == "receiving":
        close_books(opening)
    take(opening, "void", PORTAL)
