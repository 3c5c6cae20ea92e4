"""Instant approval (秒批): rule sets in their versions, what the portal decided by them, checks that are off."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.instant.querysets import InstantDecisionQuerySet, RuleSetQuerySet
from portal.core.models.statistics import AbstractCell, add_figures
from portal.core.time import now

FIGURES = ("approved", "to_person", "sampled", "right", "wrong", "seconds")


class RuleSet(models.Model):
    """The checks of an item, all of which must pass. In force it never changes; a new version replaces it.

    `checks` is a list of {check, subject, value}, read by `checks.py`. `version` is the item's version that the rules were
    written for: under another one they decide nothing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule set", "Being prepared")
        IN_FORCE = "in_force", pgettext_lazy("rule set", "In force")
        RETIRED = "retired", pgettext_lazy("rule set", "Replaced or withdrawn")

    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="rule_sets")
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, related_name="rule_sets")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    checks = models.JSONField(default=list)
    ground = models.CharField(max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    tried_at = models.DateTimeField(null=True)  # NULL again whenever the checks change
    tried = models.JSONField(default=dict)  # {cases, approved, refused_in_truth, numbers}
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_on = models.DateField(null=True)
    retired_on = models.DateField(null=True)
    seed = models.CharField(max_length=64, blank=True, default="")  # of the draws; made when it comes into force

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="rule_set_number_once"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="in_force"), name="one_rule_set_in_force"),
            models.UniqueConstraint(fields=["item"], condition=Q(state="draft"), name="one_rule_set_drafted"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("made_by")), name="rules_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_by__isnull=False, tried_at__isnull=False),
                name="rules_in_force_were_tried",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class InstantDecision(models.Model):
    """What the portal found about one filing: approved at once, or left to a person, with every check's finding."""

    class Outcome(models.TextChoices):
        APPROVED = "approved", pgettext_lazy("instant", "Approved at once")
        PERSON = "person", pgettext_lazy("instant", "Left to a person")

    class Review(models.TextChoices):
        NONE = "none", pgettext_lazy("instant review", "Not drawn")
        WAITING = "waiting", pgettext_lazy("instant review", "To be reviewed")
        RIGHT = "right", pgettext_lazy("instant review", "Found right")
        WRONG = "wrong", pgettext_lazy("instant review", "Found wrong")

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="instant")
    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="decisions")
    # The figures stay with the department that the case was filed with.
    counted_for = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    results = models.JSONField(default=list)  # [{check, subject, value, passed, found, words}]
    decided_at = models.DateTimeField()
    decided_on = models.DateField()
    seconds = models.PositiveIntegerField(default=0)  # from the filing to this decision
    draw = models.BigIntegerField(null=True)  # of 2^48, from seed and case number
    share = models.CharField(max_length=20, blank=True, default="")  # the rule of the day, as an exact fraction
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.NONE)
    review_due_on = models.DateField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_on = models.DateField(null=True)
    finding = models.TextField(blank=True, default="")

    objects = InstantDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of the portal")
        verbose_name_plural = _("decisions of the portal")
        constraints = [
            models.CheckConstraint(
                condition=Q(review="none") | Q(outcome="approved", draw__isnull=False), name="drawn_ones_are_approved"
            ),
            models.CheckConstraint(
                condition=~Q(review__in=["right", "wrong"]) | Q(reviewed_by__isnull=False, reviewed_on__isnull=False),
                name="reviewed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["review_due_on", "id"], name="instant_to_review", condition=Q(review="waiting")),
            models.Index(fields=["-decided_on", "-id"], name="instant_newest"),
            models.Index(fields=["reviewed_on"], name="instant_reviewed_on"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"


class BrokenCheck(models.Model):
    """A check that failed by itself (an error, a source out of reach): off until a person switches it on again."""

    code = models.CharField(max_length=40)  # of the check
    error = models.CharField(max_length=300)
    off_at = models.DateTimeField()
    case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, related_name="+")
    on_at = models.DateTimeField(null=True)
    on_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("check that is off")
        verbose_name_plural = _("checks that are off")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(on_at__isnull=True), name="one_break_a_check"),
        ]

    def __str__(self) -> str:
        return self.code


class InstantFigures(AbstractCell):
    """The figures, without dimensions."""

    class Meta:
        abstract = True


add_figures(InstantFigures, FIGURES)


class InstantCell(InstantFigures):
    """By department and item."""

    department_id = models.BigIntegerField()
    item_id = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "department_id", "item_id"], name="one_instant_cell"),)
        indexes = (models.Index(fields=["department_id", "day"], name="instant_cell_dept"),)
