"""Rows that only figures and lamps need: marks of what happened when and to whom, endings, late spells, escalations."""

from django.db import models
from django.utils.translation import pgettext_lazy

from hotline.models.ticket import Ticket


class Mark(models.Model):
    """One countable happening, with the dimensions of its own moment: a return counts for who returned it, even when
    the ticket is somebody else's by now. Written once, never changed."""

    class Kind(models.TextChoices):
        DISPATCHED = "dispatched", pgettext_lazy("ticket mark", "Dispatched")
        RETURNED = "returned", pgettext_lazy("ticket mark", "Returned")
        WRONGFUL = "wrongful", pgettext_lazy("ticket mark", "Wrongful return")
        REPLIED = "replied", pgettext_lazy("ticket mark", "Replied")
        REDONE = "redone", pgettext_lazy("ticket mark", "Sent back for redo")
        REOPENED = "reopened", pgettext_lazy("ticket mark", "Reopened")
        URGED = "urged", pgettext_lazy("ticket mark", "Urged")
        EXTENDED = "extended", pgettext_lazy("ticket mark", "Extended")
        SUSPENDED = "suspended", pgettext_lazy("ticket mark", "Suspended")
        LATE_SIGN = "late_sign", pgettext_lazy("ticket mark", "Signed for late")
        ORDERED = "ordered", pgettext_lazy("ticket mark", "Supervision order")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    on = models.DateField()
    number = models.PositiveIntegerField(default=1)
    department_id = models.BigIntegerField(default=0)
    category_id = models.BigIntegerField(default=0)
    channel = models.CharField(max_length=10)
    line = models.CharField(max_length=16)
    street_code = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["on"], name="ticket_mark_on"),
            models.Index(fields=["ticket", "kind"], name="ticket_mark_ticket"),
            models.Index(fields=["department_id", "kind", "-on"], name="ticket_mark_department"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.on}"


class Ending(models.Model):
    """A closing, and the reopening that undid it: so that the balance of a past day stays what it was."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="endings")
    ended_at = models.DateTimeField()
    ended_on = models.DateField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(reopened_at__isnull=True), name="one_standing_end_a_ticket"
            )
        ]
        indexes = [
            models.Index(fields=["ended_on"], name="ticket_ending_on"),
            models.Index(fields=["reopened_on"], name="ticket_reopened_on"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.ended_on}"


class LateSpan(models.Model):
    """A spell of being overdue that the ticket's own columns no longer tell: from `from_on` up to the day before
    `to_on`."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="late_spans")
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(to_on__gt=models.F("from_on")), name="late_span_has_days")
        ]
        indexes = [
            models.Index(fields=["from_on"], name="late_span_from"),
            models.Index(fields=["to_on"], name="late_span_to"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.from_on}/{self.to_on}"


class Escalation(models.Model):
    """Who was told when this much of the limit had passed; once for each share of each handling."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="escalations")
    handling = models.PositiveSmallIntegerField(default=0)  # 0 the first one, then one more for each redo or reopening
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "handling", "percent"], name="one_escalation_a_share")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.percent} %"
