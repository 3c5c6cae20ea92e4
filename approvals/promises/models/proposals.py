"""A proposal to promise fewer days; taken over, it becomes a draft of the item's next version."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.promises.querysets import ProposalQuerySet

OPEN = ("proposed", "drafted")


class Proposal(models.Model):
    """So many working days instead of so many, with what the item's history said on the day of the proposal."""

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="promise_proposals")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    finding = models.ForeignKey("promises.Finding", models.PROTECT, null=True, related_name="proposals")
    # The draft, later the version; a draft that is thrown away leaves nothing behind.
    version = models.ForeignKey("catalogue.ItemVersion", models.SET_NULL, null=True, related_name="+")
    present_days = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=500)
    # The history as it stood: decided cases of a year, and how many of them the new promise would have made late.
    cases = models.PositiveIntegerField(default=0)
    late_cases = models.PositiveIntegerField(default=0)

    state = models.CharField(max_length=10, default="proposed")
    state_version = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    decision_note = models.CharField(max_length=500, blank=True, default="")
    in_force_on = models.DateField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of a promise")
        verbose_name_plural = _("proposals of promises")
        constraints = [
            models.UniqueConstraint(fields=["item"], name="one_open_promise_proposal", condition=Q(state__in=OPEN)),
            models.CheckConstraint(condition=~Q(days=F("present_days")), name="proposal_changes_the_days"),
            models.CheckConstraint(condition=Q(late_cases__lte=F("cases")), name="proposal_late_within_cases"),
        ]
        indexes = [
            models.Index(fields=["department", "state", "-id"], name="promise_proposal_desk"),
            models.Index(fields=["-proposed_on", "-id"], name="promise_proposal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.days}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
