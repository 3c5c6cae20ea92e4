"""Rows `signs` and `signs_again`: the nightly pass over 5,000 tenders with eight bids each, from the tables to the tables.

Ours reads bids, people, downloads, bonds and files, computes every sign of the registry, and writes figures, signs, their
firms, leads with their numbers, and the leads' chained events. The yardstick (`tests.bench.signs_by_hand`) reads the same
tables by SQL, reckons all lots at once with numpy, and writes the same rows into the same tables by SQL. The check compares
both, row by row. `signs` starts without signs, which is the dearest night there is; `signs_again` is the night after it,
when nothing has changed and everything is to be computed and compared.
"""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.harness import Pair, Row, register

TENDERS, BIDS, FIRMS = 5_000, 8, 400
SHARED = 0.02  # of the bids come from an address or a device that another bidder used


def city() -> None:
    """Tenders opened during the last year, their rows written directly."""
    from django.utils import timezone

    from portal.core.time import now, today
    from portal.people.models import Organisation, User
    from procurement.bidders.models import Bidder, BidderPerson
    from procurement.bids.models import Book, CentreKey, OpenedBid, Opening, Submission
    from procurement.tenders.models import Lot, Project

    chance, at = random.Random(40), now()
    people = User.objects.bulk_create(User(username=f"bench-signs-{n}", password="!") for n in range(FIRMS))
    user = people[0]
    key = CentreKey.objects.create(public="0" * 64, secret="0" * 64, made_at=at)
    organisations = Organisation.objects.bulk_create(
        Organisation(uscc=f"91320799MA{n:08d}", name=f"海州第{n}建设有限公司", legal_person="李四")
        for n in range(FIRMS)
    )
    firms = [
        Bidder(organisation=one, contact_name="王", phone=f"138{n:08d}", registered_at=at, registered_by=user)
        for n, one in enumerate(organisations)
    ]
    for firm in firms:
        firm.save()
    for n, firm in enumerate(firms):
        number = f"{n - n % 100 // 98:018d}"  # two of a hundred firms have one legal person
        since = at - dt.timedelta(days=400)  # before any of the tenders
        BidderPerson.objects.create(bidder=firm, kind="legal_person", name="李四", identity=number, added_at=since)
    projects = Project.objects.bulk_create(
        [
            Project(
                number=f"JY-B-{n}", category="construction", method="open", title=f"第{n}号工程", summary="x",
                buyer=organisations[n % FIRMS], contact="x", budget_fen=120_000_000, state="opened", registered_by=user,
                registered_at=at, announced_at=at, announced_on=today(), documents_from_on=today() - dt.timedelta(days=40),
                documents_until_on=today() - dt.timedelta(days=30), deadline_at=at,
            )
            for n in range(TENDERS)
        ],
        batch_size=500,
    )  # fmt: skip
    opened = [at - dt.timedelta(days=chance.randrange(1, 180)) for _n in projects]
    Opening.objects.bulk_create(
        [
            Opening(project=one, state="opened", due_at=moment, named_at=moment, opened_at=moment)
            for one, moment in zip(projects, opened, strict=True)
        ],
        batch_size=500,
    )
    lots = Lot.objects.bulk_create(
        [Lot(project=one, number=1, name="一标段", budget_fen=120_000_000) for one in projects], batch_size=500
    )
    books = Book.objects.bulk_create([Book(lot=one, public="0" * 64, made_at=at) for one in lots], batch_size=500)
    sent, bids = [], []
    for place, (lot, book) in enumerate(zip(lots, books, strict=True)):
        used: list[str] = []
        for n, firm in enumerate(chance.sample(firms, BIDS)):
            own = f"{place}-{firm.pk}"
            device = chance.choice(used) if used and chance.random() < SHARED else own
            used.append(device)
            line = Submission(
                book=book, bidder=firm, version=1, act="submitted", current=True, sha256="a" * 64, size=9,
                commitment="b" * 64, received_at=timezone.now(), sequence=n + 1, previous="0" * 64,
                digest=f"{place:032d}{n:032d}", signature="d", key=key, sent_by=people[firm.pk - firms[0].pk], device=device,
            )  # fmt: skip
            sent.append(line)
            price = chance.randrange(80_000_000, 118_000_000)
            bids.append(OpenedBid(lot=lot, bidder=firm, price_fen=price, opened_at=at, submission=line))
    Submission.objects.bulk_create(sent, batch_size=500)
    for bid in bids:
        bid.submission_id = bid.submission.pk
    OpenedBid.objects.bulk_create(bids, batch_size=500)


TABLES = ("oversight_sign_firms", "oversight_sign", "oversight_lotfigures", "oversight_lead")


def forget() -> None:
    """No sign, no lead, no figure: as before the first night."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM {table}")
        for table in ("core_event", "core_streamhead"):
            cursor.execute(f"DELETE FROM {table} WHERE stream = 'oversight.lead'")
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"VACUUM ANALYZE {table}")


@dataclass(frozen=True)
class Written:
    signs: dict[str, tuple[Any, ...]]
    figures: dict[int, list[float]]
    events: int
    leads: int


def written() -> Written:
    """What stands in the tables, comparable: signs with their firms, figures and weight of their leads; figures; events."""
    from portal.core.models import Event
    from procurement.oversight.models import Lead, LotFigures, Sign

    firms: dict[int, list[int]] = {}
    for sign, firm in Sign.firms.through.objects.order_by("organisation_id").values_list("sign_id", "organisation_id"):
        firms.setdefault(sign, []).append(firm)
    columns = ("pk", "key", "kind", "basis", "lot_id", "figures", "limit", "limit_rule", "limit_from", "opened_on")
    rows = Sign.objects.values_list(*columns, "lead__title", "lead__priority", "lead__has_finding")
    signs = {key: (*rest, firms[pk]) for pk, key, *rest in rows}
    figures = {pk: values for pk, *values in LotFigures.objects.order_by("lot").values_list("lot_id", *FIGURES)}
    told = Event.objects.filter(stream="oversight.lead", sequence=1).count()
    return Written(signs, figures, told, Lead.objects.count())


FIGURES = ("cv", "spd", "diffp", "rd", "rdnor", "rdalt", "skew", "kurt")


def ours() -> Any:
    from procurement.oversight.screening import screen_window

    return screen_window()


def other() -> int:
    from django.db import connection, transaction

    from portal.core.time import ZONE, today
    from tests.bench.signs_by_hand import Night

    with transaction.atomic(), connection.cursor() as cursor:
        return Night(cursor, BIDS, today(), ZONE).run()


class Nights:
    """Keeps what our first night wrote, to compare it with what the yardstick writes."""

    def __init__(self) -> None:
        self.ours: Written | None = None

    def before_other(self) -> None:
        if self.ours is None:
            self.ours = written()
        forget()

    def check(self, done: Any, least: int) -> None:
        import numpy as np

        mine, theirs = self.ours, written()
        assert mine is not None and done.tenders == least == len(mine.figures) == TENDERS
        assert mine.signs == theirs.signs and (mine.leads, mine.events) == (theirs.leads, theirs.events)
        assert np.allclose(list(mine.figures.values()), list(theirs.figures.values()), rtol=1e-9)


@contextmanager
def first_night(size: int) -> Iterator[Pair]:
    city()
    nights = Nights()
    yield Pair(ours, other, amount=TENDERS, check=nights.check, before_ours=forget, before_other=nights.before_other)


@contextmanager
def next_night(size: int) -> Iterator[Pair]:
    from procurement.bids.models import OpenedBid

    if not OpenedBid.objects.exists():  # the row before has left its city
        city()
    forget()
    ours()
    before = written()

    def check(done: Any, least: int) -> None:
        assert done.tenders == least == TENDERS and not done.new and not done.withdrawn and written() == before

    yield Pair(ours, other, amount=TENDERS, check=check)


OURS = "`screen_window`: all signs of the registry, dated rules, history and leads"
OTHER = "the same reading and writing by hand: SQL, and numpy over all lots at once"
for name, title, prepare in (
    (
        "signs",
        f"A first night's signs of collusion: {TENDERS:,} tenders with {BIDS} bids, tables to tables",
        first_night,
    ),
    ("signs_again", "The night after it: everything computed and compared, nothing new", next_night),
):
    register(Row(name=name, title=title, ours=OURS, other=OTHER, unit="tenders", goal=None, prepare=prepare))
