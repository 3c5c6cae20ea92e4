"""Row `signs`: the nightly pass over 5,000 tenders with eight bids each, from the tables to the tables.

Ours reads bids, people, downloads, bonds and files, computes every sign of the registry, and writes figures, signs and
leads. The yardstick does the least of it that finds anything: prices by one query, the eight figures by numpy, firms with
one address, one device or one legal person by SQL, and the figures into a table by COPY-like inserts. It knows neither
dated rules nor sources, keeps no sign from one night to the next, and makes no lead. Each of our runs starts without
signs, which is the dearest night there is.
"""

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

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
        BidderPerson.objects.create(bidder=firm, kind="legal_person", name="李四", identity=number, added_at=at)
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


def forget() -> None:
    """No sign, no lead, no figure: as before the first night."""
    from django.db import connection

    tables = ("oversight_sign_firms", "oversight_sign", "oversight_lotfigures", "oversight_lead")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def ours() -> Any:
    from procurement.oversight.screening import screen_window

    return screen_window()


def other() -> tuple[int, int]:
    """The least: figures by numpy, shared facts by SQL; how many lots, and how many of them share something."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT lot_id, price_fen FROM bids_openedbid WHERE price_fen IS NOT NULL ORDER BY lot_id")
        rows = np.array(cursor.fetchall(), dtype=np.int64)
        lots, starts = np.unique(rows[:, 0], return_index=True)
        found = [figures(np.sort(part.astype(float))) for part in np.split(rows[:, 1], starts[1:])]
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_figures (lot bigint, " + ", ".join(f"f{n} float" for n in range(8)) + ")"
        )
        marks = "(" + ",".join(["%s"] * 9) + ")"
        for place in range(0, len(lots), 500):
            chunk = [(int(lot), *values) for lot, values in zip(lots[place : place + 500], found[place:], strict=False)]
            cursor.execute(
                "INSERT INTO bench_figures VALUES " + ",".join([marks] * len(chunk)), [x for one in chunk for x in one]
            )
        cursor.execute(SHARED_FACTS)
        shared = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE bench_figures")
    return len(lots), shared


SHARED_FACTS = """
SELECT count(DISTINCT lot_id) FROM (
  SELECT b.lot_id FROM bids_openedbid b JOIN bids_submission s ON s.id = b.submission_id WHERE s.device <> ''
  GROUP BY b.lot_id, s.device HAVING count(DISTINCT b.bidder_id) > 1
  UNION ALL
  SELECT b.lot_id FROM bids_openedbid b JOIN bidders_bidderperson p ON p.bidder_id = b.bidder_id AND p.ended_at IS NULL
  GROUP BY b.lot_id, p.kind, p.identity_blind HAVING count(DISTINCT b.bidder_id) > 1
) AS shared
"""


def figures(b: Any) -> tuple[float, ...]:
    """The eight screens of sorted prices."""
    n, mean, gap = len(b), b.mean(), b[1] - b[0]
    apart = b - mean
    m2, m3, m4 = (np.mean(apart**power) for power in (2, 3, 4))
    found = (
        np.std(b, ddof=1) / mean, (b[-1] - b[0]) / b[0], gap / b[0], gap / np.std(b[1:], ddof=1),
        (n - 1) * gap / (b[-1] - b[0]), (n - 2) * gap / (b[-1] - b[1]), (n * (n - 1)) ** 0.5 / (n - 2) * m3 / m2**1.5,
        (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6),
    )  # fmt: skip
    return tuple(float(one) for one in found)


def check(done: Any, least: tuple[int, int]) -> None:
    from procurement.oversight.models import LotFigures, Sign

    assert done.tenders == least[0] == LotFigures.objects.count() == TENDERS
    facts = Sign.objects.filter(code__in=("same_device", "same_head"))
    assert facts.values("lot").distinct().count() == least[1], (least, facts.count())


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    city()
    yield Pair(ours, other, amount=TENDERS, check=check, before_ours=forget)


register(
    Row(
        name="signs",
        title=f"A night's signs of collusion: {TENDERS:,} tenders with {BIDS} bids, tables to tables",
        ours="`screen_window`: all signs of the registry, figures and leads written",
        other="prices by one query, figures by numpy, shared facts by SQL, figures inserted",
        unit="tenders",
        goal=None,
        prepare=prepare,
        pairs=2,
    )
)
