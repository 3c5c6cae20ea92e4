"""The reform ledger (项目清理): what was added, cancelled, suspended, merged or delegated, when and on which ground."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ItemChange(models.Model):
    """One change of an item's standing. Rows are only added."""

    class Change(models.TextChoices):
        ADD = "add", pgettext_lazy("reform", "Added")
        CANCEL = "cancel", pgettext_lazy("reform", "Cancelled")
        SUSPEND = "suspend", pgettext_lazy("reform", "Suspended")
        MERGE = "merge", pgettext_lazy("reform", "Merged")
        DELEGATE = "delegate", pgettext_lazy("reform", "Delegated to a lower level")
        RESTORE = "restore", pgettext_lazy("reform", "Restored")

    item = models.ForeignKey("catalogue.Item", on_delete=models.CASCADE, related_name="changes")
    change = models.CharField(max_length=10, choices=Change.choices)
    on = models.DateField()
    ground = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "catalogue.Item", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    delegated_to = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The item before and after; empty for what came in with an import.
    status_before = models.CharField(max_length=10, blank=True, default="")
    status_after = models.CharField(max_length=10, blank=True, default="")
    department_before = models.ForeignKey(
        "people.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("on", "pk")
        verbose_name = _("item change")
        verbose_name_plural = _("item changes")
        constraints = (
            models.UniqueConstraint(fields=("item", "change", "on"), name="item_change_once_a_day"),
            models.CheckConstraint(
                condition=~models.Q(change="merge") | models.Q(merged_into__isnull=False),
                name="item_change_merge_names_target",
            ),
        )
        indexes = (models.Index(fields=("on", "change"), name="item_change_on"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.change} {self.on}"
