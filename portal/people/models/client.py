"""Departments' own systems and the hall's devices: who they are, the tokens they show, and how much they ask."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.time import now
from portal.people.models.department import Department
from portal.people.querysets import ClientQuerySet


class Client(models.Model):
    """A system account (系统账号). It acts through an account of its own, which cannot sign in."""

    class Kind(models.TextChoices):
        SYSTEM = "system", pgettext_lazy("client kind", "Department's system")
        DEVICE = "device", pgettext_lazy("client kind", "Device of the hall")

    code = models.CharField(_("code"), max_length=40, unique=True)  # also the source of what it sends in
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SYSTEM)
    # Empty for a device of the hall: then it sees no department's cases.
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="clients")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="client")
    allowed_networks = models.JSONField(_("allowed networks"), default=list, blank=True)  # CIDR; empty = any
    rate_per_minute = models.PositiveIntegerField(_("requests a minute"), default=600)
    created_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("system account")
        verbose_name_plural = _("system accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="device") | models.Q(department__isnull=False),
                name="a_system_has_a_department",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ClientToken(models.Model):
    """A key of a client, shown once: what stands here is its digest, and a prefix to find and to name it by."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=80, blank=True, default="")
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)  # within five minutes

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        indexes = [
            models.Index(fields=["expires_at"], name="token_expiring", condition=models.Q(revoked_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > now()


class ClientUsage(models.Model):
    """How many requests a token made on a day, added up in batches: good enough to see who asks how much."""

    token = models.ForeignKey(ClientToken, models.CASCADE, related_name="usage")
    day = models.DateField()
    requests = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "day"], name="one_usage_a_day")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.day} {self.requests}"
