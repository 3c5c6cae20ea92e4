"""What is spoken of: counts of words, categories and places a day, and the rises that stand out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Subject(models.TextChoices):
    """What is counted. A place is a street; what goes on there is a street with a category."""

    TERM = "term", pgettext_lazy("topic", "Word")
    CATEGORY = "category", pgettext_lazy("topic", "Category")
    STREET = "street", pgettext_lazy("topic", "Street")
    PLACE = "place", pgettext_lazy("topic", "Category in a street")


class TopicCount(models.Model):
    """How many tickets recorded on a day are about something."""

    day = models.DateField()
    subject = models.CharField(max_length=8, choices=Subject.choices)
    key = models.CharField(max_length=64)  # a pair of characters, a category's id, a street's code, or street|category
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "subject", "key"], name="one_topic_count_a_day")]
        indexes = [models.Index(fields=["subject", "day"], name="topic_subject_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.key} {self.count}"


class CountedDay(models.Model):
    """A day that has been counted, with how many tickets it had: 0 is a count, too."""

    day = models.DateField(primary_key=True)
    tickets = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)


class Rise(models.Model):
    """A sudden rise, with the figures that it was judged by."""

    day = models.DateField()
    subject = models.CharField(max_length=8, choices=Subject.choices)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("tickets on the day"))
    before = models.PositiveIntegerField(_("tickets of the days before"))
    days = models.PositiveSmallIntegerField(_("days before"))
    bound = models.PositiveIntegerField(_("from so many it is no chance"))

    class Meta:
        verbose_name = _("sudden rise")
        verbose_name_plural = _("sudden rises")
        constraints = [models.UniqueConstraint(fields=["day", "subject", "key"], name="one_rise_a_day")]
        indexes = [models.Index(fields=["-day", "-count"], name="rise_latest")]

    def __str__(self) -> str:
        return f"{self.day} {self.key} {self.count}"

    @property
    def mean(self) -> float:
        """Tickets a day before."""
        return self.before / self.days if self.days else 0.0
