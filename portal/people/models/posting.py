"""Postings: who holds which role for which department, from which day to which."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.time import today
from portal.people.models.department import Department
from portal.people.querysets import PostingQuerySet
from portal.people.roles import STAFF, Role


class Posting(models.Model):
    """A role held for a department, first and last day included. Every policy asks for it, so it stands here and
    not in the hall; the hall says at which window.

    A centre-wide role (supervisor, auditor, administrator, head of government) has no department.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="postings")
    role = models.CharField(_("role"), max_length=24, choices=[(r.value, r.label) for r in Role if r in STAFF])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    # Ended at once, in the middle of its last day: the role is gone from this moment on.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    # A/B 岗: the colleague who stands in while this one is away.
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="stands_in_for"
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [models.Index(fields=["department", "role"]), models.Index(fields=["role", "ends_on"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="posting_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None or (self.ends_on is not None and self.ends_on < today())

    @property
    def is_to_come(self) -> bool:
        return self.starts_on > today()
