"""What is published stays as it was: the guard that models and their querysets share."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.errors import WrongState

FROZEN = _("A published version never changes. Please make a new version.")


def _stored_state(row: models.Model, path: str) -> str | None:
    """The state in the database, whatever the object in memory says."""
    return type(row)._base_manager.filter(pk=row.pk).values_list(path, flat=True).first()


def refuse_frozen(
    row: models.Model,
    path: str,
    *,
    mutable: frozenset[str],
    update_fields: Iterable[str] | None = None,
    parent: tuple[str, type[models.Model]] | None = None,
) -> None:
    """Raise WrongState when writing `row` would change something published.

    `path` leads to the state that decides, `mutable` names the columns that may still move, `parent` is the foreign
    key under which a new row would be hung (a new material under a published version changes it too).
    """
    if parent is not None:
        key, model = parent
        state = model._base_manager.filter(pk=getattr(row, f"{key}_id")).values_list("state", flat=True).first()
        if state not in (None, "draft"):
            raise WrongState(FROZEN, code="published")
    if row.pk is None:
        return
    if _stored_state(row, path) in (None, "draft"):
        return
    if not mutable or _differs(row, mutable, update_fields):
        raise WrongState(FROZEN, code="published")


def _differs(row: models.Model, mutable: frozenset[str], update_fields: Iterable[str] | None) -> bool:
    stored = type(row)._base_manager.get(pk=row.pk)
    names = set(update_fields) if update_fields is not None else None
    for field in row._meta.concrete_fields:
        if field.name in mutable or (names is not None and not {field.name, field.attname} & names):
            continue
        if getattr(stored, field.attname) != getattr(row, field.attname):
            return True
    return bool(row.state == "draft" and (names is None or "state" in names))  # type: ignore[attr-defined]


class FrozenQuerySet(models.QuerySet[Any]):
    """Bulk writes keep to the same rule as `save()`."""

    def _frozen(self) -> models.QuerySet[Any]:
        path = "version__state" if hasattr(self.model, "version") else "state"
        return self.exclude(**{path: "draft"})

    def update(self, **kwargs: Any) -> int:
        """UPDATE. Raises WrongState when a frozen column of a published row would be written."""
        mutable: frozenset[str] = getattr(self.model, "MUTABLE", frozenset({"state"}))
        ends = kwargs.get("state", "retired") == "retired"
        if (not set(kwargs) <= mutable or not ends) and self._frozen().exists():
            raise WrongState(FROZEN, code="published")
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """DELETE. Raises WrongState when a published row is among them."""
        if self._frozen().exists():
            raise WrongState(FROZEN, code="published")
        return super().delete()


class FrozenVersion(models.Model):
    """A version of something (`state`): once it was published, only its `MUTABLE` columns may still move."""

    MUTABLE: ClassVar[frozenset[str]] = frozenset({"state"})

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(
        self,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row. Raises WrongState when a published version would change."""
        refuse_frozen(self, "state", mutable=self.MUTABLE, update_fields=update_fields)
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Remove a draft. Raises WrongState for a version that was ever published."""
        refuse_frozen(self, "state", mutable=frozenset())
        return super().delete(using=using, keep_parents=keep_parents)


class FrozenPart(models.Model):
    """A row that belongs to a version by its key `version` and stays as it is with it."""

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(
        self,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row. Raises WrongState when the version it belongs to is published."""
        self._refuse()
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Remove the row. Raises WrongState when the version it belongs to is published."""
        self._refuse()
        return super().delete(using=using, keep_parents=keep_parents)

    def _refuse(self) -> None:
        version: Any = self._meta.get_field("version").related_model
        refuse_frozen(self, "version__state", mutable=frozenset(), parent=("version", version))
