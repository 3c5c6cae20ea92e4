"""Ratings of the year: what people said, what was put right, what they say is wrong, and the boards of three months."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from hall.board import actions as boards
from hall.board.models import Board, BoardRow
from hall.models import Window
from hall.ratings import actions
from hall.ratings.models import Invitation, Rating
from hall.ratings.models.rating import CommentState
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.events import Record, record_bulk
from portal.core.statistics import measure_sets, rebuild
from portal.core.time import ZONE, driven_clock, local_date, now
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City

ORDER = 90  # after every chapter that ends services, for those are what is rated
RATED, BAD, SAID = 0.6, 0.03, 0.12
BAD_IN_A_VILLAGE = 0.15  # of so few, or there would be nothing to look at
BAD_OF_LATE = 0.12  # in the last days, so that every stage of the work has some
LATE = dt.timedelta(days=12)
BATCH = 500
RATER = "rater"
GOOD_WORDS = (
    "窗口人员很耐心，一次就办好了。", "办得比承诺的快，点赞！", "全程网办，没有跑腿。", "材料一次讲清楚了，很省心。",
    "帮老人填表，服务周到。", "第二天就出证了，效率高。", "指南写得明白，照着准备就行。",
)  # fmt: skip
BAD_WORDS = (
    "来了两次，第二次才说还缺一份材料。", "等了一个多小时才叫到号。", "打电话问了三次，每次说法不一样。",
    "已经上传过的营业执照又让交复印件。", "窗口的人说话不耐烦。", "超过说好的时间也没有人通知我。",
)  # fmt: skip
CONTACT = ("已电话致歉并了解经过。", "已联系当事人，当事人希望尽快办结。", "电话说明情况，当事人表示理解。")
VERIFIED = (
    "经核实，窗口未一次性告知所需材料，情况属实。",
    "调取监控和叫号记录，等候超过六十分钟，情况属实。",
    "核对办件记录，存在重复收取材料的情形。",
)
RECTIFIED = (
    "修订一次性告知单，组织窗口人员重新培训，材料已通过共享核验，不再收取。", "增开一个综合窗口，高峰时段由后台人员支援。",
    "当面致歉，办件当日办结并免费邮寄送达；对当事窗口人员批评教育。",
)  # fmt: skip
WRONG = (
    ("procedure", "办理个体户变更，线上显示材料齐全，到窗口又要求提供房产证原件，跑了三趟。"),
    ("system", "手机上传照片总是提示超时，换了两个网络都一样。"),
    ("hall", "三楼指示牌指向的卫生间在维修，没有替代指引。"),
    ("attitude", "咨询时工作人员一直看手机，让我自己看公告栏。"),
    ("procedure", "同一份授权委托书在两个窗口要求的格式不一样。"),
    ("other", "停车场收费标准和公示的不一致。"),
)  # fmt: skip
REPLIES = (
    "经核实，该材料已可通过部门数据共享获取，窗口要求提供原件不当。我们已更正告知单并向您致歉，即日起不再收取。",
    "已协调技术人员排查，系统上传超时的限制已调整，请您再次尝试；如仍有问题请联系我们。",
    "已增设临时指引牌，维修预计本周五完成。感谢您的提醒。",
)
GRANTED = "核对办件时间轴，决定日期确因申请人原因推迟，予以核减。"
REJECTED = "办件时间轴显示决定日期已超期，与领取无关，不予采纳。"


def live(city: City) -> None:
    """After the year of services: their ratings, day by day for those that ask for work."""
    chance = city.chance("ratings")
    asked = list(Invitation.objects.filter(settled_at__isnull=True).order_by("served_at", "pk"))
    good: list[Rating] = []
    for invitation in asked:
        moment = _moment(chance, invitation)
        if chance.random() >= RATED:
            if invitation.expires_at < city.end:
                good.append(_default(invitation))
        elif moment < city.end:
            if chance.random() < _share_of_bad(city, moment):
                _bad(city, chance, invitation, moment)
            else:
                good.append(_good(chance, invitation, moment))
    _write(good)
    _publish_comments(city)
    _grievances(city, chance)
    with driven_clock(city.end):
        actions.light_lamps()
    _tablets(city)
    _boards(city, chance)


def _share_of_bad(city: City, moment: dt.datetime) -> float:
    if city.small:
        return BAD_IN_A_VILLAGE
    return BAD_OF_LATE if moment > city.end - LATE else BAD


def _person(username: str, role: Role) -> Any:
    return actor_of(User.objects.get(username=username), role)


def _moment(chance: random.Random, invitation: Invitation) -> dt.datetime:
    """Soon after the service, by day."""
    day = local_date(invitation.served_at) + dt.timedelta(days=chance.choice((0, 0, 0, 1, 1, 2, 4)))
    moment = dt.datetime.combine(day, dt.time(chance.randint(8, 20), chance.randint(0, 59)), ZONE)
    return max(moment, invitation.served_at + dt.timedelta(minutes=chance.randint(2, 40)))


def _good(chance: random.Random, invitation: Invitation, moment: dt.datetime) -> Rating:
    grade = chance.choices((5, 4, 3), (74, 22, 4))[0]
    reasons = {5: ("fast", "friendly", "on_the_spot", "clear"), 4: ("as_promised", "polite", "easy"), 3: ("ordinary",)}
    comment = chance.choice(GOOD_WORDS) if grade == 5 and chance.random() < SAID else ""
    visit = invitation.kind == "visit"
    return Rating(
        **_of(invitation), grade=grade, channel=chance.choice(("window", "window", "qr") if visit else ("web", "sms", "qr")),
        reasons=chance.sample(reasons[grade], 1), reason_list=1, comment=comment,
        comment_state=CommentState.WAITING if comment else CommentState.NONE, rated_at=moment,
        rated_on=local_date(moment),
    )  # fmt: skip


def _default(invitation: Invitation) -> Rating:
    """Noted in the night after the link ran out, as the portal's own sweep does."""
    moment = dt.datetime.combine(local_date(invitation.expires_at) + dt.timedelta(days=1), dt.time(1, 20), ZONE)
    return Rating(**_of(invitation), grade=4, is_default=True, rated_at=moment, rated_on=local_date(moment))


def _of(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation": invitation, "kind": invitation.kind, "subject": invitation.subject,
        "department_id": invitation.department_id, "window_id": invitation.window_id,
        "staff_id": invitation.staff_id, "item_code": invitation.item_code,
    }  # fmt: skip


def _write(ratings: list[Rating]) -> None:
    """Hundreds at once: the rows and events that the actions write one by one."""
    from portal.core.actors import Actor

    ratings.sort(key=lambda rating: rating.rated_at)
    for start in range(0, len(ratings), BATCH):
        some = ratings[start : start + BATCH]
        with transaction.atomic():
            Rating.objects.bulk_create(some)
            for rating in some:
                rating.invitation.settled_at = rating.rated_at  # type: ignore[union-attr]
            Invitation.objects.bulk_update([rating.invitation for rating in some], ["settled_at"])  # type: ignore[misc]
            # One clock a batch: the events of a day are written together.
            for given, actor in ((True, Actor(None, RATER, "")), (False, Actor.system("ratings.sweep"))):
                of_these = [rating for rating in some if rating.is_default != given]
                by_day: dict[dt.date, list[Rating]] = {}
                for rating in of_these:
                    by_day.setdefault(rating.rated_on, []).append(rating)
                for rows in by_day.values():
                    with driven_clock(rows[0].rated_at):
                        record_bulk([_told(rating) for rating in rows], actor)


def _told(rating: Rating) -> Record:
    if rating.is_default:
        return Record("ratings.rating", rating.pk, "rating.defaulted", data={"grade": rating.grade})
    return Record("ratings.rating", rating.pk, "rating.given", data={"grade": rating.grade, "channel": rating.channel})


# --- bad ratings ----------------------------------------------------------------------------------------------------------


def _bad(city: City, chance: random.Random, invitation: Invitation, moment: dt.datetime) -> None:
    grade = chance.choice((2, 2, 1))
    reasons = {2: ("slow", "unclear", "materials", "wait"), 1: ("overdue", "extra", "rude")}[grade]
    with driven_clock(moment):
        rating = actions.rate(
            invitation.token,
            actions.RatingDraft(
                grade=grade, channel="window" if invitation.kind == "visit" else "web",
                reasons=(chance.choice(reasons),), comment=chance.choice(BAD_WORDS) if chance.random() < 0.7 else "",
                phone=f"1390000{chance.randrange(10000):04d}" if chance.random() < 0.6 else "",
            ),
        )  # fmt: skip
    work = rating.rectification
    if work.handler is None:
        return
    handler = actor_of(work.handler, Role.DEPARTMENT_HEAD)
    for at, who, code, inputs in _course(chance, moment):
        if at >= city.end:
            return
        with driven_clock(at):
            actor = handler if who == "handler" else _person("manager1", Role.HALL_MANAGER)
            work = actions.take_step(actor, work.pk, code, inputs, state_version=work.state_version)


def _course(chance: random.Random, moment: dt.datetime) -> Iterator[tuple[dt.datetime, str, str, dict[str, str]]]:
    """Who does what and when; most in time, some late, a few set aside."""
    index, day = workdays(), local_date(moment)

    def on(days: int, hour: int) -> dt.datetime:
        return dt.datetime.combine(
            index.add(index.next_workday_on_or_after(day), days), dt.time(hour, chance.randint(0, 59)), ZONE
        )

    fate = chance.random()
    slow = fate < 0.08
    yield on(2 if slow else 1, 10), "handler", "contact", {"way": "phone", "text": chance.choice(CONTACT)}
    if 0.08 <= fate < 0.18:
        yield on(2, 11), "handler", "appeal", {"text": "当事人要求办理的事项不属于本部门职权，窗口已书面告知。"}
        granted = fate < 0.13
        text = (
            "经调阅材料，窗口已依法告知，差评不予认定。"
            if granted
            else "虽非本部门职权，但未引导至主管部门，维持认定。"
        )
        yield on(3, 15), "manager", "grant_appeal" if granted else "reject_appeal", {"text": text}
        if granted:
            return
    yield on(3, 16), "handler", "verify", {"text": chance.choice(VERIFIED)}
    rectified = 7 if slow else chance.choice((3, 4, 4, 5))
    yield on(rectified, 17), "handler", "rectify", {"text": chance.choice(RECTIFIED)}
    after = rectified + 1
    if chance.random() < 0.1:
        yield on(after, 9), "manager", "send_back", {"text": "当事人反映尚未收到更正后的告知单。"}
        yield on(after, 16), "handler", "rectify", {"text": "已将更正后的告知单寄出并电话确认收到。"}
        after += 1
    yield on(after, 10), "manager", "call_back", {"result": "content", "text": "当事人表示满意。"}
    yield on(after, 11), "manager", "close", {"text": ""}


def _publish_comments(city: City) -> None:
    """The manager has read most comments; those of the last days wait."""
    manager = _person("manager1", Role.HALL_MANAGER)
    rows = Rating.objects.filter(comment_state=CommentState.WAITING, rated_at__lt=city.end - dt.timedelta(days=4))
    for rating in rows.order_by("rated_at")[:120]:
        with driven_clock(min(rating.rated_at + dt.timedelta(days=2), city.end)):
            try:
                actions.publish_comment(manager, rating.pk, text=rating.comment)
            except DomainError:
                continue  # the manager's own work


# --- what is wrong, tablets, boards -------------------------------------------------------------------------------------


def _grievances(city: City, chance: random.Random) -> None:
    from portal.core.actors import Actor

    windows = list(Window.objects.order_by("code"))
    days = (city.end - dt.datetime.combine(city.first, dt.time(9), ZONE)).days
    count = 4 if city.small else 24
    for number in range(count):
        # The last one was said today, so that there is one to answer.
        back = 0 if number == count - 1 else days * (count - number) // (count + 1)
        moment = city.end - dt.timedelta(days=back, hours=1)
        topic, text = WRONG[number % len(WRONG)]
        window = chance.choice(windows) if windows and topic in {"procedure", "attitude"} else None
        with driven_clock(moment):
            draft = actions.GrievanceDraft(topic=topic, text=text, window_id=window.pk if window else None)
            matter = actions.say_what_is_wrong(Actor(None, "citizen", ""), draft)
        answered = moment + dt.timedelta(days=chance.choice((1, 1, 2)), hours=2)
        if matter.handler is None or answered >= city.end:
            continue
        with driven_clock(answered):
            matter = actions.take_grievance_step(
                actor_of(matter.handler, Role.DEPARTMENT_HEAD), matter.pk, "reply",
                {"text": chance.choice(REPLIES)}, state_version=matter.state_version,
            )  # fmt: skip
            if number % 3:
                manager = _person("manager1", Role.HALL_MANAGER)
                actions.take_grievance_step(manager, matter.pk, "close", {}, state_version=matter.state_version)


def _tablets(city: City) -> None:
    with driven_clock(city.end - dt.timedelta(days=30)):
        for window in Window.objects.open_on(local_date(now())).order_by("code")[:6]:
            actions.issue_tablet(_person("manager1", Role.HALL_MANAGER), window.pk, f"{window.code} 评价器")


def _boards(city: City, chance: random.Random) -> None:
    """The last three months: the oldest corrected or objected to, the newest perhaps still a draft."""
    for measures in measure_sets().values():
        rebuild(measures)  # boards are drawn from the cells, which this year's bulk has not touched yet
    manager, supervisor = _person("manager1", Role.HALL_MANAGER), _person("supervisor1", Role.SUPERVISOR)
    months = _months(city)
    for place, month in enumerate(months):
        drawn = _office(month + dt.timedelta(days=33), 1, 10)
        if drawn >= city.end:
            continue
        with driven_clock(drawn):
            board = boards.draw_board(manager, month)
        row = BoardRow.objects.filter(board=board, kind="department").order_by("points").first()
        if row is not None and place < 2:
            _objection(row, drawn + dt.timedelta(hours=5), supervisor, grant=place == 0)
        published = _office(board.objections_until, 1, 9)
        if published < city.end:
            with driven_clock(published):
                boards.publish(manager, board.pk, state_version=Board.objects.get(pk=board.pk).state_version)


def _objection(row: BoardRow, moment: dt.datetime, supervisor: Any, *, grant: bool) -> None:
    head = User.objects.filter(postings__role=Role.DEPARTMENT_HEAD, postings__department=row.department_id).first()
    if head is None:
        return
    with driven_clock(moment):
        made = boards.object_to(
            actor_of(head, Role.DEPARTMENT_HEAD), row.pk, "本月一件超期办件系因申请人要求延后领取，请核减。"
        )
    with driven_clock(moment + dt.timedelta(hours=20)):
        answer = (
            "核对办件时间轴，决定日期确因申请人原因推迟，予以核减。"
            if grant
            else "办件时间轴显示决定日期已超期，与领取无关，不予采纳。"
        )
        boards.decide_objection(supervisor, made.pk, grant=grant, points=50 if grant else 0, answer=answer)


def _months(city: City) -> list[dt.date]:
    """The first days of the last three whole months of the history."""
    month = local_date(city.end).replace(day=1)
    found: list[dt.date] = []
    while len(found) < 3:
        month = (month - dt.timedelta(days=1)).replace(day=1)
        if month < city.first.replace(day=1):
            break
        found.append(month)
    return sorted(found)


def _office(day: dt.date, after: int, hour: int) -> dt.datetime:
    """A moment in the office on the n-th working day after the first of that day's month, or after the day itself."""
    start = day.replace(day=1) if after == 1 and hour == 10 else day
    return dt.datetime.combine(workdays().add(start, after), dt.time(hour, 0), ZONE)
