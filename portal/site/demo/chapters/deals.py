"""The deals of the past year, as the trading centre's former system hands them over: through the import, row by row."""

import datetime as dt
import io
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command

from portal.core.time import local_date
from portal.site.demo.chapters import City

SOURCE = "海州市公共资源交易系统"
YEAR, FEW = 420, 14
WAN = 10_000_00  # fen
DISTRICTS = ("临港区", "云台区", "海陵区", "东湖区", "赣阳县", "沭河县", "灌云镇", "新坝镇")
BUILDERS = (
    "海州路桥工程有限公司", "江海建设集团有限公司", "东陇市政工程有限公司", "云台建筑安装有限公司", "沭河水利工程有限公司",
    "海州城建集团有限公司",
)  # fmt: skip
SUPPLIERS = (
    "连云智能科技有限公司", "海州华信软件有限公司", "江北数据服务有限公司", "东湖物业服务有限公司", "海陵环保科技有限公司",
    "赣阳教学设备有限公司",
)  # fmt: skip
INVESTORS = (
    "临港物流有限公司",
    "海州置业发展有限公司",
    "云台食品产业有限公司",
    "海州港口集团有限公司",
    "新坝农业开发有限公司",
)
ADVISERS = ("海州诚信工程咨询有限公司", "江北测绘设计院有限公司", "海州正大会计师事务所", "东陇环境科技咨询有限公司")
WORKS = ("海州市交通运输局", "海州市住房和城乡建设局", "海州市水利局", "海州市教育局", "海州市城市管理局")
OFFICES = (
    "海州市公安局",
    "海州市教育局",
    "海州市大数据管理局",
    "海州市城市管理局",
    "海州职业技术学院",
    "海州市第一人民医院",
)


@dataclass(frozen=True)
class Kind:
    """A kind of deal: how often, how large (in 万元), by which methods, and what it is about."""

    category: str
    weight: int
    wan: tuple[int, int]
    methods: tuple[str, ...]
    buyers: tuple[str, ...]
    winners: tuple[str, ...]
    subjects: tuple[str, ...]


BUYING = ("open", "negotiation", "consultation", "consultation", "inquiry", "single")
KINDS = (
    Kind("construction", 30, (200, 18_000), ("open", "open", "open", "invited"), WORKS, BUILDERS, (
        "{d}农村公路提档升级工程", "{d}老旧小区改造工程", "{d}污水管网改造工程",
        "{d}中心小学教学楼新建工程", "{d}河道综合整治工程",
        "{d}标准化厂房建设工程", "{d}道路照明改造工程", "{d}卫生院迁建工程",
    )),
    Kind("government", 38, (20, 1_600), BUYING, OFFICES, SUPPLIERS, (
        "{d}数字城管平台采购", "{d}学校教学设备采购", "{d}环卫保洁服务采购",
        "{d}医疗设备采购", "{d}政务云服务采购", "{d}物业管理服务采购",
        "{d}公务用车租赁服务采购", "{d}档案数字化加工服务采购",
    )),
    Kind("land", 8, (800, 60_000), ("listing", "listing", "auction"), ("海州市自然资源和规划局",), INVESTORS, (
        "{d}工业用地使用权出让", "{d}商住用地使用权出让", "{d}仓储用地使用权出让",
    )),
    Kind("property", 8, (10, 900), ("listing", "auction"), ("海州市国有资产经营有限公司",), INVESTORS, (
        "{d}国有房产五年租赁权转让", "{d}报废车辆一批转让", "{d}闲置厂房转让", "{d}户外广告经营权转让",
    )),
    Kind("other", 4, (100, 6_000), ("open", "consultation"), ("海州市财政局", "海州市交通运输局"), INVESTORS, (
        "{d}公交特许经营权", "{d}财政资金存放银行选择",
        "{d}公共停车场特许经营")),
    Kind("intermediary", 12, (1, 60), ("inquiry", "single"), WORKS, ADVISERS, (
        "{d}工程造价咨询服务", "{d}环境影响评价服务", "{d}工程监理服务", "{d}资产评估服务",
    )),
)  # fmt: skip


def live(city: City) -> None:
    """Write the year's file and take it in."""
    chance = city.chance("deals")
    last = local_date(city.end)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.ndjson"
        with path.open("w", encoding="utf-8") as out:
            for row in rows(chance, city.first, last, FEW if city.small else YEAR):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        call_command("import_deals", str(path), source=SOURCE, stdout=io.StringIO(), stderr=io.StringIO())


def rows(chance: random.Random, first: dt.date, last: dt.date, count: int) -> Iterator[dict[str, Any]]:
    """The rows of the file, by day."""
    span = (last - first).days
    days = sorted(first + dt.timedelta(days=chance.randint(0, span)) for _ in range(count))
    for number, day in enumerate(days, start=1):
        kind = chance.choices(KINDS, [kind.weight for kind in KINDS])[0]
        yield {"external_id": f"HZJY{day:%Y%m}{number:04}", **_deal(chance, kind, _weekday(day, first))}


def _deal(chance: random.Random, kind: Kind, day: dt.date) -> dict[str, Any]:
    method = chance.choice(kind.methods)
    budget = round(kind.wan[0] * (kind.wan[1] / kind.wan[0]) ** chance.random()) * WAN
    row: dict[str, Any] = {
        "category": kind.category,
        "method": method,
        "title": chance.choice(kind.subjects).format(d=chance.choice(DISTRICTS)),
        "buyer": chance.choice(kind.buyers),
        "below_threshold": int(kind.category == "intermediary" or budget < 100 * WAN),
        "awarded_on": day.isoformat(),
    }
    if chance.random() < 0.06:
        return row | {"status": chance.choice(("failed", "failed", "terminated")), "budget_fen": budget}
    return row | {"status": "awarded", "winner": chance.choice(kind.winners)} | _money(chance, kind, method, budget)


def _money(chance: random.Random, kind: Kind, method: str, budget: int) -> dict[str, int]:
    """Whole hundreds of yuan, as bids are written."""
    if method in ("listing", "auction"):
        over = 0 if chance.random() < 0.45 else chance.uniform(0.01, 0.6)
        return {"start_fen": budget, "deal_fen": _hundreds(budget * (1 + over))}
    control = _hundreds(budget * chance.uniform(0.93, 1)) if kind.category == "construction" else None
    off = chance.uniform(0.0, 0.03) if method == "single" else chance.betavariate(2, 8)
    money = {"budget_fen": budget, "deal_fen": _hundreds((control or budget) * (1 - off))}
    return money | ({"control_price_fen": control} if control else {})


def _hundreds(fen: float) -> int:
    return round(fen / 10_000) * 10_000


def _weekday(day: dt.date, first: dt.date) -> dt.date:
    """Results are published from Monday to Friday."""
    earlier = day - dt.timedelta(days=max(0, day.weekday() - 4))
    return max(earlier, first)
