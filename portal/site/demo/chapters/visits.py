"""Appointments of the last and the coming weeks, a year of attendance and of patrols."""

import datetime as dt
import io
import random
from collections import defaultdict
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from PIL import Image, ImageDraw

from hall.appointments import actions as booking
from hall.appointments.actions import PlanDraft, ServiceDraft
from hall.appointments.models import Appointment, Service, Slot
from hall.attendance import actions as attendance
from hall.attendance.actions.clocking import minutes_after
from hall.attendance.models import EmptyPost, Shift
from hall.attendance.posts import Found
from hall.attendance.roster import roster
from hall.patrols import actions as patrols
from hall.patrols import photos
from hall.patrols.actions import FindingDraft
from hall.patrols.models import Area, Finding, Point, Tour
from hall.queue.models import Queue
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.events import Record, record_bulk, stream_of
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actions import postings
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.people import AREAS

ORDER = 60  # behind the queue, whose lines the services name
ONE_DAY = dt.timedelta(days=1)
# Code, names, what to bring, department, items, letter of the queue.
SERVICES: tuple[tuple[str, str, str, str, str, str | None, list[str]], ...] = (
    ("QYKB", "企业开办与登记", "Company registration", "请携带法定代表人身份证件、住所使用证明。",
     "Please bring the legal person's ID and proof of the premises.", "SCJG", ["SCJG-001", "SCJG-004"]),
    ("SPXK", "食品经营许可", "Food business licence", "请携带营业执照、设备布局图。",
     "Please bring the business licence and the floor plan.", "SCJG", ["SCJG-007"]),
    ("GCJS", "工程建设审批咨询", "Construction permits, consultation", "请携带项目代码和已有批复文件。",
     "Please bring the project code and earlier approvals.", "ZJJ", ["ZJJ-002", "ZJJ-003"]),
    ("SHBZ", "社会保障业务", "Social security", "请携带身份证、社保卡。", "Please bring ID and social security card.",
     "RSJ", ["RSJ-001", "RSJ-002"]),
    ("ZHSL", "综合窗口业务办理", "Comprehensive windows", "请携带本人身份证件及申请材料。",
     "Please bring your ID and the papers of your application.", None, []),
)  # fmt: skip
TROUBLES = {
    "people": ("一名工作人员未佩戴工牌。", "离岗未摆放去向牌。", "午间交接时窗口无人衔接。"),
    "space": ("等候区座椅有破损，未及时报修。", "垃圾桶已满，地面有水渍。", "指示牌松动，箭头方向不清。"),
    "order": ("叫号后无人应答，后续群众围观询问。", "取号处排队秩序较乱，引导人员不足。"),
    "goods": ("窗口台面堆放私人物品，未按定位线摆放。", "便民药箱内有过期药品。"),
    "equipment": ("自助终端缺纸，提示屏显示故障。", "灭火器压力表指针低于绿区。", "叫号屏显示延迟。"),
    "documents": ("办事指南为旧版本，未更换。", "申请材料散放台面，个人信息外露。"),
}  # fmt: skip
REPAIRS = (
    "已现场清理并重新定位摆放。",
    "已联系物业更换，恢复正常。",
    "已提醒当事人并纳入科室周会通报。",
    "已更换为现行版本。",
)
REASONS = (
    "送件到后台审批科室，未来得及摆放去向牌。",
    "早高峰堵车，已向科长报告。",
    "身体不适，到医务室处理。",
    "系统故障，到机房协助排查。",
)


def found(city: City) -> None:
    """What can be booked, the areas of the patrols, a clock at the staff's door."""
    manager = _person("manager1", Role.HALL_MANAGER)
    departments = {team.department.code: team.department for team in city.people.teams.values()}
    for code, name, name_en, note, note_en, department, items in SERVICES:
        if department is not None and department not in departments:
            continue
        draft = ServiceDraft(
            code=code, name=name, name_en=name_en, note=note, note_en=note_en, item_codes=items,
            department_id=departments[department].pk if department else None,
        )  # fmt: skip
        service = booking.make_service(manager, draft)
        for first, last in ((dt.time(9), dt.time(12)), (dt.time(13, 30), dt.time(16, 30))):
            windows = 3 if department is None else 1
            day = local_date(_moment(city.first, 9)) - 5 * ONE_DAY
            plan = PlanDraft(
                weekdays="01234", first_time=first, last_time=last, slot_minutes=30, windows=windows, per_window=1,
                valid_from=day,
            )  # fmt: skip
            booking.add_plan(manager, service.pk, plan)
    for n, area in enumerate(AREAS):
        patrols.make_area(manager, name=area, order=(n + 1) * 10)
    attendance.make_device(manager, "一楼员工通道")


def live(city: City) -> None:
    """First the leave and the shifts of the whole time, then the tours, then the appointments."""
    chance = city.chance("visits")
    _take_leave(city, chance)
    _attend(city, chance)
    _patrol(city, chance)
    _book(city, chance)


# --- attendance -------------------------------------------------------------------------------------------------------


def _take_leave(city: City, chance: random.Random) -> None:
    """One or two absences of some clerks, entered the day before they begin; none lasts to the end of the history."""
    administrator = _person("admin1", Role.ADMINISTRATOR)
    clerks = [clerk.user for team in city.people.teams.values() for clerk in team.clerks if clerk.user]
    days = (local_date(city.end) - city.first).days
    for clerk in clerks if not city.small else clerks[:2]:
        if chance.random() < 0.3 and not city.small:
            continue
        start = city.first + dt.timedelta(days=chance.randrange(3, max(4, days - 12)))
        kind = chance.choices(("annual", "sick", "training", "duty"), (5, 2, 2, 1))[0]
        end = start + dt.timedelta(days=chance.randrange(1, 6) if kind == "annual" else chance.randrange(0, 2))
        with driven_clock(_moment(start - ONE_DAY, 16)):
            postings.take_leave(administrator, user_id=clerk.pk, kind=kind, starts_on=start, ends_on=end)


def _attend(city: City, chance: random.Random) -> None:
    """Every working day in bulk: who was due, who came when, and the posts that stood empty because of it.

    The roster is the portal's own; times are written at once, since a year of single clock-ins would take minutes.
    """
    index = workdays()
    first_told = local_date(city.end) - dt.timedelta(days=30)
    for day in _workdays(city, index):
        with driven_clock(min(_moment(day, 18), city.end)):
            shifts = roster(day, index)
            for shift in shifts:
                _come_and_go(shift, chance, city.end)
            Shift.objects.bulk_create(shifts)
            if day >= first_told:
                _tell(shifts)
            _leave_empty(shifts, chance, city)
    if city.end > _moment(local_date(city.end), 5):
        with driven_clock(city.end):
            attendance.plan_days()
            attendance.watch_posts()


def _come_and_go(shift: Shift, chance: random.Random, end: dt.datetime) -> None:
    if shift.starts_at <= end:
        shift.counted_on = shift.day
    luck = chance.random()
    if shift.excuse or luck < 0.002:
        return
    early, late = (3, 25) if luck < 0.96 else (-8, -1) if luck < 0.993 else (-40, -21)
    came = shift.due_by - dt.timedelta(minutes=chance.randint(early, late), seconds=chance.randrange(60))
    if came > end:
        return
    shift.clocked_in_at, shift.way = came, chance.choice((Shift.Way.WINDOW, Shift.Way.QR))
    shift.late_minutes = minutes_after(shift.due_by, came)
    left = shift.ends_at + dt.timedelta(
        minutes=chance.randint(1, 25) if chance.random() > 0.02 else -chance.randint(2, 8)
    )
    if left <= end:
        shift.clocked_out_at, shift.early_minutes = left, minutes_after(left, shift.ends_at)


def _tell(shifts: list[Shift]) -> None:
    stream = stream_of(Shift)
    came = [shift for shift in shifts if shift.clocked_in_at]
    told = [
        Record(stream, one.pk, "shift.clocked_in", data={"way": str(one.way), "late": one.late_minutes}) for one in came
    ]
    record_bulk(told, Actor.system("系统自动"))


def _leave_empty(shifts: list[Shift], chance: random.Random, city: City) -> None:
    """A window to which nobody came within ten minutes of its opening was empty until the first one did."""
    by_window: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if not shift.excuse:
            by_window[shift.window_id].append(shift)
    for due in by_window.values():
        opens = due[0].starts_at
        first = min((one.clocked_in_at for one in due if one.clocked_in_at), default=None)
        if opens + dt.timedelta(minutes=10) > city.end or (first and first < opens + dt.timedelta(minutes=10)):
            continue
        with driven_clock(min(opens + dt.timedelta(minutes=10), city.end)):
            post = attendance.write_found(Found(due[0], EmptyPost.Kind.ABSENT, opens))
        if post is None:
            continue
        if (until := first or due[0].ends_at) <= city.end:
            with driven_clock(until):
                attendance.end_found(post.pk)
        _explain(post, chance, city)


def _explain(post: EmptyPost, chance: random.Random, city: City) -> None:
    manager = _person("manager1", Role.HALL_MANAGER)
    afternoon = post.from_at + dt.timedelta(hours=6)
    if afternoon > city.end or chance.random() < 0.15:
        return
    with driven_clock(afternoon):
        person = actor_of(post.staff, Role.CLERK)
        attendance.take_step(person, post.pk, "explain", {"explanation": chance.choice(REASONS)}, state_version=0)
        if afternoon + ONE_DAY < city.end and chance.random() < 0.9:
            code, note = chance.choice((("accept", "情况属实，予以认可。"), ("reject", "未按规定报备，计入当月考核。")))
            attendance.take_step(manager, post.pk, code, {"note": note}, state_version=1)


# --- patrols ----------------------------------------------------------------------------------------------------------


def _patrol(city: City, chance: random.Random) -> None:
    """Tours through the year; what is found is put right, verified or still open, as its limit has it."""
    manager = _person("manager1", Role.HALL_MANAGER)
    areas = list(Area.objects.all())
    days = tour_days(_workdays(city, workdays()))
    for day in days[-3:] if city.small else days:
        start = _moment(day, 10)
        if start + dt.timedelta(hours=1) > city.end:
            continue
        with driven_clock(start):
            tour = patrols.start_tour(manager)
        _walk(city, chance, manager, tour, areas, start)


def tour_days(days: list[dt.date]) -> list[dt.date]:
    """Every second Tuesday of the year, and in its last quarter the Thursdays between: a habit that grew."""
    weekly = days[-1] - dt.timedelta(days=91) if days else dt.date.max
    odd = [day.isocalendar().week % 2 for day in days]
    return [
        day
        for day, is_odd in zip(days, odd, strict=True)
        if day.weekday() == (3 if is_odd else 1) and (not is_odd or day > weekly)
    ]


def _walk(city: City, chance: random.Random, manager: Actor, tour: Tour, areas: list[Area], start: dt.datetime) -> None:
    points = list(Point.objects.filter(chapter__checklist=tour.checklist_id).values_list("pk", flat=True))
    wrong = {(chance.choice(areas).pk, chance.choice(points)) for _n in range(chance.choice((1, 1, 2, 3)))}
    made: list[Finding] = []
    for n, area in enumerate(areas):
        with driven_clock(start + dt.timedelta(minutes=6 * n + 4)):
            marks = {pk: "finding" if (area.pk, pk) in wrong else "fine" for pk in points}
            for point in patrols.save_area(manager, tour.pk, area.pk, marks):
                made.append(_find(city, chance, manager, tour, area, point))
    with driven_clock(start + dt.timedelta(minutes=45)):
        patrols.finish_tour(manager, tour.pk)
    for finding in made:
        _put_right(city, chance, manager, finding)


def _find(city: City, chance: random.Random, manager: Actor, tour: Tour, area: Area, point: int) -> Finding:
    team = chance.choice(list(city.people.teams.values()))
    clerk = chance.choice(team.clerks).user
    shots = photos.take_in([picture(chance, done=False)], manager)
    chapter = Point.objects.values_list("chapter__code", flat=True).get(pk=point)
    draft = FindingDraft(
        area_id=area.pk, point_id=point, text=chance.choice(TROUBLES[chapter]), department_id=team.department.pk,
        person_id=clerk.pk if clerk and chance.random() < 0.7 else None, limit_days=chance.choice((1, 3, 3, 5)),
    )  # fmt: skip
    return patrols.add_finding(manager, tour.pk, draft, shots)


def _put_right(city: City, chance: random.Random, manager: Actor, finding: Finding) -> None:
    heads = {team.department.pk: team.head for team in city.people.teams.values()}
    head = heads[finding.department_id]
    by = finding.person or (head.user if head else None)
    if by is None:
        return
    role = Role.CLERK if finding.person else Role.DEPARTMENT_HEAD
    late = chance.random() < 0.12
    at = _moment(workdays().add(finding.found_on, finding.limit_days + (2 if late else 0)), 15)
    if at > city.end:
        return
    with driven_clock(at):
        actor = actor_of(by, role)
        shots = photos.take_in([picture(chance, done=True)], actor)
        patrols.rectify(actor, finding.pk, report=chance.choice(REPAIRS), photos=shots, state_version=0)
    if at + ONE_DAY > city.end:
        return
    with driven_clock(at + ONE_DAY):
        patrols.take_step(manager, finding.pk, "verify", {}, state_version=1)


def picture(chance: random.Random, *, done: bool) -> SimpleUploadedFile:
    """A drawing in place of a photo: a counter with boxes on it, or cleared."""
    image = Image.new("RGB", (640, 480), (214, 222, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 300, 640, 480), fill=(150, 111, 71))
    draw.rectangle((0, 288, 640, 306), fill=(110, 80, 50))
    draw.rectangle((220, 120, 420, 260), fill=(40, 60, 90))
    draw.rectangle((300, 260, 340, 290), fill=(60, 60, 60))
    for _n in range(0 if done else chance.randint(3, 6)):
        left, wide = chance.randrange(20, 520), chance.randrange(40, 110)
        colour = tuple(chance.randrange(60, 220) for _c in range(3))
        draw.rectangle((left, 300 - wide // 2, left + wide, 330), fill=colour, outline=(30, 30, 30))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return SimpleUploadedFile("photo.jpg", out.getvalue(), content_type="image/jpeg")


# --- appointments -----------------------------------------------------------------------------------------------------


def _book(city: City, chance: random.Random) -> None:
    """Some people every day of the last weeks: they come, or not; and who has booked for the days to come."""
    citizens = [one.actor for one in city.people.citizens]
    clerks = [clerk for team in city.people.teams.values() for clerk in team.clerks]
    days = _workdays(city, workdays())[-(4 if city.small else 15) :]
    for day in days:
        with driven_clock(min(_moment(day - ONE_DAY, 17), city.end)):
            for pk in booking.services_to_lay():
                booking.lay_service(pk)
            made = [one for _n in range(2 if city.small else 7) if (one := _one_books(chance, citizens, clerks, day))]
        for one in sorted(made, key=lambda one: one.starts_at):
            _comes(city, chance, one)
        with driven_clock(min(_moment(day, 18), city.end)):
            booking.mark_missed()
    with driven_clock(city.end):
        for pk in booking.services_to_lay():
            booking.lay_service(pk)
        ahead = Slot.objects.filter(starts_at__gt=city.end + dt.timedelta(hours=3))
        coming = list(ahead.values_list("day", flat=True).distinct())
        for _n in range(4 if city.small else 30):
            if coming:
                _one_books(chance, citizens, clerks, chance.choice(coming))
        _first_books(citizens[0], ahead)
    _name_queues(city)


def _one_books(chance: random.Random, citizens: list[Any], clerks: list[Actor], day: dt.date) -> Appointment | None:
    """A citizen books online; what the rules refuse is tried no further."""
    slots = list(Slot.objects.filter(day=day, planned__gt=0)[:200])
    if not slots:
        return None
    slot = chance.choice(slots)
    try:
        return booking.book(chance.choice(citizens[1:]), slot.pk)
    except DomainError:
        return None


def _first_books(actor: Actor, ahead: QuerySet[Slot]) -> None:
    """The citizen of the demo has one appointment to come; on the last day itself the morning is over."""
    slot = ahead.filter(booked=0, service__department__isnull=True).order_by("starts_at").first()
    if slot is not None:
        booking.book(actor, slot.pk)


def _comes(city: City, chance: random.Random, one: Appointment) -> None:
    at = one.starts_at - dt.timedelta(minutes=chance.randint(-8, 22))
    if at > city.end or chance.random() < 0.07:
        return
    with driven_clock(at):
        booking.check_in_with_code(Actor.system("自助机"), one.code)


def _name_queues(city: City) -> None:
    """From now on a check-in gives a number: each service joins the line of its department, or the shared one."""
    manager = _person("manager1", Role.HALL_MANAGER)
    queues = list(Queue.objects.in_use())
    for service in Service.objects.all():
        line = next(
            (one for one in queues if one.department_id == service.department_id), queues[0] if queues else None
        )
        if line is None:
            return
        names = ("code", "name", "name_en", "note", "note_en", "department_id", "item_codes")
        draft = ServiceDraft(**{name: getattr(service, name) for name in names}, queue_id=line.pk)
        with driven_clock(city.end):
            booking.change_service(manager, service.pk, draft)


def _workdays(city: City, index: Any) -> list[dt.date]:
    return list(index.workdays_from(city.first, local_date(city.end)))


def _moment(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), ZONE)


def _person(username: str, role: Role) -> Actor:
    return actor_of(User.objects.get(username=username), role)
