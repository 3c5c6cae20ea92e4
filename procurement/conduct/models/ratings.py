"""One tender, one rating: which acts were found, by which sheet, and what is left of the year's marks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people.models import Organisation
from procurement.conduct.querysets import ConductRatingQuerySet, ScoreQuerySet
from procurement.experts.models import Expert
from procurement.tenders.models import Project


class Subject(models.TextChoices):
    """Who is rated."""

    EXPERT = "expert", pgettext_lazy("rated", "Expert")
    AGENCY = "agency", pgettext_lazy("rated", "Tendering agency")


class Sheet(models.Model):
    """One version of the list of acts. Never edited: a change is a new version from a day on."""

    subject = models.CharField(_("for"), max_length=6, choices=Subject.choices)
    number = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("rating sheet")
        verbose_name_plural = _("rating sheets")
        ordering = ("subject", "-number")
        constraints = (models.UniqueConstraint(fields=["subject", "number"], name="one_sheet_a_version"),)

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class Act(models.Model):
    """One act of a sheet, what it costs, and where that is written."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="acts")
    code = models.CharField(_("code"), max_length=12)
    text = models.CharField(_("act"), max_length=300)
    text_en = models.CharField(_("act in English"), max_length=300, blank=True, default="")
    points = models.PositiveSmallIntegerField(_("points"))
    source = models.CharField(_("source"), max_length=300)
    unverified = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ("sheet", "code")
        constraints = (
            models.UniqueConstraint(fields=["sheet", "code"], name="one_act_a_code"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=100), name="act_costs_something"),
        )

    def __str__(self) -> str:
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text


def _one_subject(name: str) -> models.CheckConstraint:
    """Exactly one of expert and agency, as the row says."""
    return models.CheckConstraint(
        condition=Q(subject="expert", expert__isnull=False, agency__isnull=True)
        | Q(subject="agency", expert__isnull=True, agency__isnull=False),
        name=name,
    )


class Rating(models.Model):
    """What one rater found of one expert or agency in one tender; no act at all is the full mark."""

    class By(models.TextChoices):
        OFFICER = "officer", pgettext_lazy("rater", "Trading centre")
        BUYER = "buyer", pgettext_lazy("rater", "Buyer")
        EXPERT = "expert", pgettext_lazy("rater", "Expert of the committee")

    project = models.ForeignKey(Project, models.PROTECT, related_name="conduct_ratings")
    subject = models.CharField(max_length=6, choices=Subject.choices)
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, blank=True, related_name="ratings")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="conduct_ratings")
    by = models.CharField(_("rated by"), max_length=8, choices=By.choices)
    # Centre and buyer rate once a tender, each expert of the committee once: "officer", "buyer", "expert-7".
    slot = models.CharField(max_length=24)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="+")
    acts = models.ManyToManyField(Act, related_name="ratings", blank=True)
    points = models.PositiveSmallIntegerField(_("points deducted"), default=0)
    note = models.TextField(_("what happened"), blank=True, default="")
    year = models.PositiveSmallIntegerField(_("year"))
    rated_at = models.DateTimeField(_("rated at"))
    state = models.CharField(max_length=10, default="given")
    state_version = models.PositiveIntegerField(default=0)
    object_until = models.DateField(_("objections until"))
    objection = models.TextField(_("objection"), blank=True, default="")
    objected_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer to the objection"), blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConductRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of conduct")
        verbose_name_plural = _("ratings of conduct")
        ordering = ("-rated_at", "-pk")
        constraints = (
            _one_subject("rating_of_one_subject"),
            models.UniqueConstraint(
                fields=["project", "expert", "slot"], condition=Q(subject="expert"), name="expert_rated_once_a_rater"
            ),
            models.UniqueConstraint(
                fields=["project", "agency", "slot"], condition=Q(subject="agency"), name="agency_rated_once_a_rater"
            ),
        )
        indexes = (
            models.Index(fields=["-rated_at", "-id"], name="conduct_rating_latest"),
            models.Index(fields=["expert", "year"], name="conduct_of_expert"),
            models.Index(fields=["agency", "year"], name="conduct_of_agency"),
            models.Index(fields=["rated_at"], name="conduct_objected", condition=Q(state="objected")),
        )

    def __str__(self) -> str:
        return f"{self.project_id} {self.subject} {self.slot}"

    @property
    def subject_name(self) -> str:
        return str(self.expert or self.agency)


class Score(models.Model):
    """What is left of the marks of one year. Written with every rating, so that no list adds up ratings."""

    subject = models.CharField(max_length=6, choices=Subject.choices)
    expert = models.ForeignKey(Expert, models.PROTECT, null=True, blank=True, related_name="scores")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="conduct_scores")
    year = models.PositiveSmallIntegerField(_("year"))
    ratings = models.PositiveIntegerField(_("ratings"), default=0)
    tenders = models.PositiveIntegerField(_("tenders"), default=0)
    points = models.PositiveIntegerField(_("points deducted"), default=0)
    score = models.PositiveSmallIntegerField(_("score"), default=100)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of a year")
        verbose_name_plural = _("scores of a year")
        constraints = (
            _one_subject("score_of_one_subject"),
            models.UniqueConstraint(
                fields=["expert", "year"], condition=Q(subject="expert"), name="one_score_an_expert"
            ),
            models.UniqueConstraint(
                fields=["agency", "year"], condition=Q(subject="agency"), name="one_score_an_agency"
            ),
        )
        indexes = (models.Index(fields=["subject", "year", "score", "id"], name="score_list"),)

    def __str__(self) -> str:
        return f"{self.subject_name} {self.year}"

    @property
    def subject_name(self) -> str:
        return str(self.expert or self.agency)
