"""Keys: the public halves of the opening officers' pairs, and the centre's own key that signs receipts."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField


class OfficerKey(models.Model):
    """An officer's X25519 key. The private half was made in the officer's browser and never comes here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="opening_keys")
    public = models.CharField(_("public key"), max_length=64)
    # Sealed to the key when asked; whoever reads it back holds the private half.
    challenge = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    proved_at = models.DateTimeField(_("possession shown at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    ended_note = models.CharField(_("why"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("opening key")
        verbose_name_plural = _("opening keys")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_opening_key_a_person"
            ),
            models.UniqueConstraint(fields=["public"], name="an_opening_key_is_made_once"),
        )

    def __str__(self) -> str:
        return self.fingerprint

    @property
    def fingerprint(self) -> str:
        """What officers compare by eye: 16 characters of the key's SHA-256, in fours."""
        digest = hashlib.sha256(bytes.fromhex(self.public)).hexdigest()[:16].upper()
        return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


class CentreKey(models.Model):
    """The Ed25519 pair that signs receipts; the secret half is sealed like personal data."""

    public = models.CharField(_("public key"), max_length=64, unique=True)
    secret = EncryptedTextField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("key of the receipts")
        verbose_name_plural = _("keys of the receipts")

    def __str__(self) -> str:
        return self.public
