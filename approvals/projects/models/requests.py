"""What one department is asked in a stage, and what it said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects.models.project import Project
from approvals.projects.models.stages import Stage
from approvals.projects.querysets import OpinionRequestQuerySet
from portal.people.models import Department

WAITING = ("asked", "preliminary")
GOOD = ("agree", "conditions", "not_concerned")


class OpinionRequest(models.Model):
    """One question to one department, with its limit, its lamps and its answer. Days are working days."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", pgettext_lazy("opinion", "Consultation")
        INSPECTION = "inspection", pgettext_lazy("opinion", "Joint inspection")
        ACCEPTANCE = "acceptance", pgettext_lazy("opinion", "Joint acceptance")
        PERMIT = "permit", pgettext_lazy("opinion", "Permit decision of its own")

    class Answer(models.TextChoices):
        AGREE = "agree", pgettext_lazy("opinion", "Agree")
        CONDITIONS = "conditions", pgettext_lazy("opinion", "Agree with conditions")
        DISAGREE = "disagree", pgettext_lazy("opinion", "Disagree")
        NOT_CONCERNED = "not_concerned", pgettext_lazy("opinion", "Not concerned")

    project = models.ForeignKey(Project, models.CASCADE, related_name="requests")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="requests")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    question = models.TextField(blank=True, default="")
    # Asked before a precondition is met: the opinion is marked so, and is confirmed later or lapses.
    preliminary = models.BooleanField(default=False)
    precondition = models.CharField(max_length=300, blank=True, default="")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    state = models.CharField(max_length=12, default="asked")
    state_version = models.PositiveIntegerField(default=0)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    limit_days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amber_on = models.DateField()
    amber_lit_on = models.DateField(null=True, blank=True)
    # The limit passed without a word: counted against the department, whatever follows from it.
    silent_on = models.DateField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField(default=0)

    answer = models.CharField(max_length=14, choices=Answer.choices, blank=True, default="")
    text = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    late = models.BooleanField(default=False)  # answered or decided after its day
    by_absence = models.BooleanField(default=False)  # consent because nobody came to the appointment
    confirm_by_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    took_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = OpinionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for an opinion")
        verbose_name_plural = _("requests for opinions")
        constraints = [
            # Silence and absence never replace a statutory decision, whatever the code above believes.
            models.CheckConstraint(condition=~Q(state="deemed", kind="permit"), name="no_permit_by_silence"),
            models.CheckConstraint(condition=~Q(state="deemed", preliminary=True), name="no_silence_before_time"),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, ended_on__isnull=True)
                | Q(~Q(state__in=WAITING), ended_on__isnull=False),
                name="opinion_ended_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["answered", "preliminary"]) | ~Q(answer=""), name="opinion_says_something"
            ),
            models.UniqueConstraint(
                fields=["stage", "department", "kind", "item"],
                name="one_waiting_opinion",
                condition=Q(state__in=WAITING, item__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["stage", "department", "kind"],
                name="one_waiting_opinion_no_item",
                condition=Q(state__in=WAITING, item__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="opinion_desk"),
            models.Index(fields=["project", "state", "due_on"], name="opinion_of_project"),
            models.Index(
                fields=["amber_on", "id"], name="opinion_amber", condition=Q(state="asked", amber_lit_on__isnull=True)
            ),
            models.Index(
                fields=["due_on", "id"], name="opinion_red", condition=Q(state="asked", silent_on__isnull=True)
            ),
            models.Index(fields=["confirm_by_on", "id"], name="opinion_lapse", condition=Q(state="preliminary")),
            models.Index(fields=["asked_on", "department"], name="opinion_asked"),
            models.Index(fields=["ended_on", "department"], name="opinion_ended"),
            models.Index(
                fields=["silent_on", "department"], name="opinion_silent", condition=Q(silent_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.department_id} {self.kind}"

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_permit(self) -> bool:
        return self.kind == self.Kind.PERMIT

    @property
    def silence_is_consent(self) -> bool:
        """缺席默认: never for a statutory decision, and never before the precondition is met."""
        return not self.is_permit and not self.preliminary

    @property
    def is_good(self) -> bool:
        """Ended so that the stage may close."""
        return self.state in ("deemed", "withdrawn") or (self.state in ("answered", "decided") and self.answer in GOOD)
