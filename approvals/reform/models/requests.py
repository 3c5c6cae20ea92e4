"""A change of an item's standing that one person asks for and another confirms, for a day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.reform.querysets import RequestQuerySet

OPEN = ("proposed", "confirmed")


class Extent(models.TextChoices):
    """How much of the handling goes to the lower level."""

    ACCEPT = "accept", pgettext_lazy("delegation", "Accepting only; the department decides")
    DECIDE = "decide", pgettext_lazy("delegation", "Accepting and deciding")


class ChangeRequest(models.Model):
    """One request. It takes effect on its day, at once where the day has come."""

    class Change(models.TextChoices):
        CANCEL = "cancel", pgettext_lazy("reform request", "Cancel the item")
        SUSPEND = "suspend", pgettext_lazy("reform request", "Suspend the item")
        MERGE = "merge", pgettext_lazy("reform request", "Merge it into another item")
        DELEGATE = "delegate", pgettext_lazy("reform request", "Delegate it to a lower level")
        RESTORE = "restore", pgettext_lazy("reform request", "Restore the item")

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="change_requests")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    change = models.CharField(max_length=10, choices=Change.choices)
    on = models.DateField()
    ground = models.CharField(max_length=300)
    merged_into = models.ForeignKey("catalogue.Item", models.PROTECT, null=True, blank=True, related_name="+")
    extent = models.CharField(max_length=10, choices=Extent.choices, blank=True, default="")
    delegates = models.ManyToManyField("people.Department", related_name="+", blank=True)

    state = models.CharField(max_length=10, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decision_note = models.CharField(max_length=300, blank=True, default="")
    failure = models.CharField(max_length=300, blank=True, default="")
    result = models.ForeignKey("catalogue.ItemChange", models.PROTECT, null=True, related_name="+")

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to change an item")
        verbose_name_plural = _("requests to change items")
        constraints = [
            models.UniqueConstraint(fields=["item"], name="one_open_change_request", condition=Q(state__in=OPEN)),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="request_second_person"
            ),
            models.CheckConstraint(
                condition=~Q(change="merge") | Q(merged_into__isnull=False), name="request_merge_names_target"
            ),
            models.CheckConstraint(condition=~Q(change="delegate") | ~Q(extent=""), name="request_delegate_extent"),
            models.CheckConstraint(condition=~Q(state="done") | Q(result__isnull=False), name="request_done_has_row"),
        ]
        indexes = [
            models.Index(fields=["department", "state", "-id"], name="change_request_desk"),
            models.Index(fields=["on", "id"], name="change_request_due", condition=Q(state="confirmed")),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.change} {self.on}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
