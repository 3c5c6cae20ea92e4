"""Articles: a question with its answer, in versions. A published version is never edited; a change is a new one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hotline.knowledge.querysets import ArticleVersionQuerySet
from portal.people.models import Department

OPEN = ("draft", "review")
EXTRACT = 120  # characters


def in_english() -> bool:
    return (get_language() or "").startswith("en")


class Topic(models.Model):
    """What a question is about; the public page is sorted by it."""

    code = models.SlugField(max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and in_english() else self.name


class Article(models.Model):
    """A question that a department answers; what is said stands in its versions."""

    number = models.CharField(_("number"), max_length=48, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="knowledge_articles")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def __str__(self) -> str:
        return self.number


class ArticleVersion(models.Model):
    """One wording of an article. Dates are inclusive; `valid_until` empty means until somebody says otherwise.

    `department` repeats the article's, so that lists and the policy read one row.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="versions", verbose_name=_("topic"))
    state = models.CharField(max_length=12, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    title = models.CharField(_("question"), max_length=120)
    title_en = models.CharField(_("question in English"), max_length=200, blank=True, default="")
    answer = models.TextField(_("answer"))
    answer_en = models.TextField(_("answer in English"), blank=True, default="")
    keywords = models.CharField(_("everyday words"), max_length=200, blank=True, default="")
    public = models.BooleanField(_("open to the public"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    review_on = models.DateField(_("to be reviewed on"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    publisher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    note = models.TextField(_("reason"), blank=True, default="")
    review_told_on = models.DateField(null=True, blank=True)
    search = models.TextField(blank=True, default="", editable=False)

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(state="published"), name="one_published_version_an_article"
            ),
            models.UniqueConstraint(
                fields=["article"], condition=Q(state__in=OPEN), name="one_open_version_an_article"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="article_valid_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="published_article_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["-written_at", "-id"], name="article_latest"),
            models.Index(fields=["department", "-written_at"], name="article_department"),
            models.Index(fields=["topic"], name="article_topic", condition=Q(state="published")),
            models.Index(fields=["valid_until"], name="article_expiry", condition=Q(state="published")),
            models.Index(
                fields=["review_on"], name="article_review", condition=Q(state="published", review_told_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def display_title(self) -> str:
        return self.title_en if self.title_en and in_english() else self.title

    @property
    def display_answer(self) -> str:
        return self.answer_en if self.answer_en and in_english() else self.answer

    @property
    def extract(self) -> str:
        """The beginning of the answer, on one line."""
        text = " ".join(self.display_answer.split())
        return text if len(text) <= EXTRACT else f"{text[: EXTRACT - 1]}…"

    @property
    def url(self) -> str:
        """Where the staff reads it."""
        return reverse("knowledge:article", args=[self.article.number])


class VersionItem(models.Model):
    """An item of the catalogue that the version speaks of, by its code only: the catalogue is another app's."""

    version = models.ForeignKey(ArticleVersion, models.CASCADE, related_name="items")
    code = models.CharField(_("code of the item"), max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_item_a_version")]
        indexes = [models.Index(fields=["code"], name="article_item_code")]

    def __str__(self) -> str:
        return self.code
