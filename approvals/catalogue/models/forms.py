"""The version of a form: its definition as data. How it becomes pages stands in approvals.catalogue.formdef."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.frozen import FrozenQuerySet, refuse_frozen


class FormVersion(models.Model):
    """One numbered definition of an item's form. It freezes with the version of the item that publishes it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version state", "Draft")
        PUBLISHED = "published", pgettext_lazy("version state", "In force")
        RETIRED = "retired", pgettext_lazy("version state", "Replaced")

    item = models.ForeignKey("catalogue.Item", on_delete=models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ("item", "-number")
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = (models.UniqueConstraint(fields=("item", "number"), name="form_version_number_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} form {self.number}"

    def save(
        self,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row. Raises WrongState when a published form would change."""
        refuse_frozen(self, "state", mutable=frozenset({"state"}), update_fields=update_fields)
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Remove a draft. Raises WrongState for a form that was ever published."""
        refuse_frozen(self, "state", mutable=frozenset())
        return super().delete(using=using, keep_parents=keep_parents)
