"""The period reports: the half-year's, signed, and last month's, still a draft."""

import datetime as dt

from portal.core.models import Notification
from portal.core.time import driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off
from portal.supervision.periods import ONE_DAY, month_start
from portal.supervision.reports import actions

ORDER = 990  # behind everything that a report counts
UNREAD = dt.timedelta(days=4)  # what was told before has been read
CLOSING = (
    "下一步，继续压缩承诺时限，扩大网上可办事项范围；对居后部门逐件分析超期原因，限期整改；"
    "加强窗口纪律巡查，落实差评整改闭环管理。"
)


def live(city: City) -> None:
    """A report is drawn up by the supervisor and signed by the head of government; old news has been read."""
    _write(city)
    read_old_news(city)


def read_old_news(city: City) -> None:
    """Nobody leaves a note unread for more than some days."""
    read_by = city.end - UNREAD
    Notification.objects.filter(read_at=None, created_at__lt=read_by).update(read_at=read_by)


def _write(city: City) -> None:
    writer, signer = _first(Role.SUPERVISOR), _first(Role.GOVERNMENT_HEAD)
    if writer is None or signer is None:
        return
    author = actor_of(writer, Role.SUPERVISOR)
    with driven_clock(city.end - dt.timedelta(hours=2)):
        work_off()
        day = local_date(city.end)
        first = month_start(day, 6)
        last = month_start(day) - ONE_DAY
        made = actions.draw_up(
            author,
            title="海州市政务服务中心近半年工作情况报告",
            first=first,
            last=last,
            comparison="previous",
            department=None,
        )
        actions.rewrite(author, made.pk, {"closing": CLOSING}, note="补充下一步工作", state_version=made.state_version)
        made.refresh_from_db()
        made = actions.take_step(author, made.pk, "submit", {}, state_version=made.state_version)
    with driven_clock(city.end - dt.timedelta(hours=1)):
        made = actions.take_step(
            actor_of(signer, Role.GOVERNMENT_HEAD), made.pk, "sign", {}, state_version=made.state_version
        )
        actions.ask_document(author, made.pk)
        actions.draw_up(
            author, title="本月工作情况（送审前草稿）", first=month_start(day), last=day, comparison="previous",
            department=None,
        )  # fmt: skip
        work_off()


def _first(role: Role) -> User | None:
    return User.objects.filter(postings__role=role).order_by("pk").first()
