"""What was published of a tender as open data: the process as it stands, and every release, written once."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.opendata.querysets import ProcessQuerySet, ReleaseQuerySet
from procurement.tenders.models import Project


class Process(models.Model):
    """One contracting process. Its `ocid` is given once and outlives a change of the prefix."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="process")
    ocid = models.CharField(_("open contracting identifier"), max_length=80, unique=True)
    first_year = models.PositiveSmallIntegerField(_("year of the first release"))
    releases_written = models.PositiveIntegerField(default=0)
    # The compiled release but for its own id, date and tag: JSON, amounts as exact decimals.
    sections = models.TextField()
    changed_at = models.DateTimeField(_("last release"))

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("contracting process")
        verbose_name_plural = _("contracting processes")
        indexes = (
            models.Index(fields=["-changed_at", "-id"], name="process_latest"),
            models.Index(fields=["first_year", "id"], name="process_of_year"),
        )

    def __str__(self) -> str:
        return self.ocid


class Release(models.Model):
    """What was said at one moment. Never changed: a later fact is a later release."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="releases")
    release_id = models.CharField(_("release"), max_length=100, unique=True)
    sequence = models.PositiveIntegerField(_("number"))
    released_at = models.DateTimeField(_("released at"))
    year = models.PositiveSmallIntegerField(_("year"))
    tags = models.CharField(_("tags"), max_length=200)  # separated by commas
    body = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = (models.UniqueConstraint(fields=["process", "sequence"], name="one_release_a_number"),)
        indexes = (
            models.Index(fields=["-released_at", "-id"], name="release_latest"),
            models.Index(fields=["year", "id"], name="release_of_year"),
        )

    def __str__(self) -> str:
        return self.release_id

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once. Raises TypeError for a second time."""
        if not self._state.adding:
            raise TypeError("a release is never changed")
        super().save(*args, **kwargs)

    @property
    def tag_list(self) -> list[str]:
        return self.tags.split(",")
