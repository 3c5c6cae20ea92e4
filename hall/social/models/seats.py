"""Who was drawn for a visit: the invitation, the answer, the report with a grade for each unit, the findings."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.patrols.models import Finding
from hall.social.models.register import SocialSupervisor
from hall.social.models.visits import Visit
from hall.social.querysets import SeatQuerySet
from portal.people.models import Department

LIVE = ("invited", "accepted", "reported")


class Seat(models.Model):
    """One place of a visit and who was drawn for it."""

    class State(models.TextChoices):
        INVITED = "invited", pgettext_lazy("visit seat", "Invited")
        ACCEPTED = "accepted", pgettext_lazy("visit seat", "Comes")
        REPORTED = "reported", pgettext_lazy("visit seat", "Has reported")
        DECLINED = "declined", pgettext_lazy("visit seat", "Declined")
        PUT_OUT = "put_out", pgettext_lazy("visit seat", "Left")

    class Why(models.TextChoices):
        REFUSED = "refused", pgettext_lazy("why a seat fell free", "Declined the invitation")
        NO_ANSWER = "no_answer", pgettext_lazy("why a seat fell free", "Did not answer in time")
        AVOIDS = "avoids", pgettext_lazy("why a seat fell free", "Must keep away by now")
        RELEASED = "released", pgettext_lazy("why a seat fell free", "The visit was called off")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="seats")
    supervisor = models.ForeignKey(SocialSupervisor, models.PROTECT, related_name="seats")
    category = models.CharField(
        pgettext_lazy("social supervisor", "category"), max_length=8, choices=SocialSupervisor.Category.choices
    )
    position = models.PositiveIntegerField(_("position in the order"), default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.INVITED)
    state_version = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField(_("invited at"))
    answer_by = models.DateTimeField(_("to answer by"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    why = models.CharField(_("why the seat fell free"), max_length=10, choices=Why.choices, blank=True, default="")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    report = models.TextField(_("report"), blank=True, default="")
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat of a visit")
        verbose_name_plural = _("seats of visits")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["visit", "supervisor"], condition=Q(state__in=LIVE), name="one_visit_seat_a_person"
            ),
        )
        indexes = (
            models.Index(fields=["answer_by"], name="seat_unanswered", condition=Q(state="invited")),
            models.Index(fields=["supervisor", "-invited_at"], name="seats_of_supervisor"),
        )

    def __str__(self) -> str:
        return f"{self.visit_id} {self.supervisor_id}"


class UnitGrade(models.Model):
    """What one social supervisor thinks of one unit, in the five grades of ratings (5 is the best)."""

    class Grade(models.IntegerChoices):
        VERY_GOOD = 5, pgettext_lazy("grade of a visit", "Very satisfied")
        GOOD = 4, pgettext_lazy("grade of a visit", "Satisfied")
        FAIR = 3, pgettext_lazy("grade of a visit", "Fairly satisfied")
        POOR = 2, pgettext_lazy("grade of a visit", "Dissatisfied")
        BAD = 1, pgettext_lazy("grade of a visit", "Very dissatisfied")

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="grades")
    department = models.ForeignKey(Department, models.PROTECT, related_name="social_grades")
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade.choices)
    given_on = models.DateField()

    class Meta:
        verbose_name = _("grade of a unit")
        verbose_name_plural = _("grades of units")
        constraints = (
            models.UniqueConstraint(fields=["seat", "department"], name="one_grade_a_unit"),
            models.CheckConstraint(condition=Q(grade__range=(1, 5)), name="grade_from_1_to_5"),
        )
        indexes = (models.Index(fields=["department", "given_on"], name="grades_of_unit"),)

    def __str__(self) -> str:
        return f"{self.seat_id} {self.department_id} {self.grade}"


class VisitFinding(models.Model):
    """Which finding was written down on which seat; the finding itself is put right in `hall.patrols`."""

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="findings")
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="on_visit")

    class Meta:
        verbose_name = _("finding of a visit")
        verbose_name_plural = _("findings of visits")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.seat_id} {self.finding_id}"
