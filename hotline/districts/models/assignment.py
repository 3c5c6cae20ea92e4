"""Assignments (区内派发): a district passes one of its tickets on to a department below it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.districts.querysets import AssignmentQuerySet
from hotline.models import Dispatch, Return, Ticket
from portal.people.models import Department

USER = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """One department below the district, until it is replied, returned or taken back. The clock is the city's: the two
    moments here are shares of what was left of it, and nothing here moves it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="assignments")
    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="assignments")
    district = models.ForeignKey(Department, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(pgettext_lazy("assignment", "state"), max_length=8, default="assigned")
    state_version = models.PositiveIntegerField(default=0)
    assigned_at = models.DateTimeField(_("passed on at"))
    assigned_on = models.DateField()
    assigned_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    assign_due_at = models.DateTimeField(null=True, blank=True)  # by when the district should have passed it on
    note = models.TextField(_("note for the department"), blank=True, default="")
    sign_due_at = models.DateTimeField(_("to be signed for by"), null=True, blank=True)
    reply_due_at = models.DateTimeField(_("to be replied by"), null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    signed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(_("ground"), max_length=16, choices=Return.Ground.choices, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    returned_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    wrongful = models.BooleanField(_("wrongful"), default=False)
    decision = models.TextField(_("grounds of the decision"), blank=True, default="")
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    late_told_at = models.DateTimeField(null=True, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment within a district")
        verbose_name_plural = _("assignments within districts")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at__isnull=True), name="one_running_assignment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("done", "ended"), ended_at__isnull=False)
                | Q(state__in=("assigned", "signed", "returned"), ended_at__isnull=True),
                name="assignment_ends_with_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | (~Q(ground="") & ~Q(reason="")),
                name="inner_return_has_a_ground",
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "assigned_at", "id"], name="assignment_of_district",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["department", "assigned_at", "id"], name="assignment_of_department",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["sign_due_at"], name="assignment_late",
                condition=Q(state="assigned", late_told_at__isnull=True),
            ),
            models.Index(fields=["assigned_on"], name="assignment_assigned_on"),
            models.Index(fields=["signed_on"], name="assignment_signed_on"),
            models.Index(fields=["returned_on"], name="assignment_returned_on"),
            models.Index(fields=["replied_on"], name="assignment_replied_on"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.department_id} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None
