"""The committees: the seats that the draw filled, who was called, who answered, who came."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procurement.experts.models.draws import Draw
from procurement.experts.models.pool import Expert
from procurement.experts.querysets import PanelMemberQuerySet
from procurement.tenders.models import Project

LIVE = ("called", "accepted", "attending")


class Panel(models.Model):
    """The evaluation committee of a tender: drawn experts and, where the law allows, the buyer's representatives."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="panel")
    # The draw that fills it; a failed draw is followed by another one for the same committee.
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="panels")
    evaluates_at = models.DateTimeField(_("evaluation begins"), null=True, blank=True)
    size = models.PositiveSmallIntegerField(_("members"), default=0)
    complete_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")

    def __str__(self) -> str:
        return f"{self.project_id}"


class PanelMember(models.Model):
    """One seat of a committee; without an expert it is the buyer's representative. Only `ATTENDING` ones evaluate."""

    class State(models.TextChoices):
        CALLED = "called", pgettext_lazy("committee member", "Called")
        ACCEPTED = "accepted", pgettext_lazy("committee member", "Accepted")
        ATTENDING = "attending", pgettext_lazy("committee member", "Attending")
        DECLINED = "declined", pgettext_lazy("committee member", "Declined")
        REPLACED = "replaced", pgettext_lazy("committee member", "Replaced")

    class Venue(models.TextChoices):
        MAIN = "main", pgettext_lazy("venue", "Main venue")
        SECONDARY = "secondary", pgettext_lazy("venue", "Secondary venue")

    class Why(models.TextChoices):
        REFUSED = "refused", pgettext_lazy("why a seat fell free", "Declined the call")
        NO_ANSWER = "no_answer", pgettext_lazy("why a seat fell free", "Did not answer in time")
        ABSENT = "absent", pgettext_lazy("why a seat fell free", "Did not appear")
        PARTIAL = "partial", pgettext_lazy("why a seat fell free", "Must avoid this tender")
        RELEASED = "released", pgettext_lazy("why a seat fell free", "The draw failed, released")

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="members")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, blank=True, related_name="seats")
    speciality = models.CharField(_("speciality"), max_length=40, blank=True, default="")
    venue = models.CharField(_("venue"), max_length=10, choices=Venue.choices, default=Venue.MAIN)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CALLED)
    state_version = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(_("position in the order"), default=0)
    # Day and half of the day, "2026-12-14a": nobody sits on two committees in one of them.
    slot = models.CharField(max_length=12, blank=True, default="")
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    answer_by = models.DateTimeField(_("to answer by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(_("why the seat fell free"), max_length=10, choices=Why.choices, blank=True, default="")
    # The rule of avoidance where that was the reason.
    rule = models.CharField(max_length=20, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")

    objects = PanelMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee member")
        verbose_name_plural = _("committee members")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["panel", "user"], condition=Q(state__in=LIVE), name="one_seat_a_person"),
            models.UniqueConstraint(
                fields=["user", "slot"], condition=Q(state__in=LIVE) & ~Q(slot=""), name="one_committee_a_half_day"
            ),
        )
        indexes = (
            models.Index(fields=["answer_by"], name="call_unanswered", condition=Q(state="called")),
            models.Index(fields=["user", "-called_at"], name="calls_of_person"),
        )

    def __str__(self) -> str:
        return f"{self.panel_id} {self.user_id}"
