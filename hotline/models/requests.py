"""What is asked about a ticket beside its steps: requests that need an approval, orders, urging, notes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.category import Grade
from hotline.models.ticket import Ticket
from portal.people.models import Department

USER = settings.AUTH_USER_MODEL


class Request(models.Model):
    """Asked for by one person, decided by another; the clock runs until then."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", pgettext_lazy("ticket request", "Extension")
        SUSPENSION = "suspension", pgettext_lazy("ticket request", "Suspension")
        GRADE = "grade", pgettext_lazy("ticket request", "Another urgency")
        EXCLUSION = "exclusion", pgettext_lazy("ticket request", "Exclusion from satisfaction")

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("ticket request outcome", "To be decided")
        GRANTED = "granted", pgettext_lazy("ticket request outcome", "Granted")
        REFUSED = "refused", pgettext_lazy("ticket request outcome", "Refused")
        LAPSED = "lapsed", pgettext_lazy("ticket request outcome", "Lapsed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(_("reason"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    grade = models.CharField(max_length=10, choices=Grade.choices, blank=True, default="")
    ground = models.CharField(max_length=20, blank=True, default="")  # of an exclusion
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.TextField(_("grounds of the decision"), blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(outcome="waiting"), name="one_ticket_request_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="granted") | ~Q(asked_by=models.F("decided_by")),
                name="ticket_request_has_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="ticket_request_waiting", condition=Q(outcome="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class Order(models.Model):
    """A supervision order (督办单): act and answer by a moment."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="orders")
    department = models.ForeignKey(Department, models.PROTECT, related_name="ticket_orders")
    text = models.TextField(_("what is ordered"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(_("due at"))
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    red_lit_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], name="ticket_order_due", condition=Q(answered_at__isnull=True)),
            models.Index(fields=["department", "-id"], name="ticket_order_department"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.due_at}"


class Urge(models.Model):
    """The caller asks where it stays (催办)."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="urges")
    at = models.DateTimeField()
    on = models.DateField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "on"], name="one_urge_a_day")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.on}"


class Note(models.Model):
    """Something added later: by the caller (seen by everybody who handles it), or among the staff."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    from_caller = models.BooleanField(default=False)
    text = models.TextField(pgettext_lazy("ticket", "note"))

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.at}"
