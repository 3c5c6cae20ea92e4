"""Invitations: what may be rated, by whoever holds its link, once."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.ratings.querysets import InvitationQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now
from portal.people.models import Department

TOKEN_BYTES = 18  # 144 bits: nobody guesses it, and it still fits a QR code of a hand's width


class SubjectKind(models.TextChoices):
    """What a rating is about."""

    CASE = "case", pgettext_lazy("subject of a rating", "Case")
    VISIT = "visit", pgettext_lazy("subject of a rating", "Visit to a window")
    TICKET = "ticket", pgettext_lazy("subject of a rating", "Hotline ticket")


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


class Invitation(models.Model):
    """One subject, one invitation, one rating (现场一次一评、网上一事一评)."""

    kind = models.CharField(max_length=8, choices=SubjectKind.choices)
    subject = models.CharField(max_length=120)  # the number that the app of the subject knows it by
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    item_code = models.CharField(max_length=80, blank=True, default="")
    # Whom the portal asked; None where only the link says who may rate. The rated never see it.
    invited = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="rating_invitations")
    phone = EncryptedTextField(blank=True, default="")  # of somebody without an account, for a call-back
    phone_blind = BlindIndexField(source="phone")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    served_at = models.DateTimeField()
    served_on = models.DateField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # rated, or expired without a rating
    # Call-back: who is on the telephone with it, and how often nobody was reached.
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)
    call_attempts = models.PositiveSmallIntegerField(default=0)
    call_refused = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="one_invitation_a_subject")]
        indexes = [
            models.Index(
                fields=["window", "-served_at", "-id"],
                name="invitation_of_window",
                condition=models.Q(settled_at__isnull=True),
            ),
            models.Index(
                fields=["expires_at", "id"], name="invitation_expiry", condition=models.Q(settled_at__isnull=True)
            ),
            models.Index(
                fields=["served_at", "id"], name="invitation_to_call", condition=models.Q(settled_at__isnull=True)
            ),
            models.Index(fields=["invited", "-id"], name="invitation_of_person"),
            models.Index(fields=["served_on", "department"], name="invitation_served_on"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_settled(self) -> bool:
        return self.settled_at is not None

    @property
    def is_expired(self) -> bool:
        """Past its day, whether or not the night's sweep has settled it."""
        return self.expires_at <= now()
