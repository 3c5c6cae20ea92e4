"""Which lower departments handle an item, from when to when (下放)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.reform.models.requests import ChangeRequest, Extent
from approvals.reform.querysets import DelegationQuerySet


class Delegation(models.Model):
    """An item delegated to one department of a lower level. Rows end, they are never removed."""

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="delegations")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="delegated_items")
    extent = models.CharField(max_length=10, choices=Extent.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)  # the last day, included
    ground = models.CharField(max_length=300)
    request = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="delegations")
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_back_ground = models.CharField(max_length=300, blank=True, default="")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "department"], name="one_running_delegation", condition=Q(to_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="delegation_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "from_on"], name="delegation_department"),
            models.Index(fields=["-from_on", "-id"], name="delegation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.department_id}"
