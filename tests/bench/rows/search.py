"""Row `search`: an everyday question over 20,000 items, by the index and by a plain scan of names and words."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.harness import Pair, Row, register

ITEMS = 20_000
MOST_QUERIES = 3
SHOWN = 20
# One item in ITEMS ÷ 20 answers a question; parts make the other names as alike as those of a real catalogue.
ACTS = ("办理", "变更", "注销", "延续", "补办", "审核", "备案", "年检")
THINGS = (
    "道路运输经营许可", "食品经营许可", "医疗机构执业登记", "取水许可", "建设工程规划许可", "民办学校设立", "林木采伐许可",
    "户外广告设置", "特种设备使用登记", "劳务派遣经营许可", "排污许可", "消防安全检查", "出版物零售", "旅行社设立",
)  # fmt: skip
QUESTIONS = ("烟花爆竹零售", "面馆", "放鞭炮")


def fill() -> None:
    """Items with their token columns; every thousandth is one that somebody asks for."""
    from approvals.catalogue.indexing import tokens_of
    from approvals.catalogue.models import Item
    from portal.people.models import Department

    department = Department.objects.create(code="BENCH", name="市测试局")
    rows = []
    for n in range(ITEMS):
        wanted = n % (ITEMS // 20) == 0
        name = "烟花爆竹零售许可" if wanted else f"{THINGS[n % len(THINGS)]}{ACTS[n // len(THINGS) % len(ACTS)]}"
        item = Item(
            code=f"B-{n:05d}",
            name=f"{name}（第{n}类）",
            department=department,
            synonyms="面馆 早餐店" if wanted else "常用词",
        )
        item.search = tokens_of(item, department=department.name)
        rows.append(item)
    Item.objects.bulk_create(rows, batch_size=500)
    _analyse()


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def by_index() -> list[list[str]]:
    """What the catalogue's page does."""
    return [ask(question) for question in QUESTIONS]


def ask(question: str) -> list[str]:
    from approvals.catalogue.models import Item
    from portal.core.search import search

    rows = search(Item.objects.all(), question).rows.nearest_first(question)[:SHOWN]  # type: ignore[attr-defined]
    return sorted(item.code for item in rows.only("code", "name"))


def few_queries() -> None:
    """Raises AssertionError where a question costs more than the agreed number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for question in QUESTIONS:
        with CaptureQueriesContext(connection) as captured:
            ask(question)
        if len(captured) > MOST_QUERIES:
            raise AssertionError(f"{question}: {len(captured)} queries")


def by_scan() -> list[list[str]]:
    """The same questions put to every row, with the everyday words in place of a synonym list."""
    from django.db.models import Q

    from approvals.catalogue.models import Item

    found = []
    for question in QUESTIONS:
        word = "烟花爆竹" if question == "放鞭炮" else question
        rows = Item.objects.filter(
            Q(name__icontains=word)
            | Q(synonyms__icontains=word)
            | Q(name_en__icontains=word)
            | Q(search__icontains=word)
        )
        found.append(sorted(item.code for item in rows.order_by("code").only("code", "name")[:SHOWN]))
    return found


def same(ours: list[list[str]], other: list[list[str]]) -> None:
    assert ours == other
    assert all(len(codes) == SHOWN for codes in ours)


@contextmanager
def prepare(size: int) -> Iterator[Pair]:
    fill()
    few_queries()
    yield Pair(by_index, by_scan, amount=len(QUESTIONS), check=same, ours_repeats=10)


register(
    Row(
        name="search",
        title=f"An everyday question over {ITEMS:,} items",
        ours=f"`core.search`, at most {MOST_QUERIES} queries",
        other="`icontains` over names, everyday words and tokens",
        unit="questions",
        goal=10,
        prepare=prepare,
    )
)
