"""Guided questions (情形引导): a few questions in everyday words that end at the right item."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.texts import localised


class GuidedPath(models.Model):
    """One tree of questions. How it is written and read stands in approvals.catalogue.guided."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    life_event = models.ForeignKey(
        "catalogue.LifeEvent", on_delete=models.SET_NULL, null=True, blank=True, related_name="guided"
    )
    words = models.CharField(max_length=300, blank=True)  # everyday words that lead here, separated by spaces
    tree = models.JSONField()
    shown = models.BooleanField(default=False)  # the public sees it
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("code",)
        verbose_name = _("guided questions")
        verbose_name_plural = _("guided questions")

    def __str__(self) -> str:
        return self.title

    @property
    def local_title(self) -> str:
        return localised(self, "title")
