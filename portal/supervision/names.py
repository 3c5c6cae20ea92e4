"""What items, windows and people are called, all asked for in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, F, IntegerField, Value

from approvals.catalogue.models import Item
from hall.models import Window
from portal.people.models import User

ITEM, WINDOW, PERSON = range(3)
COLUMNS = ("x_place", "pk", "x_code", "x_name", "x_english")


@dataclass(frozen=True)
class Names:
    """By primary key: items with code and names only, windows and people as they are shown."""

    items: dict[int, Item] = field(default_factory=dict)
    windows: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)


def names_of(*, items: Iterable[int] = (), windows: Iterable[int] = (), people: Iterable[int] = ()) -> Names:
    """One query; none where there is nothing to name. Nought stands for nobody."""
    empty = Value("", CharField())
    both = {"x_code": F("code"), "x_name": F("name"), "x_english": F("name_en")}
    parts = (
        (ITEM, Item.objects.filter(pk__in=list(items)), both),
        (WINDOW, Window.objects.filter(pk__in=[pk for pk in windows if pk]), both),
        (
            PERSON,
            User.objects.filter(pk__in=[pk for pk in people if pk]),
            {**both, "x_code": empty, "x_english": empty},
        ),
    )
    first, *others = (
        rows.order_by().annotate(x_place=Value(place, IntegerField()), **columns).values_list(*COLUMNS)
        for place, rows, columns in parts
    )
    names = Names()
    for place, pk, code, name, english in first.union(*others, all=True):
        if place == ITEM:
            names.items[pk] = Item(pk=pk, code=code, name=name, name_en=english)
        elif place == WINDOW:
            names.windows[pk] = str(Window(code=code, name=name, name_en=english))
        else:
            names.people[pk] = name
    return names
