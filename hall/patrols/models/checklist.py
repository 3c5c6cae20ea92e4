"""Checklists: versions with chapters and points. A published one is never edited; a change is a new version."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Checklist(models.Model):
    """A version of the checklist. One is in force, one at most is being written."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("checklist", "Draft")
        PUBLISHED = "published", pgettext_lazy("checklist", "In force")
        RETIRED = "retired", pgettext_lazy("checklist", "Replaced")

    number = models.PositiveIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="published"), name="one_checklist_in_force"
            ),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="draft"), name="one_checklist_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class Chapter(models.Model):
    """A chapter of the standard; `code` is the same in every version, so that figures compare."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="chapters")
    code = models.CharField(max_length=16)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="one_chapter_a_code")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Point(models.Model):
    """One thing to look at in each area."""

    chapter = models.ForeignKey(Chapter, models.CASCADE, related_name="points")
    text = models.CharField(_("point"), max_length=200)
    text_en = models.CharField(_("point in English"), max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["chapter__order", "order"]

    def __str__(self) -> str:
        return self.display_text

    @property
    def display_text(self) -> str:
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text
