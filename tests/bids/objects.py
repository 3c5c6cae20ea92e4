"""Officers with keys, tenders that take bids, sealed bids, openings, by the real actions and the real arithmetic."""

import base64
import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from nacl.public import PrivateKey

from portal.core.actors import Actor
from portal.core.time import driven_clock
from procurement import sealing
from procurement.bidders.models import Bidder
from procurement.bids import actions, vault
from procurement.bids.models import Book, Opening, Outage, OwnLayer, Submission, TakingAgain
from procurement.bids.opener import finish, open_next
from procurement.bids.vault import Envelope
from procurement.tenders import actions as tendering
from procurement.tenders.models import Project
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

FRIDAY, OFFER, DEADLINE = "2026-11-20 10:00", "2026-11-23 10:00", "2026-12-14 09:30"
NONCE = bytes(32)
# When bids are taken again, until when, and why.
DECIDED, UNTIL = moment("2026-12-14 09:45"), moment("2026-12-14 11:00")
REASON = "截止前门户故障，部分投标人无法上传"


class Officer:
    """An officer of the trading centre with a key whose private half only this object has."""

    def __init__(self, actor: Actor | None = None, *, proved: bool = True) -> None:
        self.actor = actor or officer()
        self.private = PrivateKey.generate()
        self.key = actions.register_key(self.actor, bytes(self.private.public_key).hex())
        if proved:
            actions.prove_key(self.actor, self.key.pk, self.key.challenge)

    def peel(self, box: bytes) -> bytes:
        return sealing.peel(box, bytes(self.private))


def three() -> list[Officer]:
    """In the order in which their boxes are nested."""
    return sorted((Officer() for _n in range(3)), key=lambda one: str(one.actor.user_id))


def receiving(officers: Iterable[Officer] = (), **more: Any) -> Project:
    """A tender that takes bids, its keys sealed to three officers (made unless given); until DEADLINE."""
    if not list(officers):
        three()
    with driven_clock(moment(FRIDAY)):
        project = announced(**more)
    with driven_clock(moment(OFFER)):
        tendering.receive_due()
        actions.follow(project.pk)
    project.refresh_from_db()
    return project


def plain(**more: Any) -> dict[str, Any]:
    """Opening fields of a good bid, a little below the control price."""
    values = {"price_fen": 95_000_000, "period_days": 120, "quality": "合格", "leader": "王工", "files": []}
    return {**values, **more}


def sealed(
    book: Book, profile: Bidder, fields: Mapping[str, Any] | None = None, files: Mapping[str, bytes] | None = None,
    own: PrivateKey | None = None,
) -> tuple[bytes, str]:  # fmt: skip
    """Envelope and commitment, as the browser makes them; with `own` the bidder's own layer under the lot's."""
    papers = {"投标文件.pdf": b"%PDF-1.7 bid"} if files is None else files
    told = dict(plain() if fields is None else fields)
    if not told.get("files"):
        told["files"] = [{"name": name, "size": len(content)} for name, content in papers.items()]
    opening = sealing.opening_text(told, NONCE)
    bound = sealing.bound_to(book.name, profile.organisation.uscc)
    public = bytes(own.public_key) if own else None
    content = b"".join(sealing.seal_bid(bytes.fromhex(book.public), bound, opening, papers.values(), own_public=public))
    return content, sealing.commitment(opening)


def stored(content: bytes, commitment: str, own: PrivateKey | None = None) -> Envelope:
    """The envelope in the store, as the upload leaves it."""
    pieces = iter([content])
    digest, size = vault.take_in(lambda _n: next(pieces, b""), limit_bytes=10**8)
    return Envelope(digest, size, commitment, bytes(own.public_key).hex() if own else "")


def book_of(project: Project, number: int = 1) -> Book:
    return Book.objects.select_related("lot__project").get(lot__project=project, lot__number=number)


def bid(
    project: Project,
    who: tuple[Bidder, Actor] | None = None,
    *,
    at: str = "2026-12-01 10:00",
    lot: int = 1,
    files: Mapping[str, bytes] | None = None,
    own: PrivateKey | None = None,
    **fields: Any,
) -> Submission:
    """A sealed bid with its receipt."""
    profile, agent = who or bidder()
    book = book_of(project, lot)
    content, commitment = sealed(book, profile, plain(**fields), files, own)
    with driven_clock(moment(at)):
        return actions.submit(
            agent,
            book.lot_id,
            profile.organisation_id,
            stored(content, commitment, own),
            sender=f"10.0.0.{profile.pk % 250}",
        )


def closed(project: Project) -> Opening:
    """Past the deadline, books closed."""
    with driven_clock(moment(DEADLINE) + dt.timedelta(seconds=5)):
        tendering.close_due()
        found = actions.follow(project.pk)
    assert found is not None
    project.refresh_from_db()
    return found


def give_parts(project: Project, one: Officer) -> None:
    """What the browser of one officer does when the key file is chosen: take the outer layers off."""
    boxes: dict[int, dict[int, str]] = {}
    for book in Book.objects.filter(lot__project=project):
        for pair, box in book.boxes.items():
            first, second = pair.split("|")
            if first == str(one.actor.user_id):
                inner = one.peel(base64.b64decode(box))
                boxes.setdefault(book.lot_id, {})[int(second)] = base64.b64encode(inner).decode()
    actions.give_part(one.actor, project.pk, boxes)


def lot_keys(project: Project, one: Officer) -> dict[int, bytes]:
    """What the second officer gets out of the parts of the first."""
    from procurement.bids.models import OpeningPart

    parts = OpeningPart.objects.filter(book__lot__project=project, inner__user=one.actor.user_id)
    return {part.book.lot_id: one.peel(base64.b64decode(part.box)) for part in parts.select_related("book")}


def opened(project: Project, pair: tuple[Officer, Officer], at: str = "2026-12-14 09:40") -> Opening:
    """The whole opening by two officers, the first of whom takes the outer layer off."""
    first, second = pair
    with driven_clock(moment(at) if len(at) == 16 else dt.datetime.fromisoformat(at)):
        give_parts(project, first)
        give_parts(project, second)
        keys = lot_keys(project, second)
        actions.begin(second.actor, project.pk, keys)
        for _turn in itertools.count():
            if not open_next(second.actor, project.pk, keys):
                break
        opening = finish(second.actor, project.pk)
    project.refresh_from_db()
    return opening


def key_of(submission: Submission, own: PrivateKey) -> str:
    """What the bidder's browser takes out of the box that the officers uncovered."""
    return sealing.peel(base64.b64decode(OwnLayer.objects.get(submission=submission).box), bytes(own)).hex()


# --- bids taken again -------------------------------------------------------------------------------------------------


def outage(
    first: str = "2026-12-14 09:00",
    last: str | None = "2026-12-14 09:40",
    kind: str = "web",
    project: Project | None = None,
) -> Outage:
    """A span in which the portal was out, around DEADLINE unless given; without an end it goes on."""
    end = moment(last) if last else None
    return Outage.objects.create(
        kind=kind, from_at=moment(first), until_at=end, detail="silent", project=project, mark=uuid4().hex
    )


def decide(
    chief: Actor, project: Project, until: dt.datetime = UNTIL, reason: str = REASON, at: dt.datetime = DECIDED
) -> TakingAgain:
    """A supervisor has bids taken again."""
    with driven_clock(at):
        return actions.take_bids_again(chief, project.pk, until, reason)


def close_at(project: Project, at: dt.datetime) -> Opening:
    """What the sweeps do at a moment after a deadline."""
    with driven_clock(at):
        tendering.close_due()
        found = actions.follow(project.pk)
    assert found is not None
    project.refresh_from_db()
    return found
