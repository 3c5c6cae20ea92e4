"""The version of a form: its definition as data. How it becomes pages stands in approvals.catalogue.formdef."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.frozen import FrozenVersion


class FormVersion(FrozenVersion):
    """One numbered definition of an item's form. It freezes with the version of the item that publishes it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version state", "Draft")
        PUBLISHED = "published", pgettext_lazy("version state", "In force")
        RETIRED = "retired", pgettext_lazy("version state", "Replaced")

    item = models.ForeignKey("catalogue.Item", on_delete=models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)

    class Meta:
        ordering = ("item", "-number")
        verbose_name = _("form version")
        verbose_name_plural = _("form versions")
        constraints = (models.UniqueConstraint(fields=("item", "number"), name="form_version_number_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} form {self.number}"
