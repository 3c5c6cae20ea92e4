"""What the demonstration telephone knows of its own calls."""

from django.db import models

from portal.core.fields import EncryptedTextField


class DemoCall(models.Model):
    """A call of the demonstration telephone, as it stands there; the portal hears of it by the webhook only."""

    call_id = models.CharField(max_length=80, unique=True)
    number = EncryptedTextField(default="")
    line = models.CharField(max_length=16, default="12345")
    extension = models.CharField(max_length=32, blank=True, default="")
    notify_url = models.CharField(max_length=300, blank=True, default="")
    state = models.CharField(max_length=10, default="ringing")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["-started_at"], name="demo_call_latest"),)

    def __str__(self) -> str:
        return self.call_id
