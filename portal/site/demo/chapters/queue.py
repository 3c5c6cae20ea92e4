"""The hall's queues: laid out at the founding, four weeks of working days written as a past, the last hours played.

The demo hall never closes, so that kiosk, screens and windows can be tried at any hour.
"""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from approvals.catalogue.models import Item
from hall.models import Window, WindowDuty
from hall.queue import actions
from hall.queue.models import Queue, QueueService, QueueWindow, Ticket, WindowSession
from hall.queue.services import TicketDraft
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.events import Record, record_histories
from portal.core.models import NumberCounter
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.hall_day import Day, Place, Visit, planned

ORDER = 20
HALL = "H1"
PAST_DAYS = {True: 1, False: 20}
PEOPLE = {True: 10, False: 17}  # for each window and day
BUSINESS = (
    # letter, department, name, name in English, area, minutes of a service
    ("A", "SCJG", "企业开办与市场准入", "Company registration and market access", "企业综合服务区", 11),
    ("B", "RSJ", "社会保障与就业", "Social security and employment", "社会事务服务区", 8),
    ("C", "GAJ", "公安综合", "Public security", "公安服务区", 9),
    ("D", "SHUI", "涉税业务", "Taxes", "税务服务区", 8),
    ("E", "ZRZY", "不动产与自然资源", "Real estate and natural resources", "工程建设服务区", 13),
    ("F", "GJJ", "住房公积金", "Housing fund", "社会事务服务区", 7),
    ("G", "YBJ", "医疗保障", "Medical insurance", "社会事务服务区", 7),
    ("J", "ZJJ", "工程建设与住房", "Construction and housing", "工程建设服务区", 14),
    ("M", "MZJ", "民政事务", "Civil affairs", "社会事务服务区", 9),
)
DEVICES = (
    ("hall_screen", "大厅主屏", ""),
    ("kiosk", "东门取号机", ""),
    ("area_screen", "企业综合服务区屏", "企业综合服务区"),
)
KIOSK, MACHINE = Actor(None, "device", "kiosk:1"), Actor(None, "device", "machine:1")


@dataclass
class Post:
    """A clerk with the window and the queues called there."""

    place: Place
    window: Window
    user: User
    actor: Actor


def found(city: City) -> None:
    """Hall, queues with the services of the catalogue, windows, devices."""
    manager = actor_of(User.objects.get(username="manager1"), Role.HALL_MANAGER)
    hall = actions.make_hall(
        manager, code=HALL, name="一楼办事大厅", name_en="Service hall, ground floor", opens_at=dt.time(0, 0),
        closes_at=dt.time(23, 59), every_day=True,
    )  # fmt: skip
    by_code = {
        one.code: one for one in Department.objects.filter(code__in=[code for _letter, code, *_rest in BUSINESS])
    }
    for order, (letter, code, name, name_en, area, _minutes) in enumerate(BUSINESS):
        department = by_code.get(code)
        windows = _windows_of(department) if department else []
        if department is None or not windows:
            continue
        queue = actions.make_queue(
            manager,
            actions.QueueDraft(
                hall_id=hall.pk, prefix=letter, name=name, name_en=name_en, area=area, department_id=department.pk,
                window_ids=tuple(window.pk for window in windows),
            ),
        )  # fmt: skip
        _offer(manager, queue, Item.objects.filter(department=department, status=Item.Status.PUBLISHED))
        Queue.objects.filter(pk=queue.pk).update(order=order)
    for kind, name, area in DEVICES:
        actions.issue_device(manager, hall_id=hall.pk, kind=kind, name=name, area=area)


def live(city: City) -> None:
    """The past working days, then the hours before now."""
    chance = city.chance("queue")
    posts = posts_of(local_date(city.end))
    if not posts:
        return
    index, day = workdays(), local_date(city.end)
    days: list[dt.date] = []
    while len(days) < PAST_DAYS[city.small]:
        day -= dt.timedelta(days=1)
        if index.is_workday(day):
            days.append(day)
    city.say(f"{len(days)} days in the hall …")
    for past in reversed(days):
        _write(past, posts, chance, PEOPLE[city.small])
    _play(city.end, posts, chance, [one.facts["name"] for one in city.people.citizens])


# --- layout -------------------------------------------------------------------------------------------------------------


def _windows_of(department: Department) -> list[Window]:
    """Where the department's clerks sit."""
    duties = WindowDuty.objects.filter(posting__department=department, posting__role=Role.CLERK)
    return list(Window.objects.filter(pk__in=duties.values("window")).order_by("code"))


def _offer(manager: Actor, queue: Queue, items: Iterable[Item]) -> None:
    for item in list(items)[:8]:
        draft = actions.ServiceDraft(
            name=item.name[:80], name_en=item.name_en[:120], item_code=item.code, department_id=item.department_id
        )
        actions.add_service(manager, queue.pk, draft)


def posts_of(day: dt.date) -> list[Post]:
    """One clerk for each window that calls a queue."""
    minutes = {letter: float(length) for letter, _code, _name, _en, _area, length in BUSINESS}
    serves: dict[int, set[int]] = {}
    letters = dict(Queue.objects.values_list("pk", "prefix"))
    for queue, window in QueueWindow.objects.values_list("queue", "window"):
        serves.setdefault(window, set()).add(queue)
    posts: list[Post] = []
    seen: set[int] = set()
    duties = WindowDuty.objects.in_force(day).filter(window__in=serves, posting__role=Role.CLERK)
    for duty in duties.select_related("window", "posting__user").order_by("window__code", "pk"):
        user = duty.posting.user
        if duty.window_id in seen or any(post.user == user for post in posts):
            continue
        seen.add(duty.window_id)
        queues = frozenset(serves[duty.window_id])
        place = Place(len(posts), queues, sum(minutes[letters[queue]] for queue in queues) / len(queues))
        posts.append(Post(place, duty.window, user, actor_of(user, Role.CLERK)))
    return posts


# --- a day of the past --------------------------------------------------------------------------------------------------


def _write(day: dt.date, posts: list[Post], chance: random.Random, people: int) -> None:
    """One closed working day as rows and whole chains of events, as the actions would have left them."""
    opens, closes = dt.datetime.combine(day, dt.time(9), ZONE), dt.datetime.combine(day, dt.time(17), ZONE)
    visits = planned(chance, [post.place for post in posts], Day(opens, closes, people))
    queues = {queue.pk: queue for queue in Queue.objects.select_related("hall")}
    offered: dict[int, list[int]] = {}
    for pk, queue_id in QueueService.objects.values_list("pk", "queue"):
        offered.setdefault(queue_id, []).append(pk)
    numbers = dict.fromkeys(queues, 0)
    tickets = []
    for visit in visits:
        numbers[visit.queue] += 1
        tickets.append(_ticket(visit, queues[visit.queue], numbers[visit.queue], posts, closes))
    calls = sorted((t for t in tickets if t.called_at), key=lambda t: t.called_at)  # type: ignore[arg-type,return-value]
    for number, ticket in enumerate(calls, start=1):
        ticket.call_number = number
    with transaction.atomic():
        made = Ticket.objects.bulk_create(tickets, batch_size=500)
        through = Ticket.services.through
        through.objects.bulk_create(
            (
                through(ticket_id=t.pk, queueservice_id=chance.choice(offered[t.queue_id]))
                for t in made
                if offered.get(t.queue_id)
            ),
            batch_size=500,
        )
        NumberCounter.objects.bulk_create(
            NumberCounter(prefix=f"Q{queues[pk].prefix}", department_code=HALL, day=day, last=last)
            for pk, last in numbers.items()
            if last
        )
        sessions = WindowSession.objects.bulk_create(
            WindowSession(
                window=post.window, hall_id=next(iter(queues.values())).hall_id, staff=post.user,
                started_at=opens - dt.timedelta(minutes=8), ended_at=closes + dt.timedelta(minutes=25),
            )
            for post in posts
        )  # fmt: skip
        record_histories([_session_history(session, post) for session, post in zip(sessions, posts, strict=True)])
        record_histories([_history(t, v, posts, closes) for t, v in zip(made, visits, strict=True)])


def _ticket(visit: Visit, queue: Queue, serial: int, posts: list[Post], closes: dt.datetime) -> Ticket:
    """The row that the visit's steps leave."""
    ticket = Ticket(
        hall=queue.hall, queue=queue, department_id=queue.department_id, day=visit.arrived_at.date(),
        number=f"{queue.prefix}{serial:03d}", channel=visit.channel, hour=visit.arrived_at.hour,
        priority=visit.priority, taken_at=visit.arrived_at, arrived_at=visit.arrived_at, rank_at=visit.rank_at,
    )  # fmt: skip
    at = {code: moment for moment, code in visit.steps}
    ticket.state_version = len(visit.steps)
    if visit.place is not None and "call" in at:
        post = posts[visit.place.key]
        ticket.window, ticket.staff, ticket.calls = post.window, post.user, 1
        ticket.called_from, ticket.called_at, ticket.first_called_at = "waiting", at["call"], at["call"]
        ticket.counted_window, ticket.counted_staff = post.window, post.user
        ticket.wait_seconds = int((at["call"] - visit.arrived_at).total_seconds())
    if "finish" in at:
        ticket.state, ticket.ended_at = "done", at["finish"]
        ticket.way_seconds = int((at["start"] - at["call"]).total_seconds())
        ticket.service_seconds = int((at["finish"] - at["start"]).total_seconds())
        return ticket
    ticket.misses = 1 if "miss" in at else 0
    ticket.state, ticket.ended_at = "expired", closes + dt.timedelta(minutes=5)
    ticket.state_version += 1
    return ticket


def _history(
    ticket: Ticket, visit: Visit, posts: list[Post], closes: dt.datetime
) -> list[tuple[dt.datetime, Record, Actor]]:
    """The chain of events of one ticket."""
    stream = ticket._meta.label_lower
    doers = {"kiosk": KIOSK, "machine": MACHINE, "phone": Actor(None, "visitor", "phone")}
    desk = posts[0].actor
    told = [
        (visit.arrived_at,
         Record(stream, ticket.pk, "ticket.taken", "", "waiting", {"number": ticket.number, "queue": ticket.queue.prefix}),
         doers.get(visit.channel, desk))
    ]  # fmt: skip
    state = "waiting"
    for at, code in visit.steps:
        assert visit.place is not None  # noqa: S101 - steps happen at a window
        post = posts[visit.place.key]
        target = {"call": "called", "miss": "missed", "start": "serving", "finish": "done"}[code]
        data = {"window": post.window.code} | ({"call": ticket.call_number} if code == "call" else {})
        told.append((at, Record(stream, ticket.pk, f"ticket.{code}", state, target, data), post.actor))
        state = target
    if state != "done":
        system = Actor.system("queue.end_of_day")
        told.append(
            (closes + dt.timedelta(minutes=5), Record(stream, ticket.pk, "ticket.expire", state, "expired", {}), system)
        )
    return told


def _session_history(session: WindowSession, post: Post) -> list[tuple[dt.datetime, Record, Actor]]:
    stream = session._meta.label_lower
    data = {"window": post.window.code}
    assert session.ended_at is not None  # noqa: S101 - a past day
    return [
        (session.started_at, Record(stream, session.pk, "window_session.opened", "", "", data), post.actor),
        (session.ended_at, Record(stream, session.pk, "window_session.ended", "", "", {}), post.actor),
    ]


# --- today --------------------------------------------------------------------------------------------------------------


def _play(end: dt.datetime, posts: list[Post], chance: random.Random, names: list[str]) -> None:
    """The last two hours with the portal's own actions; what is at the windows now stays there."""
    midnight = dt.datetime.combine(local_date(end), dt.time(0, 1), ZONE)
    opens = max(midnight, end - dt.timedelta(hours=2))
    visits = planned(chance, [post.place for post in posts], Day(opens, end + dt.timedelta(hours=1), 13, lunch=False))
    sessions = {}
    for post in posts:
        with driven_clock(opens):
            sessions[post.place.key] = actions.open_window(post.actor, post.window.pk)
    happenings = [(visit.arrived_at, 0, visit) for visit in visits]
    happenings += [(at, number, visit) for visit in visits for number, (at, _code) in enumerate(visit.steps, start=1)]
    tickets: dict[int, Ticket] = {}
    for at, number, visit in sorted((one for one in happenings if one[0] <= end), key=lambda one: one[:2]):
        with driven_clock(at):
            if number == 0:
                name = chance.choice(names) if chance.random() < 0.7 else ""
                draft = TicketDraft(queue_id=visit.queue, channel=visit.channel, priority=visit.priority, name=name)
                actions.take_number(KIOSK, draft, once_key="")
                continue
            assert visit.place is not None  # noqa: S101 - steps happen at a window
            key, code = visit.place.key, visit.steps[number - 1][1]
            if code == "call":
                tickets[key] = actions.call_next(posts[key].actor, sessions[key].pk)
            else:
                found = tickets[key]
                tickets[key] = actions.take_step(posts[key].actor, found.pk, code, state_version=found.state_version)
