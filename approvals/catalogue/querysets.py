"""What may be seen of the catalogue, and reads of it with a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import Length, RowNumber

from portal.core.time import today

if TYPE_CHECKING:
    from approvals.catalogue.models import LifeEvent


class ItemQuerySet(models.QuerySet[Any]):
    """Items, by what the reader may see and by what people may file."""

    def open_to_filing(self) -> "ItemQuerySet":
        """Items that people may file today: published, with a version in force."""
        day = today()
        return self.filter(
            Q(current__valid_to__isnull=True) | Q(current__valid_to__gte=day),
            status="published",
            current__state="published",
            current__valid_from__lte=day,
        )

    def visible_to(self, user: Any) -> "ItemQuerySet":
        """The same as `policies.can_see`: all but drafts, and drafts for their department and centre-wide roles."""
        if not getattr(user, "is_authenticated", False):
            return self.exclude(status="draft")
        if user.access.centre_wide:
            return self.all()
        return self.filter(~Q(status="draft") | Q(department_id__in=user.access.departments()))

    def managed_by(self, user: Any) -> "ItemQuerySet":
        """The same as `policies.can_manage`: all items for administrators, their department's for those who approve."""
        from approvals.catalogue.policies import REVIEWERS

        return self._held_by(user, REVIEWERS)

    def editable_by(self, user: Any) -> "ItemQuerySet":
        """The same as `policies.can_edit`."""
        from approvals.catalogue.policies import AUTHORS

        return self._held_by(user, AUTHORS)

    def _held_by(self, user: Any, roles: Sequence[str]) -> "ItemQuerySet":
        from portal.people.roles import Role

        if not getattr(user, "is_authenticated", False):
            return self.none()
        if user.access.has(Role.ADMINISTRATOR):
            return self.all()
        return self.filter(department_id__in=user.access.departments(*roles))

    def nearest_first(self, text: str) -> "ItemQuerySet":
        """Ordered by how well the name answers the question: equal, beginning, containing, everyday word, rest."""
        text = text.replace("\x00", "").strip()  # PostgreSQL refuses it in any text
        return self.annotate(
            nearness=Case(
                When(name__iexact=text, then=Value(0)),
                When(name__istartswith=text, then=Value(1)),
                When(name__icontains=text, then=Value(2)),
                When(synonyms__icontains=text, then=Value(3)),
                default=Value(4),
            )
        ).order_by("nearness", "code")


@dataclass(frozen=True)
class Tile:
    """A life event on the home page, with how many items it leads to and the first of them."""

    event: "LifeEvent"
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class HomeTiles:
    """One half of the home page: its life events, and how many items they lead to together."""

    tiles: tuple[Tile, ...]
    count: int


def home_tiles(audience: str, examples: int = 2) -> HomeTiles:
    """Life events of `person` or `organisation` with open items. Three queries, whatever the catalogue's size."""
    from approvals.catalogue.models import Item, LifeEvent

    opened = Item.objects.open_to_filing()
    events = LifeEvent.objects.filter(audience=audience)
    rows = list(events.annotate(count=Count("items", filter=Q(items__in=opened))).filter(count__gt=0))
    links = (
        Item.life_events.through.objects.filter(item__in=opened, lifeevent__audience=audience)
        .annotate(
            place=Window(
                RowNumber(), partition_by=[F("lifeevent_id")], order_by=[Length("item__name"), F("item__code").asc()]
            )
        )
        .filter(place__lte=examples)  # type: ignore[misc]
        .select_related("item")
        .order_by("lifeevent_id", "place")
    )
    first: dict[int, list[str]] = {}
    for link in links:
        first.setdefault(link.lifeevent_id, []).append(link.item.local_name)
    return HomeTiles(
        tiles=tuple(Tile(event=e, count=e.count, examples=tuple(first.get(e.pk, ()))) for e in rows),
        count=opened.filter(for_audience(audience)).count(),
    )


def for_audience(audience: str) -> Q:
    """Items for this audience: by their life events; without one, by whether they are marked as for firms."""
    from approvals.catalogue.models import Item

    links = Item.life_events.through.objects
    linked = Exists(links.filter(item_id=OuterRef("pk"), lifeevent__audience=audience))
    unlinked = ~Exists(links.filter(item_id=OuterRef("pk")))
    return Q(linked) | (Q(unlinked) & Q(enterprise=audience == "organisation"))


def catalogue_totals() -> dict[str, int]:
    """Items open to filing, those that can be filed online, and those without a visit: honest figures for the home."""
    from approvals.catalogue.models import Item

    totals: dict[str, int] = Item.objects.open_to_filing().aggregate(
        items=Count("pk"),
        online=Count("pk", filter=Q(current__online=True)),
        no_visit=Count("pk", filter=Q(current__visits=0)),
    )
    return totals
