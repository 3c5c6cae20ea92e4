"""A small model of work orders with stops, counted in three cuboids: what the tests of the statistics engine run on."""

import datetime as dt
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.apps import AppConfig, apps
from django.db import connection, models, transaction
from django.db.models import F, Q

from portal.core.models.statistics import AbstractCell, DirtyKey, StatisticsShard, add_figures
from portal.core.statistics import Cuboid, Fact, Histogram, MeasureSet, Part, declaration, watch

LABEL = "statsapp"
DAY_1 = dt.date(2026, 1, 1)
spread = 40  # days that the orders fall on; few days mean that writers meet in the same cells
FIGURES = ("received", "concluded", "late", "days", "open", "stopped", "went_over", "went_over_online")
# What both facts of the due day ask for.
WENT_OVER = Q(decided_on__isnull=True) | Q(decided_on__gt=F("due_on"))


class Order(models.Model):
    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10)
    received_on = models.DateField(null=True, db_index=True)
    decided_on = models.DateField(null=True, db_index=True)
    due_on = models.DateField(null=True)
    elapsed_days = models.IntegerField(null=True)

    class Meta:
        app_label = LABEL

    def __str__(self) -> str:
        return f"order {self.pk}"


class Stop(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="stops")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        app_label = LABEL

    def __str__(self) -> str:
        return f"stop of {self.order_id}"


# An order that was decided was received: the condition asks for nothing more, it only stands in many facts.
ELAPSED = Histogram("elapsed", "decided_on", "elapsed_days", (0, 1, 2, 5, 10), Q(received_on__isnull=False))


class OrderFigures(AbstractCell):
    class Meta:
        abstract = True
        app_label = LABEL

    def __str__(self) -> str:
        return str(self.day)


add_figures(OrderFigures, (*FIGURES, *ELAPSED.columns))


class ChannelCell(OrderFigures):
    department_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)

    class Meta:
        app_label = LABEL
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "channel"], name="statsapp_channel"),)

    def __str__(self) -> str:
        return str(self.day)


class DepartmentCell(OrderFigures):
    """Coarser than both others: added up from them where a whole day is counted."""

    department_id = models.BigIntegerField()

    class Meta:
        app_label = LABEL
        constraints = (models.UniqueConstraint(fields=["day", "department_id"], name="statsapp_department"),)

    def __str__(self) -> str:
        return str(self.day)


class WindowCell(OrderFigures):
    department_id = models.BigIntegerField()
    window_id = models.BigIntegerField()

    class Meta:
        app_label = LABEL
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "window_id"], name="statsapp_window"),)

    def __str__(self) -> str:
        return str(self.day)


MODELS = (Order, Stop, ChannelCell, DepartmentCell, WindowCell)


def declared() -> MeasureSet:
    """The set of the orders."""
    return MeasureSet(
        "statsapp.orders",
        Order,
        cuboids=[
            Cuboid("channel", ChannelCell, {"department_id": "department_id", "channel": "channel"}),
            Cuboid("department", DepartmentCell, {"department_id": "department_id"}),
            Cuboid("window", WindowCell, {"department_id": "department_id", "window_id": "window_id"}),
        ],
        facts=[
            Fact("received", "received_on"),
            Fact("open", "received_on"),
            Fact("concluded", "decided_on"),
            Fact("open", "decided_on", Q(received_on__isnull=False), -1),
            Fact("late", "decided_on", Q(decided_on__gt=F("due_on"))),
            Fact("days", "decided_on", value=F("elapsed_days")),
            Fact("went_over", "due_on", WENT_OVER),
            Fact("went_over_online", "due_on", Q(channel="online") & WENT_OVER, 2),
        ],
        histograms=[ELAPSED],
        parts=[
            Part(Stop, "order", (Fact("stopped", "from_on"), Fact("stopped", "to_on", value=-1))),
        ],
    )


ORDERS = declared()


# The set is in the registry only while the fixture `statsapp_tables` stands: other tests look at all sets of the portal.
declaration._sets.pop(ORDERS.name)


@contextmanager
def installed() -> Iterator[None]:
    """Inside, Django knows the models as those of an app, so that they are joined from both ends."""
    config = AppConfig(__name__, sys.modules[__name__])
    config.apps, config.models = apps, apps.all_models[LABEL]
    apps.app_configs[LABEL] = config
    apps.clear_cache()
    try:
        yield
    finally:
        del apps.app_configs[LABEL]
        apps.clear_cache()


def make_tables() -> None:
    """Create the tables of this module in the present database, where they are not yet."""
    there = connection.introspection.table_names()
    with connection.schema_editor() as editor:
        for model in MODELS:
            if model._meta.db_table not in there:
                editor.create_model(model)


def empty_tables() -> None:
    """Leave nothing behind: tests that really commit call it at both ends."""
    for model in (Stop, Order, ChannelCell, DepartmentCell, WindowCell, DirtyKey, StatisticsShard):
        model._default_manager.all().delete()


def random_order(chance: random.Random) -> Order:
    received = DAY_1 + dt.timedelta(days=chance.randrange(spread)) if chance.random() < 0.9 else None
    decided = None
    if received and chance.random() < 0.6:
        decided = received + dt.timedelta(days=chance.randrange(15))
    return Order(
        department_id=chance.randrange(1, 4),
        window_id=chance.choice([None, 1, 2]),
        channel=chance.choice(["", "online", "counter"]),
        received_on=received,
        decided_on=decided,
        due_on=received + dt.timedelta(days=5) if received else None,
        elapsed_days=(decided - received).days if decided and received else None,
    )


def change(order: Order, chance: random.Random) -> None:
    """Some change of business: new dates, another window, another department, a stop begun or lifted."""
    fresh = random_order(chance)
    for name in chance.sample(
        ["department_id", "window_id", "channel", "due_on", "elapsed_days"], k=chance.randrange(1, 4)
    ):
        setattr(order, name, getattr(fresh, name))
    if chance.random() < 0.7:
        order.received_on, order.decided_on = fresh.received_on, fresh.decided_on
        order.elapsed_days = fresh.elapsed_days
    order.save()
    if chance.random() < 0.3:
        Stop.objects.create(order=order, from_on=DAY_1 + dt.timedelta(days=chance.randrange(spread)))
    for stop in Stop.objects.filter(order=order, to_on=None):
        if chance.random() < 0.5:
            stop.to_on = stop.from_on + dt.timedelta(days=chance.randrange(9))
            stop.save()
    if chance.random() < 0.1:
        Stop.objects.filter(order=order).delete()


def act(chance: random.Random, pks: list[int]) -> None:
    """One transaction of a writer: make, change or delete an order."""
    from portal.core.db import lock_row

    with transaction.atomic():
        if not pks or chance.random() < 0.2:
            order = random_order(chance)
            with watch(ORDERS, order):
                order.save()
                change(order, chance)
            transaction.on_commit(lambda: pks.append(order.pk))
            return
        with suppress(Order.DoesNotExist):
            order = lock_row(Order.objects.all(), chance.choice(pks))
            with watch(ORDERS, order):
                if chance.random() < 0.05:
                    Stop.objects.filter(order=order).delete()
                    order.delete()
                else:
                    change(order, chance)


def expected(cuboid: str) -> dict[tuple[Any, ...], dict[str, int]]:
    """The cells by the definitions, in plain Python over the rows: shares no code with the engine."""
    cells: dict[tuple[Any, ...], dict[str, int]] = {}
    for order in Order.objects.all():
        others: dict[str, tuple[Any, ...]] = {"channel": (order.channel,), "window": (order.window_id or 0,)}

        def add(day: dt.date | None, figure: str, value: int, dims: tuple[Any, ...]) -> None:
            if day is not None:
                cell = cells.setdefault((day, *dims), {})
                cell[figure] = cell.get(figure, 0) + value

        dims = (order.department_id, *others.get(cuboid, ()))
        add(order.received_on, "received", 1, dims)
        add(order.received_on, "open", 1, dims)
        add(order.decided_on, "concluded", 1, dims)
        add(order.decided_on, "open", -1 if order.received_on else 0, dims)
        late = order.decided_on and order.due_on and order.decided_on > order.due_on
        add(order.decided_on, "late", 1 if late else 0, dims)
        add(order.decided_on, "days", order.elapsed_days or 0, dims)
        over = order.due_on and (order.decided_on is None or order.decided_on > order.due_on)
        add(order.due_on, "went_over", 1 if over else 0, dims)
        add(order.due_on, "went_over_online", 2 if over and order.channel == "online" else 0, dims)
        if order.elapsed_days is not None:
            add(order.decided_on, _bucket(order.elapsed_days), 1, dims)
        for stop in Stop.objects.filter(order=order):
            add(stop.from_on, "stopped", 1, dims)
            add(stop.to_on, "stopped", -1, dims)
    plain = {key: {name: value for name, value in figures.items() if value} for key, figures in cells.items()}
    return {key: figures for key, figures in plain.items() if figures}


def _bucket(days: int) -> str:
    for edge in (0, 1, 2, 5, 10):
        if days <= edge:
            return f"elapsed_to_{edge}"
    return "elapsed_over_10"


def kept(cuboid: str) -> dict[tuple[Any, ...], dict[str, int]]:
    """The cells as the database keeps them, zeros left out."""
    table = ORDERS.cuboids[cuboid]
    return {
        tuple(getattr(cell, column) for column in table.key_columns): {
            name: getattr(cell, name) for name in ORDERS.figures if getattr(cell, name)
        }
        for cell in table.cell._default_manager.all()
    }
