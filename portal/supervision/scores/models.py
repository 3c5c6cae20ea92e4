"""Versions of the indicators, weekly rankings in editions with their rows, and suggestions for improvement."""

import datetime as dt
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.time import today
from portal.people.models import Department
from portal.supervision.scores import weeks
from portal.supervision.scores.querysets import (
    IndicatorSchemeQuerySet,
    RankingEditionQuerySet,
    RankingRowQuerySet,
    SuggestionQuerySet,
)
from portal.supervision.scores.reckoning import Rule

USER = settings.AUTH_USER_MODEL


def _english() -> bool:
    return (get_language() or "").startswith("en")


class Span(models.TextChoices):
    """Which days a row is about."""

    WEEK = "week", pgettext_lazy("ranking", "Week")
    YEAR = "year", pgettext_lazy("ranking", "Year to date")


class Unit(models.TextChoices):
    """How an indicator's value is written."""

    SHARE = "share", pgettext_lazy("unit of an indicator", "percent")
    DAYS = "days", pgettext_lazy("unit of an indicator", "working days")
    MINUTES = "minutes", pgettext_lazy("unit of an indicator", "minutes")
    COUNT = "count", pgettext_lazy("unit of an indicator", "in number")


class Scheme(models.Model):
    """A version of the indicators. Once published it never changes; the next version takes its place from its week on."""

    number = models.PositiveIntegerField(unique=True)
    valid_from = models.DateField(_("valid from"))  # a Monday: the first week that it ranks
    least_weight = models.PositiveSmallIntegerField(default=50)  # with less measured a department is not ranked
    reason = models.CharField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=12, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    unverified = models.BooleanField(default=False)
    # Nobody for the first version, which every installation starts with.
    drafted_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField()
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = IndicatorSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the indicators")
        verbose_name_plural = _("versions of the indicators")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="a_published_scheme_has_its_moment",
            ),
            models.CheckConstraint(condition=Q(least_weight__range=(1, 100)), name="a_scheme_measures_at_most_all"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by")),
                name="a_scheme_is_published_by_another",
            ),
        )

    def __str__(self) -> str:
        return str(self.number)

    def rules(self) -> list[Rule]:
        """The indicators as the arithmetic takes them, in their order."""
        return [one.rule() for one in self.indicators.all()]


class Indicator(models.Model):
    """One indicator of a version: a figure of a block, its weight, and between which values it gives points."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    block = models.CharField(max_length=40)
    figure = models.CharField(max_length=60)
    sample = models.CharField(max_length=60, blank=True, default="")  # a count of the block; "" = the denominator
    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.SHARE)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80, blank=True, default="")
    about = models.CharField(max_length=300, blank=True, default="")
    about_en = models.CharField(max_length=400, blank=True, default="")
    formula = models.CharField(max_length=200, blank=True, default="")
    formula_en = models.CharField(max_length=300, blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="")
    source_en = models.CharField(max_length=400, blank=True, default="")
    unverified = models.BooleanField(default=True)
    weight = models.PositiveSmallIntegerField()
    higher_is_better = models.BooleanField(default=True)
    target = models.DecimalField(max_digits=12, decimal_places=2)
    floor = models.DecimalField(max_digits=12, decimal_places=2)
    minimum = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("scheme", "position")
        constraints = (
            models.UniqueConstraint(fields=["scheme", "code"], name="one_indicator_a_code"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="an_indicator_weighs_something"),
            models.CheckConstraint(
                condition=Q(higher_is_better=True, target__gt=F("floor"))
                | Q(higher_is_better=False, target__lt=F("floor")),
                name="target_and_floor_fit_the_direction",
            ),
        )

    def __str__(self) -> str:
        return self.display_title

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and _english() else self.title

    @property
    def display_about(self) -> str:
        return self.about_en if self.about_en and _english() else self.about

    @property
    def display_formula(self) -> str:
        return self.formula_en if self.formula_en and _english() else self.formula

    @property
    def display_source(self) -> str:
        return self.source_en if self.source_en and _english() else self.source

    @property
    def path(self) -> str:
        return f"{self.block}.{self.figure}"

    def rule(self) -> Rule:
        return Rule(
            self.code, self.weight, Fraction(self.target), Fraction(self.floor), self.minimum, self.unit == Unit.SHARE
        )


class Edition(models.Model):
    """The ranking of one week as it was computed at one moment, with the year to date beside it.

    A later edition of the same week says in `changes` what is different; earlier ones stay on record.
    """

    week = models.DateField()  # its Monday
    number = models.PositiveIntegerField()
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="editions")
    is_current = models.BooleanField(default=True)  # the latest of its week
    computed_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True, default="")
    changes = models.JSONField(default=list)
    state = models.CharField(max_length=12, default="computed")
    state_version = models.PositiveIntegerField(default=0)
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = RankingEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly ranking")
        verbose_name_plural = _("weekly rankings")
        indexes = (models.Index(fields=["-week", "-number"], name="edition_latest"),)
        constraints = (
            models.UniqueConstraint(fields=["week", "number"], name="one_edition_a_number"),
            models.UniqueConstraint(fields=["week"], condition=Q(is_current=True), name="one_current_edition_a_week"),
            models.UniqueConstraint(
                fields=["week"], condition=Q(state="published"), name="one_published_edition_a_week"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return weeks.name_of(self.week)

    @property
    def last(self) -> dt.date:
        return weeks.sunday_of(self.week)

    @property
    def year_start(self) -> dt.date:
        return weeks.year_start(self.week)

    def days(self, span: str) -> tuple[dt.date, dt.date]:
        """The first and the last day of a span."""
        return (self.week if span == Span.WEEK else self.year_start), self.last


class Row(models.Model):
    """One department in one edition. Points are hundredths; without a rank it is listed apart."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rows")
    span = models.CharField(max_length=4, choices=Span.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    points = models.PositiveIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    measured = models.PositiveSmallIntegerField()  # the weight of the indicators that said something
    # As they stood in the week before when this edition was computed.
    previous_points = models.PositiveIntegerField(null=True)
    previous_rank = models.PositiveIntegerField(null=True)
    parts = models.JSONField()  # `reckoning.Part.kept` of every indicator, in order

    objects = RankingRowQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["department", "span", "edition"], name="row_history"),)
        constraints = (
            models.UniqueConstraint(fields=["edition", "span", "department"], name="one_row_a_department"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(points__isnull=False), name="who_is_ranked_has_points"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__lte=10_000), name="at_most_full_points"
            ),
        )

    def __str__(self) -> str:
        return f"{self.edition_id} {self.department_id}"

    @property
    def climbed(self) -> int | None:
        """Places won since the week before; negative for places lost, None where one of the ranks is missing."""
        return self.previous_rank - self.rank if self.rank and self.previous_rank else None

    @property
    def lost(self) -> int | None:
        return None if self.points is None else 10_000 - self.points

    def part(self, code: str) -> dict[str, Any] | None:
        return next((one for one in self.parts if one["code"] == code), None)


class Proposal(models.Model):
    """A suggestion for improvement that a department was asked for, its answer, and what came of it."""

    row = models.ForeignKey(Row, models.PROTECT, related_name="proposals")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    before = models.JSONField()  # the indicator's part when it was asked
    asked = models.TextField(_("what is asked for"))
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12, default="asked")
    state_version = models.PositiveIntegerField(default=0)
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")  # of who judged last
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion for improvement")
        verbose_name_plural = _("suggestions for improvement")
        indexes = (
            models.Index(fields=["-asked_at", "-id"], name="proposal_latest"),
            models.Index(fields=["department", "-asked_at", "-id"], name="proposal_of_department"),
            models.Index(fields=["due_on"], condition=Q(state__in=["asked", "returned"]), name="proposal_waiting"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["department", "indicator"],
                condition=Q(state__in=["asked", "returned", "answered", "running"]),
                name="one_open_suggestion_an_indicator",
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id} {self.indicator_id}"

    @property
    def is_late(self) -> bool:
        """The answer is overdue."""
        return self.state in {"asked", "returned"} and self.due_on < today()


class Measure(models.Model):
    """One thing that a department said it would do, and by when."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("proposal", "position")
        constraints = (models.UniqueConstraint(fields=["proposal", "position"], name="one_measure_a_position"),)

    def __str__(self) -> str:
        return self.text

    @property
    def is_late(self) -> bool:
        """Not done on a day after its own, or done later than that."""
        return (self.done_on or today()) > self.due_on
