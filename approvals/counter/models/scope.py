"""What a window takes in: the departments and the single items for which it stands in front (前台受理)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WindowScope(models.Model):
    """One line: all items of a department, or one item, are taken in at this window. The department decides."""

    window = models.ForeignKey("hall.Window", models.CASCADE, related_name="scopes")
    department = models.ForeignKey("people.Department", models.CASCADE, null=True, blank=True, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("what a window takes in")
        verbose_name_plural = _("what windows take in")
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, item__isnull=True)
                | Q(department__isnull=True, item__isnull=False),
                name="scope_names_one_thing",
            ),
            models.UniqueConstraint(fields=["window", "department"], name="one_scope_a_department"),
            models.UniqueConstraint(fields=["window", "item"], name="one_scope_an_item"),
        ]

    def __str__(self) -> str:
        return f"{self.window_id}: {self.department_id or self.item_id}"
