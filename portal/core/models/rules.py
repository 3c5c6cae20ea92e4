"""Dated rules: limits, shares and periods with their source, each valid from a day to a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DatedRule(models.Model):
    """One version of a rule. Never edited: a new version ends the one before it, and cases keep the rules of their day."""

    code = models.CharField(_("code"), max_length=60)
    value = models.JSONField(_("value"))
    unit = models.CharField(_("unit"), max_length=16)
    source = models.CharField(_("source"), max_length=300)
    source_en = models.CharField(_("source in English"), max_length=300, blank=True, default="")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    unverified = models.BooleanField(_("not verified"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    author_id = models.BigIntegerField(null=True)
    author_name = models.CharField(_("author"), max_length=100, blank=True, default="")
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="core_rule_one_version_a_day"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_to__isnull=True), name="core_rule_one_open_version"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="core_rule_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} ({self.valid_from}–{self.valid_to or ''})"
