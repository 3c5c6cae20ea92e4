"""What follows from a bad rating: somebody named, contact, verification, rectification, call-back."""

from django.conf import settings
from django.db import models

from hall.ratings.models.rating import Rating
from hall.ratings.querysets import RectificationQuerySet
from portal.people.models import Department

OPEN = ("opened", "contacted", "verified", "appealed", "rectified", "called_back")
WORKING = ("opened", "contacted", "verified", "appealed")  # not rectified yet: the limit runs


class Rectification(models.Model):
    """The work on one bad rating. Due days are working days after the day of the rating, that day not counted."""

    rating = models.OneToOneField(Rating, models.PROTECT, related_name="rectification")
    department = models.ForeignKey(Department, models.PROTECT, related_name="rectifications")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # who was rated
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="rectifications")
    state = models.CharField(max_length=12, default="opened")
    state_version = models.PositiveIntegerField(default=0)
    resume_state = models.CharField(max_length=12, blank=True, default="")  # where an appeal that fails goes back to
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    contact_due_on = models.DateField()
    due_on = models.DateField()
    contacted_on = models.DateField(null=True)
    verified_on = models.DateField(null=True)
    rectified_on = models.DateField(null=True)
    called_back_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)  # times that the caller was not content with it
    appealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    appeals = models.PositiveSmallIntegerField(default=0)
    # The lamps' notices that went out.
    contact_red_on = models.DateField(null=True)
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)

    objects = RectificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["closed", "set_aside"]) | models.Q(ended_on__isnull=False),
                name="an_ended_rectification_has_a_day",
            )
        ]
        indexes = [
            models.Index(fields=["department", "due_on", "id"], name="rectification_department"),
            models.Index(fields=["due_on", "id"], name="rectification_open", condition=models.Q(ended_on__isnull=True)),
            models.Index(
                fields=["contact_due_on", "id"],
                name="rectification_contact",
                condition=models.Q(contacted_on__isnull=True, ended_on__isnull=True, contact_red_on__isnull=True),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="rectification_red",
                condition=models.Q(rectified_on__isnull=True, ended_on__isnull=True, red_lit_on__isnull=True),
            ),
            models.Index(fields=["handler", "due_on"], name="rectification_handler"),
        ]

    def __str__(self) -> str:
        return f"rectification {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.ended_on is None
