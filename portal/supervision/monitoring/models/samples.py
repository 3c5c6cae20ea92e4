"""Sample reviews (抽查): the weekly draw among stops, extensions, returns and refusals, and what each review found."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.people.models import Department
from portal.supervision.monitoring.models.acts import Act
from portal.supervision.monitoring.querysets import SampleQuerySet

USER = settings.AUTH_USER_MODEL


class SampleDraw(models.Model):
    """The draw of one week (Monday to Sunday). Pool and seed are kept, so that anybody can draw again."""

    week = models.DateField(_("week from"), unique=True)
    drawn_at = models.DateTimeField(_("drawn at"))
    seed = models.CharField(max_length=64)
    share = models.CharField(max_length=12)  # as the rule of the day had it
    pool = models.JSONField()  # [[key, department id], …], sorted
    pool_digest = models.CharField(max_length=64)
    drawn = models.PositiveIntegerField(_("drawn"), default=0)

    class Meta:
        verbose_name = _("sample draw")
        verbose_name_plural = _("sample draws")

    def __str__(self) -> str:
        return f"{self.week}"

    @property
    def pool_size(self) -> int:
        return len(self.pool)


class Sample(models.Model):
    """One act of a unit that was drawn: what it was, who did it, and what the reviewer says."""

    class Kind(models.TextChoices):
        SUSPENSION = "suspension", pgettext_lazy("sample", "Clock stopped")
        EXTENSION = "extension", pgettext_lazy("sample", "Limit extended")
        RETURN = "return", pgettext_lazy("sample", "Returned to the applicant")
        NOT_ACCEPTED = "not_accepted", pgettext_lazy("sample", "Not accepted")
        REFUSAL = "refusal", pgettext_lazy("sample", "Refused")
        TICKET_SUSPENSION = "t_suspension", pgettext_lazy("sample", "Ticket suspended")
        TICKET_RETURN = "t_return", pgettext_lazy("sample", "Ticket returned")

    class FollowUp(models.TextChoices):
        NONE = "none", pgettext_lazy("follow-up", "Noted on the record only")
        CORRECTION = "correction", pgettext_lazy("follow-up", "Correction asked for")
        ORDER = "order", pgettext_lazy("follow-up", "Supervision order")
        ACCOUNTABILITY = "account", pgettext_lazy("follow-up", "Accountability is proposed")

    draw = models.ForeignKey(SampleDraw, models.PROTECT, related_name="samples")
    key = models.CharField(max_length=40)  # event:17, mark:5
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    number = models.CharField(_("number"), max_length=64, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    name_en = models.CharField(max_length=300, blank=True, default="")
    path = models.CharField(max_length=200, blank=True, default="")
    happened_on = models.DateField(_("day"))
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("review due on"))
    state = models.CharField(max_length=10, default="drawn")
    state_version = models.PositiveIntegerField(default=0)
    ground = models.TextField(_("finding of the review"), blank=True, default="")
    follow_up = models.CharField(_("what follows"), max_length=12, choices=FollowUp.choices, blank=True, default="")
    reviewed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    act = models.OneToOneField(Act, models.PROTECT, null=True, blank=True, related_name="sample")

    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sample review")
        verbose_name_plural = _("sample reviews")
        indexes = (
            models.Index(fields=["-happened_on", "-id"], name="sample_latest"),
            models.Index(fields=["department", "-happened_on"], name="sample_of_department"),
            models.Index(fields=["due_on", "id"], name="sample_due", condition=Q(state="drawn")),
        )
        constraints = (
            models.UniqueConstraint(fields=["key"], name="drawn_once"),
            models.CheckConstraint(
                condition=Q(state="drawn") | Q(reviewed_by__isnull=False, reviewed_on__isnull=False),
                name="a_review_has_its_reviewer",
            ),
            models.CheckConstraint(
                condition=~Q(state="improper") | (Q(ground__gt="") & Q(follow_up__gt="")),
                name="improper_says_why_and_what_follows",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | Q(done_by__isnull=True) | ~Q(reviewed_by=F("done_by")),
                name="nobody_reviews_the_own_act",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
