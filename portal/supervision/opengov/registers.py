"""What the open page says of the registers: promises by department, the reform ledger, notices, the red and blue board."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Subquery, Sum
from django.urls import reverse

from approvals.catalogue.models import ItemChange
from approvals.promises.facts import OfDepartment, promises_in_force
from approvals.reform.figures import Ledger
from approvals.reform.figures import ledger as reform_ledger
from hall.board.models import Board, BoardRow
from portal.core.time import today
from procurement.tenders.models import Notice

SHOWN = 6


@dataclass(frozen=True)
class Registers:
    """What changes a few times a day."""

    departments: list[OfDepartment]
    ledger: Ledger
    changes: list[ItemChange]
    notices: list[Notice]
    board: list[BoardRow]

    @property
    def board_month(self) -> dt.date | None:
        return self.board[0].board.month if self.board else None

    def side(self, name: str) -> list[BoardRow]:
        return [row for row in self.board if row.side == name]


def read_registers() -> Registers:
    """Seven queries."""
    day = today()
    return Registers(
        departments=promises_by_department(),
        ledger=reform_ledger(day.replace(month=1, day=1), day),
        changes=latest_changes(),
        notices=latest_notices(SHOWN),
        board=latest_board(),
    )


def promises_by_department() -> list[OfDepartment]:
    """Summed legal and promised days of the items whose law sets a limit; one query."""
    limited = Q(current__legal_days__isnull=False)
    rows: Any = promises_in_force().filter(status="published").order_by("department__code")
    sums = rows.values("department_id", "department__name", "department__name_en", "department__code").annotate(
        n=Count("pk"),
        legal=Sum("current__legal_days", filter=limited),
        promised=Sum("current__promised_days", filter=limited),
    )
    return [
        OfDepartment(
            row["department_id"], row["department__name"], row["department__name_en"], row["n"], 0, row["legal"] or 0,
            row["promised"] or 0,
        )
        for row in sums
    ]  # fmt: skip


def latest_changes() -> list[ItemChange]:
    """The last changes of the ledger that have taken effect; one query."""
    rows = ItemChange.objects.filter(on__lte=today()).exclude(item__status="draft")
    return list(rows.select_related("item__department").order_by("-on", "-pk")[:SHOWN])


def latest_notices(count: int) -> list[Notice]:
    """The last notices of public tenders; one query."""
    rows = Notice.objects.filter(project__announced_at__isnull=False).select_related("project")
    return list(rows.order_by("-published_at", "-pk")[:count])


def latest_board() -> list[BoardRow]:
    """The red and blue rows of the last published month, of windows and departments; one query."""
    newest = Board.objects.published().order_by("-month", "-version").values("pk")[:1]
    rows = BoardRow.objects.filter(
        board_id=Subquery(newest), kind__in=("window", "department"), side__in=("red", "blue")
    ).select_related("board")
    return list(rows.defer("parts").order_by("kind", "rank", "code"))


def notice_url(notice: Notice) -> str:
    return reverse("tenders:tender", args=[notice.project.number])
