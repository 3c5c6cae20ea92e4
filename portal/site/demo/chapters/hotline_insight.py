"""What the province sent lately, and the nightly counts of topics with a burst pipe in them.

After every chapter that makes tickets, for those are what is counted.
"""

import datetime as dt

from hotline.insight.tasks import count_days
from hotline.province import actions
from portal.core.time import ZONE, driven_clock
from portal.site.demo.chapters import City

ORDER = 95
SENT = (
    # days ago, number, line, kind, category, title, content, place, street
    (9, "SZ12345-{:%Y%m%d}-0417", "12315", "complaint", "0101", "健身房预付卡不退款",
     "办理了两年期健身卡，门店停业后联系不上负责人，要求退还余额。", "滨河路88号", "GCBH"),
    (6, "SZ12345-{:%Y%m%d}-0932", "12333", "help", "0701", "工地拖欠工资",
     "在新河镇某安置房工地做木工，三个月工资没有结清。", "新河镇安置房工地", "GCXH"),
    (4, "SZ12345-{:%Y%m%d}-0105", "12329", "enquiry", "0403", "异地公积金转移",
     "从外省调入本市工作，咨询公积金账户怎样转移接续。", "", ""),
    (2, "SZ12345-{:%Y%m%d}-1288", "12345", "complaint", "0602", "烧烤店油烟扰民",
     "楼下烧烤店夜间油烟直排，多次反映未改善。", "望海路夜市", "GCBH"),
    (1, "SZ12345-{:%Y%m%d}-0056", "12345", "help", "0501", "公交站台没有座椅",
     "老年人候车没有座椅，希望增设。", "市民公园站", "GCBH"),
)  # fmt: skip
CALLERS = ("周海燕", "陈国强", "刘芳", "吴秀英", "赵建平")


def live(city: City) -> None:
    """Two of the province's tickets for a village, five for the city; one was sent twice. Then the nights."""
    wanted = SENT[-2:] if city.small else SENT
    for n, (back, number, line, kind, category, title, content, place, street) in enumerate(wanted):
        day = city.end.date() - dt.timedelta(days=back)
        moment = dt.datetime.combine(day, dt.time(10 + n, 20), ZONE)
        message = {
            "number": number.format(day), "line": line, "kind": kind, "category": category, "title": title,
            "content": content, "address": place, "street": street,
            "due_at": (moment + dt.timedelta(days=5)).isoformat(),
            "caller": {"name": CALLERS[n], "phone": f"1380000{4100 + n}"},
        }  # fmt: skip
        for _sending in range(2 if n == 1 else 1):
            with driven_clock(moment):
                actions.receive(message)
    with driven_clock(city.end):
        count_days()
