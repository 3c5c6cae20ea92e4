"""The reform of the demo city: old items that were cancelled, suspended or merged, new ones, and delegations."""

import datetime as dt

from approvals.catalogue import actions as catalogue
from approvals.catalogue.drafts import ItemDraft
from approvals.catalogue.models import Item
from approvals.reform import actions
from approvals.reform.actions import Wanted
from portal.core.actors import Actor
from portal.core.time import ZONE, driven_clock, local_date, today
from portal.people.actors import actor_of
from portal.people.models import Department, Posting, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.year import work_off

ORDER = 20
STATE_CANCELS = "《国务院关于取消和下放一批行政许可事项的决定》（国发〔2020〕13号）"
CITY_CLEANS = "《海州市人民政府关于清理规范行政审批事项的决定》（海政发〔2026〕5号）"
CITY_MERGES = "《海州市行政审批事项整合目录》（海审改办〔2026〕2号）"
LAW_CHANGES = "《海州市地方性法规立改废清单》（海人大发〔2026〕1号）"
CANCELLED = (
    ("SCJG", "广告经营资格审批", "Approval of advertising business", STATE_CANCELS),
    ("SCJG", "商品展销会登记", "Registration of trade fairs", STATE_CANCELS),
    ("RSJ", "职业介绍机构年检", "Annual inspection of job agencies", CITY_CLEANS),
    ("ZJJ", "房地产估价机构资质初审", "First review of estate valuers", STATE_CANCELS),
    ("MZJ", "社会团体分支机构登记", "Registration of branches of associations", CITY_CLEANS),
    ("GAJ", "机动车临时停车泊位备案", "Filing of temporary parking spaces", CITY_CLEANS),
    ("GJJ", "公积金缴存登记证年审", "Yearly check of fund registration", CITY_CLEANS),
    ("ZRZY", "测绘资质年度注册", "Yearly registration of surveyors", STATE_CANCELS),
)
SUSPENDED = (
    ("RSJ", "高校毕业生灵活就业一次性奖励", "One-off reward for flexible employment", LAW_CHANGES),
    ("ZJJ", "装配式建筑专项补助申报", "Subsidy for prefabricated buildings", LAW_CHANGES),
)
MERGED = (
    ("SCJG", "个体工商户名称预先核准", "Pre-approval of business names", CITY_MERGES),
    ("GAJ", "暂住登记", "Registration of temporary residence", CITY_MERGES),
    ("RSJ", "劳动合同网上备案", "Online filing of labour contracts", CITY_MERGES),
)
DELEGATED = (("SCJG-030", "accept", ("GC", "LJ")), ("RSJ-002", "decide", ("GCBH", "LJTX")))


def live(city: City) -> None:
    """The ledger of the year, by two people each; one request waits, one is confirmed for a day to come."""
    chance, end = city.chance("reform"), city.end
    asks, confirms = city.people.supervisors[0], city.people.supervisors[1]
    since = city.first - dt.timedelta(days=400)  # in the ledger before the year that is told
    administrators = [_actor(name) for name in ("admin1", "admin2")]
    span = (local_date(end) - city.first).days
    rows = [("cancel", *row) for row in CANCELLED] + [("suspend", *row) for row in SUSPENDED]
    rows += [("merge", *row) for row in MERGED]
    known = dict(Department.objects.values_list("code", "pk"))
    for number, (change, department, name, name_en, ground) in enumerate(rows if not city.small else rows[::3]):
        model = _model(department)
        if model is None:
            continue
        begun = dt.datetime.combine(city.first + dt.timedelta(days=number % 5), dt.time(10), ZONE)
        with driven_clock(begun):
            item = _old_item(
                administrators, f"{department}-Q{number:02d}", name, name_en, known[department], model, since
            )
        back = dt.timedelta(days=chance.randint(1, max(1, span - 8)))
        with driven_clock(max(begun + dt.timedelta(days=6), end - back)):
            target = model.pk if change == "merge" else None
            request = actions.propose(asks, item.pk, Wanted(change, today(), ground, merged_into_id=target))
            actions.decide(confirms, request.pk, "confirm", state_version=request.state_version)
    _restore(city, asks, confirms)
    _delegations(city, asks, confirms)
    _waiting(city, asks, confirms)
    work_off()


def _actor(username: str) -> Actor:
    return actor_of(User.objects.get(username=username), Role.ADMINISTRATOR)


def _model(department: str) -> Item | None:
    """An open item of the department whose contents an old one is given."""
    rows = Item.objects.open_to_filing().filter(department__code=department).select_related("current__form")
    return rows.exclude(code__contains="-Q").order_by("code").first()


def _old_item(
    administrators: list[Actor], code: str, name: str, name_en: str, department_id: int, model: Item, begun: dt.date
) -> Item:
    """Made by one administrator, approved by the other: an item as the city had it before the clean-up."""
    assert model.current is not None  # noqa: S101
    contents = catalogue.contents_of(model.current)
    author, reviewer = administrators
    draft = ItemDraft(
        code=code, name=name, name_en=name_en, department_id=department_id, type=model.type,
        enterprise=model.enterprise, version=contents,
    )  # fmt: skip
    item = catalogue.create_item(author, draft)
    version = item.versions.get(number=1)
    catalogue.review(reviewer, version.pk)
    catalogue.publish(author, version.pk, valid_from=begun)
    return item


def _restore(city: City, asks: Actor, confirms: Actor) -> None:
    """A suspension was lifted again."""
    item = Item.objects.filter(code__contains="-Q", status="suspended").order_by("code").first()
    if item is None:
        return
    with driven_clock(city.end - dt.timedelta(hours=20)):
        wanted = Wanted("restore", today(), "专项资金已重新安排（海财预〔2026〕9号）")
        request = actions.propose(asks, item.pk, wanted)
        actions.decide(confirms, request.pk, "confirm", state_version=request.state_version)


def _delegations(city: City, asks: Actor, confirms: Actor) -> None:
    """Two items handled below, by clerks of the districts and townships."""
    ground = "《海州市赋予县级和乡镇街道行政审批权限目录》（海政办发〔2026〕4号）"
    with driven_clock(city.end - dt.timedelta(days=3)):
        for code, extent, places in DELEGATED:
            item = Item.objects.open_to_filing().filter(code=code).first()
            if item is None:
                continue
            lower = list(Department.objects.filter(code__in=places).order_by("code"))
            for department in lower:
                _people_below(department, city.first)
            wanted = Wanted("delegate", today(), ground, extent=extent, delegates=tuple(one.pk for one in lower))
            request = actions.propose(asks, item.pk, wanted)
            actions.decide(confirms, request.pk, "confirm", state_version=request.state_version)


def _people_below(department: Department, since: dt.date) -> None:
    """A clerk, a reviewer and a head, so that what is filed there is handled."""
    names = {Role.CLERK: "陈敏", Role.REVIEWER: "周海", Role.DEPARTMENT_HEAD: "林峰"}
    for role, name in names.items():
        if Posting.objects.filter(department=department, role=role).exists():
            continue
        user = User.objects.create_user(f"{role.value}.{department.code.lower()}", None, name=name)
        Posting.objects.create(user=user, department=department, role=role, starts_on=since)


def _waiting(city: City, asks: Actor, confirms: Actor) -> None:
    """What the visitor finds to confirm, and what takes effect next month."""
    items = list(Item.objects.open_to_filing().filter(code__contains="-Q").order_by("code")[:2])
    with driven_clock(city.end - dt.timedelta(hours=3)):
        if items:
            actions.propose(asks, items[0].pk, Wanted("cancel", today(), CITY_CLEANS))
        if len(items) > 1:
            later = today() + dt.timedelta(days=30)
            request = actions.propose(asks, items[1].pk, Wanted("cancel", later, LAW_CHANGES))
            actions.decide(confirms, request.pk, "confirm", state_version=request.state_version)
