"""What an operator has typed and not recorded yet: kept after every pause, so that nothing is lost."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField


class Draft(models.Model):
    """One for an operator and a call, and one for what is typed without a call. The caller's words are sealed."""

    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="hotline_drafts")
    call = models.ForeignKey("calls.Call", models.CASCADE, null=True, blank=True, related_name="drafts")
    fields = EncryptedTextField(blank=True, default="")  # JSON of the form's fields
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["operator", "call"], name="one_draft_a_call"),
            models.UniqueConstraint(
                fields=["operator"], condition=models.Q(call__isnull=True), name="one_draft_without_a_call"
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self) -> str:
        return f"draft {self.pk}"
