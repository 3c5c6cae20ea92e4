"""What operators say of articles: that they helped, that they are wrong, that something is missing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.knowledge.models.article import Article
from hotline.knowledge.querysets import FeedbackQuerySet
from portal.core.time import today
from portal.people.models import Department


class Feedback(models.Model):
    """One remark. "Wrong" and "missing" are tasks of the owner with a due day; "helpful" only counts.

    A remark without an article says that the department has none on the matter.
    """

    class Kind(models.TextChoices):
        HELPFUL = "helpful", pgettext_lazy("feedback", "Helpful")
        WRONG = "wrong", pgettext_lazy("feedback", "Wrong or out of date")
        MISSING = "missing", pgettext_lazy("feedback", "Something is missing")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="feedback")
    department = models.ForeignKey(Department, models.PROTECT, related_name="knowledge_feedback")
    text = models.TextField(_("remark"), blank=True, default="")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    state_version = models.PositiveIntegerField(default=0)
    due_on = models.DateField(null=True, blank=True)
    red_lit_on = models.DateField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, default="")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark on the knowledge base")
        verbose_name_plural = _("remarks on the knowledge base")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "given_by"], condition=Q(kind="helpful"), name="one_helpful_a_reader"
            ),
            models.CheckConstraint(
                condition=Q(kind="helpful", due_on__isnull=True, article__isnull=False)
                | (~Q(kind="helpful") & Q(due_on__isnull=False)),
                name="feedback_task_has_a_due_day",
            ),
        ]
        indexes = [
            models.Index(fields=["-given_at", "-id"], name="feedback_latest"),
            models.Index(fields=["department", "state"], name="feedback_department"),
            models.Index(fields=["due_on"], name="feedback_due", condition=Q(state="open", red_lit_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.due_on is not None and self.due_on < today()
