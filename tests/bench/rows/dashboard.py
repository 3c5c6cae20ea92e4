"""Row `dashboard`: the supervisor's page over N cases, and the same page over a tenth of them."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.time import ZONE, driven_clock
from tests.bench.filling import without_indexes
from tests.bench.harness import Pair, Row, register

DAY = dt.date(2026, 11, 20)
DAYS = 1_000  # the cases of both cities lie in the same thousand days
DEPARTMENTS, ITEMS = 40, 400
CHANNELS = ("online", "counter", "post")
SHARE = 10


class City:
    """Departments under one parent, their items, and so many cases; the page is narrowed to the parent."""

    def __init__(self, letter: str, size: int) -> None:
        from approvals.catalogue.models import Item
        from portal.people.models import Department

        self.size = size
        self.top = Department.objects.create(code=f"{letter}", name=f"{letter}")
        departments = Department.objects.bulk_create(
            Department(code=f"{letter}{n}", name=f"{letter}{n}", parent=self.top) for n in range(DEPARTMENTS)
        )
        items = Item.objects.bulk_create(
            Item(code=f"{letter}{n}", name=f"{letter}{n}", department=departments[n % DEPARTMENTS])
            for n in range(ITEMS)
        )
        self.first_item, self.first_department = items[0].pk, departments[0].pk
        assert [one.pk - self.first_item for one in items] == list(range(ITEMS))
        assert [one.pk - self.first_department for one in departments] == list(range(DEPARTMENTS))

    def fill(self) -> None:
        """The cases, written by one statement: few items have most of them, as in life; the last ones are open."""
        from approvals.cases.models import Case

        item = Case._meta.get_field("item").related_model.objects.get(pk=self.first_item)
        template = Case(item=item, department_id=self.first_department, number=f"T-{self.top.code}", kind="promise")
        template.save(force_insert=True)
        changed = self._columns()
        names = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", *changed}]
        columns = ", ".join(connection.ops.quote_name(name) for name in (*changed, *names))
        values = ", ".join([*changed.values(), *(f"t.{connection.ops.quote_name(name)}" for name in names)])
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE s(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM s WHERE n < {self.size}),"
                " h AS (SELECT n, (n * 2654435761) % 4294967296 AS a, (n * 40503) % 65536 AS b FROM s),"
                f" k AS (SELECT n, b % {DAYS} AS day, (b / 16) % 9 AS took, (b / 4) % {len(CHANNELS)} AS c,"
                f" CAST({ITEMS} * (a / 4294967296.0) * (a / 4294967296.0) * (a / 4294967296.0) AS integer) AS i FROM h)"
                f" INSERT INTO cases_case ({columns}) SELECT {values}"
                f" FROM k CROSS JOIN (SELECT * FROM cases_case WHERE id = {template.pk}) t"
            )
        template.delete()

    def _columns(self) -> dict[str, str]:
        i = f"(CASE WHEN k.i >= {ITEMS} THEN {ITEMS - 1} ELSE k.i END)"
        accepted, ended = _date("k.day"), _date("k.day + k.took")
        over = f"k.day + k.took > {DAYS - 1}"  # not ended yet
        found = dict.fromkeys(("submitted_on", "received_on", "answered_on", "accepted_on", "day_0"), accepted)
        found |= dict.fromkeys(("decided_on", "ended_on"), f"CASE WHEN {over} THEN NULL ELSE {ended} END")
        return found | {
            "number": f"'{self.top.code}-' || k.n",
            "item_id": f"{self.first_item} + {i}",
            "department_id": f"{self.first_department} + {i} % {DEPARTMENTS}",
            "channel": "CASE k.c WHEN 0 THEN 'online' WHEN 1 THEN 'counter' ELSE 'post' END",
            "promised_days": "6",
            "legal_days": "20",
            "elapsed_days": "k.took",
            "filing_days": "k.took",
            "promised_due_on": _date("k.day + 6"),
            "legal_due_on": _date("k.day + 20"),
            "amber_on": _date("k.day + 5"),
            "overdue_from_on": _date("k.day + 7"),
            "outcome": f"CASE WHEN {over} THEN '' ELSE 'approved' END",
            "state": f"CASE WHEN {over} THEN 'accepted' ELSE 'approved' END",
        }


def _date(days: str) -> str:
    """A date so many days after the first one, in the database's own words."""
    first = DAY - dt.timedelta(days=DAYS - 1)
    if connection.vendor == "postgresql":
        return f"(DATE '{first}' + CAST({days} AS integer))"
    return f"date('{first}', '+' || ({days}) || ' day')"


class Page:
    """The board narrowed to a city, asked for by a supervisor who is signed in."""

    def __init__(self, city: City, person: Any) -> None:
        from django.test import Client

        self.url = f"/board/?department={city.top.pk}"
        self.client = Client()
        self.client.force_login(person, backend="portal.people.backends.AccountBackend")

    def __call__(self) -> tuple[int, str]:
        """How many queries it took, and how many filings it shows."""
        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(self.url)
        assert answer.status_code == 200, answer.status_code
        shown = re.search(r'class="value"[^>]*><span class="vh">[^<]*</span>([0-9,]+)', answer.content.decode())
        assert shown is not None, "the page shows no figure"
        return len(queries), shown[1]


def same_work(ours: tuple[int, str], other: tuple[int, str]) -> None:
    """The same queries, and ten times the figures: within a tenth, for the months are not cut to the case."""
    assert abs(ours[0] - other[0]) <= 1, (ours[0], other[0])  # a city where nothing is late asks for no reminders
    many, few = (int(shown.replace(",", "")) for shown in (ours[1], other[1]))
    assert 0.8 < many / (few * SHARE) < 1.25, (many, few)


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    from approvals.cases.measures import CASE_MEASURES
    from portal.core.statistics import rebuild
    from portal.people.models import Posting, User
    from portal.people.roles import Role

    settings.DEMO, settings.ALLOWED_HOSTS = True, ["testserver"]  # no second factor for the supervisor
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    person = User.objects.create_user("bench-supervisor", None, name="监督")
    Posting.objects.create(user=person, role=Role.SUPERVISOR, starts_on=dt.date(2020, 1, 1))
    large, small = City("BOARD-L", size), City("BOARD-S", size // SHARE)
    with without_indexes("cases_case"):
        for city in (large, small):
            city.fill()
    rebuild(CASE_MEASURES)
    with driven_clock(dt.datetime.combine(DAY, dt.time(10), ZONE)):
        pages = Page(large, person), Page(small, person)
        for page in pages:
            page()  # what a process reads once, such as the calendar, is no work of the page
        yield Pair(*pages, amount=1, check=same_work)


register(
    Row(
        name="dashboard",
        title="The supervisor's page of the running month, over a thousand days of cases in 400 items",
        ours="the page over all cases",
        other="the same page over a tenth of them, in the same tables; 0.83 is 1.2 times as long",
        unit="pages",
        goal=0.83,
        prepare=prepare,
        pairs=15,
    )
)
