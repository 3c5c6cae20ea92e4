"""A material that may follow later (容缺受理): the terms of an item, and each promise that an applicant gave."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from approvals.pledges.querysets import PromisedMaterialQuerySet
from portal.core.time import now

WAITING = ("promised", "lapsed")  # not there yet
UNSETTLED = ("promised", "brought", "lapsed")  # holds the decision up


class ToleranceTerms(models.Model):
    """How an item is tolerant from a day on: whether it may be decided first. What may follow says the item's version.

    A row is never changed; later terms begin on a later day.
    """

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="tolerance_terms")
    valid_from = models.DateField()
    decides_first = models.BooleanField(default=False)  # the decision does not wait for the material
    ground = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("terms of tolerant acceptance")
        verbose_name_plural = _("terms of tolerant acceptance")
        constraints = [models.UniqueConstraint(fields=["item", "valid_from"], name="one_terms_a_day")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.valid_from}"


class PromisedMaterial(models.Model):
    """One material of a case that is to follow by a day. In a draft it is a wish; it counts from the filing on.

    `due_on` is the last day, included. `promised_on` is the day of the filing, or of the clerk's note at the acceptance.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="promised_materials")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, related_name="+")
    # The figures stay with the department that the case was filed with, whoever decides on it later.
    counted_for = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    due_on = models.DateField()
    decides_first = models.BooleanField(default=False)  # by the terms of the day of the promise
    state = models.CharField(max_length=10, default="promised")
    state_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at_window = models.BooleanField(default=False)  # noted by a clerk, with the applicant's word
    promised_on = models.DateField(null=True)
    brought_on = models.DateField(null=True)
    brought_late = models.BooleanField(default=False)
    settled_on = models.DateField(null=True)  # accepted by a clerk
    lapsed_on = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")  # why what was brought was sent back
    reminded_for = models.DateField(null=True)  # the day of the last reminder that went out

    objects = PromisedMaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("promised material")
        verbose_name_plural = _("promised materials")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "material"], name="one_promise_a_material", condition=~Q(state="void")
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settled_on__isnull=False, brought_on__isnull=False),
                name="a_settled_promise_has_days",
            ),
            models.CheckConstraint(
                condition=Q(promised_on__isnull=True) | Q(due_on__gte=F("promised_on")), name="promise_is_for_later"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="promise_due", condition=Q(state__in=UNSETTLED, promised_on__isnull=False)
            ),
            models.Index(fields=["case", "state"], name="promise_of_case"),
            *(models.Index(fields=[day], name=f"promise_{day}") for day in ("promised_on", "settled_on", "lapsed_on")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.material_id} {self.due_on}"
