"""What happens to a ticket at the departments: rounds of dispatch, assistants, returns, replies, photos."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.ticket import Ticket
from portal.core.models import StoredFile
from portal.people.models import Department

USER = settings.AUTH_USER_MODEL


class Dispatch(models.Model):
    """One round: one responsible department (首接负责), until it is replied, returned or given to somebody else."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="dispatches")
    round = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    dispatched_at = models.DateTimeField()
    dispatched_on = models.DateField()
    sign_due_at = models.DateTimeField(_("to be signed for by"), null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note for the department"), blank=True, default="")

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "round"], name="one_dispatch_a_round"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at__isnull=True), name="one_running_dispatch"),
        ]
        indexes = [models.Index(fields=["department", "-dispatched_at"], name="dispatch_department")]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.round}"


class Assist(models.Model):
    """A department that helps the responsible one; what it says goes to the host, not to the caller."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="assists")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    note = models.TextField(_("what is asked"), blank=True, default="")
    answer = models.TextField(_("opinion"), blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "department"], name="one_assist_a_department")]
        indexes = [models.Index(fields=["department"], name="assist_department")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.department_id}"


class Return(models.Model):
    """A department sends a ticket back; a dispatcher decides whether it was right."""

    class Ground(models.TextChoices):
        NOT_OURS = "not_ours", pgettext_lazy("return", "Not our duty")
        OTHER_AREA = "other_area", pgettext_lazy("return", "Another area")
        UNCLEAR = "unclear", pgettext_lazy("return", "Too little information")
        IN_PROCEEDINGS = "in_proceedings", pgettext_lazy("return", "Before a court, or under review")
        DUPLICATE = "duplicate", pgettext_lazy("return", "Handled already")

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("return outcome", "To be decided")
        UPHELD = "upheld", pgettext_lazy("return outcome", "Upheld")
        REJECTED = "rejected", pgettext_lazy("return outcome", "Rejected")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="returns")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="returns")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    ground = models.CharField(_("ground"), max_length=16, choices=Ground.choices)
    reason = models.TextField(_("reason"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    wrongful = models.BooleanField(_("wrongful"), default=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.TextField(_("grounds of the decision"), blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(outcome="waiting"), name="one_return_waiting_a_ticket"
            ),
            models.CheckConstraint(
                condition=Q(wrongful=False) | Q(outcome="rejected"), name="only_a_rejected_return_is_wrongful"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.ground}"


class Reply(models.Model):
    """An answer: drafted by who handled the matter, approved by a second person before it goes out."""

    class State(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("reply", "Waits for approval")
        SENT = "sent", pgettext_lazy("reply", "Sent")
        SENT_BACK = "sent_back", pgettext_lazy("reply", "Sent back to the author")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="replies")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, null=True, blank=True, related_name="replies")
    direct = models.BooleanField(default=False)
    text = models.TextField(_("reply to the caller"))
    measures = models.TextField(pgettext_lazy("ticket", "what was done"), blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(state="drafted"), name="one_reply_waiting_a_ticket")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class TicketFile(models.Model):
    """A photo or paper that came with the ticket, or with the reply."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    of_reply = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.file_id}"
