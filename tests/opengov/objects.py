"""A centre with something to publish: cases, ratings, tickets, numbers, deals, a board, a ledger, a notice."""

import datetime as dt
from typing import Any

from approvals.cases import actions
from approvals.catalogue.models import Item, ItemChange
from hall.board.models import Board, BoardRow
from hall.models import Window
from hall.queue.models import Ticket as HallTicket
from hall.ratings.models import Rating
from hotline.models import Category, Ticket
from portal.core import statistics
from portal.core.models import Job
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Citizen, User
from portal.people.roles import Role
from procurement.measures import DEAL_MEASURES
from procurement.tenders.models import Notice, Project
from tests import factories
from tests.factories import moment
from tests.hotline.objects import World as Hotline
from tests.procurement.objects import deal
from tests.queue import objects as queue
from tests.ratings.conftest import Town
from tests.tenders.objects import firm

NOW = moment("2026-11-20 10:00")  # a Friday
OCTOBER = dt.date(2026, 10, 1)
YEAR = (dt.date(2025, 11, 20), dt.date(2026, 11, 19))  # the twelve months up to yesterday
PEOPLE = {"申请人": "欧阳明珠", "来电人": "司马青云", "办件人": "诸葛远山"}  # names that nothing else contains
PHONES = ("13800007788", "13900006655")


class City:
    """Everything by the real actions where they are quick, else by rows as the actions leave them."""

    def __init__(self) -> None:
        with driven_clock(moment("2026-10-13 09:30")):
            self.market = factories.department()
            self.police = factories.department("GA", name="市公安局", name_en="Police", short_name="公安局")
            self.citizen = factories.citizen(name=PEOPLE["申请人"], phone=PHONES[0])
            self.clerk = factories.staff(Role.CLERK, self.market, name=PEOPLE["办件人"])
            self.item = factories.item("SCJG-001", review_steps=0, promised_days=5)
            self.other = factories.item("GA-001", dept=self.police, review_steps=0, promised_days=2, materials=0)
            self.hall = queue.queue("A", dept=self.market)
        self._cases()
        self._ratings()
        self._hotline()
        self._visits()
        self._registers()
        with driven_clock(NOW):
            statistics.refresh_all()
        Job.objects.all().delete()  # papers and messages, of which no test here asks anything

    def _cases(self) -> None:
        """In time, late, open and overdue; and one of this morning."""
        for item, person in ((self.item, self.clerk), (self.other, factories.staff(Role.CLERK, self.police))):
            clerk = actor_of(person, Role.CLERK)
            for filed, decided in (("2026-10-13", "2026-10-14"), ("2026-10-13", "2026-11-09"), ("2026-10-20", "")):
                with driven_clock(moment(f"{filed} 10:00")):
                    case = factories.accepted(clerk, self.citizen, on=item)
                if decided:
                    with driven_clock(moment(f"{decided} 10:00")):
                        actions.take_step(clerk, case.pk, "approve", state_version=case.state_version)
        with driven_clock(moment("2026-11-20 09:05")):
            factories.submitted(self.citizen, on=self.item)

    def _ratings(self) -> None:
        """Many for the market bureau in October, two for the police."""
        self.window = Window.objects.create(code="A01", name="企业登记", department=self.market)
        people = dict.fromkeys(("clerk", "head", "manager", "supervisor", "citizen"), self.clerk)
        for place, grades in ((self.market, (5, 5, 5, 4, 4, 3, 1, 2, 1)), (self.police, (5, 1))):
            town = Town(department=place, window=self.window, **people)
            with driven_clock(moment("2026-10-15 10:00")):
                for grade in grades:
                    town.rated(grade)

    def _hotline(self) -> None:
        caller = {"name": PEOPLE["来电人"], "phone": PHONES[1]}
        with driven_clock(moment("2026-10-16 10:00")):
            desk = Hotline()
            for code in ("0601", "0601", "0602", "0602"):
                desk.closed(caller=caller, category_id=Category.objects.get(code=code).pk)
            desk.dispatched(caller=caller, category_id=Category.objects.get(code="0101").pk)
        with driven_clock(moment("2026-11-20 09:10")):
            desk.recorded(caller=caller)

    def _visits(self) -> None:
        with driven_clock(moment("2026-10-19 09:30")):
            desk = queue.desk(self.hall, dept=self.market)
            tickets = [queue.take(self.hall) for _ in range(3)]
        for minute, _ticket in enumerate(tickets, start=1):
            with driven_clock(moment(f"2026-10-19 09:3{minute}")):
                called = desk.next()
                desk.step(desk.step(called, "start"), "finish")

    def _registers(self) -> None:
        board = Board.objects.create(
            month=OCTOBER, state="published", weights={}, minimum_sample=1, objections_until=dt.date(2026, 11, 5),
            published_at=moment("2026-11-06 09:00"),
        )  # fmt: skip
        for kind, code, name, side in (
            ("window", "A01", "企业登记", "red"), ("department", "GA", "市公安局", "blue"),
            ("staff", "A01", PEOPLE["办件人"], "red"),
        ):  # fmt: skip
            BoardRow.objects.create(
                board=board, kind=kind, subject_id=1, code=code, name=name, points=9650, sample=12, rank=1, stars=5,
                side=side,
            )  # fmt: skip
        cancelled = Item.objects.create(code="GA-900", name="取消的事项", department=self.police, status="cancelled")
        ItemChange.objects.create(item=cancelled, change="cancel", on=dt.date(2026, 3, 2), ground="海政发〔2026〕3号")
        hidden = Item.objects.create(code="GA-901", name="尚未公布的事项", department=self.police, status="draft")
        ItemChange.objects.create(item=hidden, change="add", on=dt.date(2026, 3, 2))
        self.notice = notice()
        for day, saved in ((dt.date(2026, 6, 1), 90_000_000), (dt.date(2026, 11, 20), 80_000_000)):
            deal(awarded_on=day, deal_fen=saved)
        statistics.rebuild(DEAL_MEASURES)


def notice(title: str = "临港区农村公路提档升级工程") -> Notice:
    """A tender that was announced, and its notice."""
    project = Project.objects.create(
        number=f"HZ-{Project.objects.count():04}", category="construction", method="open", title=title, summary="x",
        buyer=firm("海州市交通运输局")[0], contact="招标科", registered_by=factories.staff(Role.PROCUREMENT_OFFICER),
        registered_at=moment("2026-11-01 09:00"), announced_at=moment("2026-11-02 09:00"), announced_on=dt.date(2026, 11, 2),
        documents_from_on=dt.date(2026, 11, 3), documents_until_on=dt.date(2026, 11, 10),
        deadline_at=moment("2026-12-01 09:30"), state="announced",
    )  # fmt: skip
    return Notice.objects.create(
        project=project, kind="tender", text="全长 3.2 公里", published_at=moment("2026-11-02 09:00")
    )


def personal(city: City) -> list[str]:
    """What must stand in no open data: names, telephones and numbers of people."""
    numbers = [one.resident_number for one in Citizen.objects.all()]
    names = [one.name for one in User.objects.all() if one.name]
    return [*PEOPLE.values(), *PHONES, *numbers, *names]


def by_hand() -> dict[str, Any]:
    """Counted from the rows in Python, without the cells."""
    first, last = YEAR
    tickets = [one for one in Ticket.objects.all() if first <= one.recorded_on <= last]
    ratings = [one for one in Rating.objects.all() if first <= one.rated_on <= last]
    return {
        "recorded": len(tickets),
        "given": len(ratings),
        "satisfied": sum(one.grade >= 3 for one in ratings),
        "served": HallTicket.objects.filter(state="done", day__range=YEAR).count(),
    }
