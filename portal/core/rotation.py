"""Moving sealed values and blind indexes from old keys to the current ones, in batches, while the portal runs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from portal.core import crypto, db
from portal.core.fields import BlindIndexField, EncryptedTextField, Sealed, blind_fields, sealed_fields

BATCH_ROWS = 500


@dataclass
class Rotation:
    """What was done to one model: counts by field, and the rows that would not open."""

    model: type[models.Model]
    changed: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.model._meta.label


def stale_rows(model: type[models.Model]) -> Q:
    """Rows with a sealed value or an index under another key than the current one."""
    wanted = Q(pk__in=[])
    for sealed in sealed_fields(model):
        wanted |= Q(**{f"{sealed.name}__sealed_otherwise": crypto.field_keys().current_id})
    for index in blind_fields(model):
        wanted |= Q(**{f"{index.name}__isnull": False}) & ~Q(
            **{f"{index.name}__startswith": f"{crypto.blind_keys().current_id}:"}
        )
    return wanted


def batches(model: type[models.Model], *, size: int = BATCH_ROWS) -> Iterator[list[Any]]:
    """Primary keys of the stale rows, by keyset. A row that cannot be mended is passed once and not met again."""
    rows = model._base_manager.filter(stale_rows(model)).order_by("pk")
    last: Any = None
    while True:
        pks = list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[:size])
        if not pks:
            return
        yield pks
        last = pks[-1]


def rotate_model(model: type[models.Model], *, size: int = BATCH_ROWS) -> Rotation:
    """Re-seal and re-index every stale row of a model. Stopped half-way, the next run goes on with what is left."""
    report = Rotation(model)
    for pks in batches(model, size=size):
        counts: Counter[str] = Counter()
        broken: list[tuple[Any, str]] = []
        with transaction.atomic():
            for row in db.lock_rows(model._base_manager.all(), pks):
                try:
                    changes = _changes(row)
                except crypto.SealBroken as error:
                    broken.append((row.pk, str(error)))
                    continue
                if changes:
                    model._base_manager.filter(pk=row.pk).update(**changes)
                    counts.update(changes.keys())
        report.changed += counts  # only what was committed
        report.broken += broken
    return report


def count_stale(model: type[models.Model]) -> int:
    return model._base_manager.filter(stale_rows(model)).count()


def _changes(row: models.Model) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for sealed in sealed_fields(type(row)):
        changes.update(_resealed(row, sealed))
    for index in blind_fields(type(row)):
        changes.update(_reindexed(row, index))
    return changes


def _resealed(row: models.Model, sealed: EncryptedTextField) -> dict[str, Any]:
    held = sealed.raw(row)
    if not isinstance(held, Sealed) or crypto.key_id_of(held.token) == crypto.field_keys().current_id:
        return {}
    return {sealed.name: sealed.seal(row, sealed.open(row, held))}


def _reindexed(row: models.Model, index: BlindIndexField) -> dict[str, Any]:
    held = getattr(row, index.attname)
    if not held or held.startswith(f"{crypto.blind_keys().current_id}:"):
        return {}
    return {index.name: index.fresh(row)}
