"""The list of reasons in force, and the one that an installation starts with."""

import datetime as dt
from collections.abc import Iterable

from hall.ratings.models import Rating, Reason, ReasonList
from portal.core.time import local_date

FIRST = {
    5: (("on_the_spot", "一次办成", "Done in one go"), ("friendly", "态度热情", "Friendly"), ("fast", "办理高效", "Fast"),
        ("clear", "指引清楚", "Clear guidance")),
    4: (("as_promised", "按承诺办结", "Done as promised"), ("polite", "服务规范", "Correct and polite"),
        ("easy", "流程便捷", "Easy steps")),
    3: (("ordinary", "基本满足需要", "It did what I needed"), ("wait_fair", "等候时间偏长", "The wait was rather long"),
        ("guide_fair", "指南不够清楚", "The guide was not very clear")),
    2: (("slow", "办理时间长", "It took too long"), ("unclear", "一次性告知不清", "I was not told everything at once"),
        ("materials", "重复提交材料", "The same materials were asked for again"),
        ("wait", "等候时间过长", "I waited too long"), ("attitude", "服务态度差", "I was treated badly")),
    1: (("refused", "无故不予受理", "Not taken without a reason"), ("overdue", "超过承诺时限", "Later than promised"),
        ("extra", "要求提供清单外材料", "Asked for materials beyond the guide"),
        ("rude", "态度生硬、推诿", "Rude, or sent away"), ("charge", "违规收费", "Charged what is not due")),
}  # fmt: skip


def reasons_in_force(moment: dt.datetime) -> tuple[int, list[Reason]]:
    """Number and reasons of the list that holds at that moment; two queries."""
    held = ReasonList.objects.filter(valid_from__lte=local_date(moment)).order_by("-valid_from", "-number").first()
    return (held.number, list(held.reasons.all())) if held else (0, [])


def reason_words(ratings: Iterable[Rating]) -> dict[tuple[int, str], str]:
    """(list, code) → words of the reasons of these ratings; one query."""
    numbers = {rating.reason_list for rating in ratings if rating.reasons and rating.reason_list is not None}
    rows = Reason.objects.filter(list__number__in=numbers).select_related("list") if numbers else ()
    return {(row.list.number, row.code): row.display_name for row in rows}
