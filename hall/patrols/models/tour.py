"""Tours through the hall: area by area, point by point; saved at each step, so an interrupted one goes on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hall.patrols.models.checklist import Checklist, Point


class Area(models.Model):
    """A part of the hall that a tour comes through."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("patrol area")
        verbose_name_plural = _("patrol areas")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Tour(models.Model):
    """One walk of one person. The checklist is that of its beginning."""

    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="tours")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="patrol_tours")
    day = models.DateField(_("day"))
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("tour")
        verbose_name_plural = _("tours")
        indexes = [models.Index(fields=["-started_at", "-id"], name="tour_latest"), models.Index(fields=["day"])]
        constraints = [
            models.UniqueConstraint(
                fields=["inspector"], condition=Q(finished_at__isnull=True), name="one_running_tour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.inspector}"


class Mark(models.Model):
    """What was seen at a point of an area."""

    class Result(models.TextChoices):
        FINE = "fine", pgettext_lazy("patrol", "In order")
        FINDING = "finding", pgettext_lazy("patrol", "Finding")
        NOT_HERE = "not_here", pgettext_lazy("patrol", "Does not apply")

    tour = models.ForeignKey(Tour, models.CASCADE, related_name="marks")
    area = models.ForeignKey(Area, models.PROTECT, related_name="marks")
    point = models.ForeignKey(Point, models.PROTECT, related_name="marks")
    result = models.CharField(max_length=10, choices=Result.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tour", "area", "point"], name="one_mark_a_point")]

    def __str__(self) -> str:
        return f"{self.tour_id}/{self.area_id}/{self.point_id} {self.result}"
