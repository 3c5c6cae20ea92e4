"""What a unit is asked by the supervisors: supervision orders (督办), explanations, corrections; and reminders (催办)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.lamps import COLOURS
from portal.core.time import today
from portal.people.models import Department
from portal.supervision.monitoring.querysets import ActQuerySet

USER = settings.AUTH_USER_MODEL
WAITING = ("issued", "received", "sent_back")  # for the unit


class Act(models.Model):
    """One written demand on a unit, with its limit in working days and its answer.

    `answered_on` is the day of the first reply and is what the figures count; `replied_on` that of the latest one.
    """

    class Kind(models.TextChoices):
        ORDER = "order", pgettext_lazy("supervision act", "Supervision order")
        EXPLANATION = "explanation", pgettext_lazy("supervision act", "Explanation asked for")
        CORRECTION = "correction", pgettext_lazy("supervision act", "Correction asked for")

    number = models.CharField(_("number"), max_length=48, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    person = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person responsible")
    )
    title = models.CharField(_("subject"), max_length=160)
    text = models.TextField(_("what is asked"))
    limit_days = models.PositiveSmallIntegerField(_("limit in working days"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    replied_on = models.DateField(_("replied on"), null=True, blank=True)
    replied_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    reply = models.TextField(_("reply"), blank=True, default="")
    late = models.BooleanField(_("replied late"), default=False)
    verdict = models.TextField(_("decision"), blank=True, default="")
    sent_back = models.PositiveSmallIntegerField(_("sent back"), default=0)
    ended_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default="issued")
    state_version = models.PositiveIntegerField(default=0)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act of supervision")
        verbose_name_plural = _("acts of supervision")
        indexes = (
            models.Index(fields=["-issued_at", "-id"], name="act_latest"),
            models.Index(fields=["department", "-issued_at", "-id"], name="act_of_department"),
            models.Index(fields=["person", "-issued_at"], name="act_of_person", condition=Q(person__isnull=False)),
            models.Index(fields=["due_on", "id"], name="act_due", condition=Q(state__in=WAITING)),
            models.Index(fields=["issued_on", "department"], name="act_issued"),
            models.Index(fields=["answered_on", "department"], name="act_answered"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("replied", "accepted", "rejected"))
                | Q(replied_on__isnull=False, answered_on__isnull=False, reply__gt=""),
                name="an_answered_act_has_its_reply",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*WAITING, "replied"), ended_on__isnull=True)
                | (~Q(state__in=(*WAITING, "replied")) & Q(ended_on__isnull=False)),
                name="an_ended_act_has_its_day",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="act_due_after_issue"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def lamp(self) -> str:
        """The colour of its own lamp; "" where the unit has nothing to do."""
        if self.state not in WAITING or self.due_on > today():
            return ""
        return "red" if self.due_on < today() else "amber"


class ActSubject(models.Model):
    """A lamp that an act is about, as it burned on that day."""

    act = models.ForeignKey(Act, models.CASCADE, related_name="subjects")
    source = models.CharField(max_length=40)
    key = models.BigIntegerField()
    colour = models.CharField(max_length=8, choices=COLOURS.items())
    since = models.DateField()
    number = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    path = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["source", "key"], name="act_subject_lamp"),)
        constraints = (models.UniqueConstraint(fields=["act", "source", "key"], name="one_lamp_an_act"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.key}"


class LampReminder(models.Model):
    """A unit was reminded of a lamp that is no case's (those are in `supervision.Reminder`); once a day."""

    source = models.CharField(max_length=40)
    key = models.BigIntegerField()
    number = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reminded_on = models.DateField()
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "key", "reminded_on"], name="lamp_reminded_once_a_day"),
        )
        indexes = (
            models.Index(fields=["reminded_on", "department"], name="lamp_reminder_day"),
            models.Index(fields=["department", "-reminded_on"], name="lamp_reminder_department"),
        )

    def __str__(self) -> str:
        return f"{self.source}:{self.key} {self.reminded_on}"
