"""StoredFile: what is known of an uploaded file; its content lies in the private storage under its own SHA-256."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Scan(models.TextChoices):
    """What the virus scanner said."""

    CLEAN = "clean", pgettext_lazy("virus scan", "No virus found")
    INFECTED = "infected", pgettext_lazy("virus scan", "Virus found")
    NOT_SCANNED = "not_scanned", pgettext_lazy("virus scan", "Not scanned")


class StoredFile(models.Model):
    """One upload. Two uploads of the same content are two rows and one blob.

    The owner stands here by number and name: the core knows no people. A file belongs to nothing until `attach`ed.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField(_("size in bytes"))
    name = models.CharField(_("file name"), max_length=150)
    mime = models.CharField(_("type"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40)
    owner_user_id = models.BigIntegerField(null=True, db_index=True)
    owner_name = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(_("uploaded at"))
    scan = models.CharField(max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED)
    stream = models.CharField(max_length=60, blank=True)
    stream_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["stream", "stream_id"], name="file_stream"),
            models.Index(fields=["created_at"], name="file_unattached", condition=models.Q(stream_id__isnull=True)),
            models.Index(fields=["id"], name="file_unscanned", condition=models.Q(scan="not_scanned")),
        ]
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return blob_path(self.sha256)


def blob_path(sha256: str) -> str:
    """Where a content lies in the storage: two levels of folders keep each folder small."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
