"""The register of social supervisors: who was appointed, for which term, and what they keep away from."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.social.querysets import SupervisorQuerySet
from portal.people.models import Department


class SocialSupervisor(models.Model):
    """An appointed social supervisor. In office is who has begun, has not reached the end, and was not released."""

    class Category(models.TextChoices):
        DEPUTY = "deputy", pgettext_lazy("social supervisor", "Deputies to the People's Congress")
        CPPCC = "cppcc", pgettext_lazy("social supervisor", "Members of the CPPCC")
        MEDIA = "media", pgettext_lazy("social supervisor", "Media")
        CITIZEN = "citizen", pgettext_lazy("social supervisor", "Citizens")
        FIRM = "firm", pgettext_lazy("social supervisor", "Firms")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="social_supervisor")
    category = models.CharField(pgettext_lazy("social supervisor", "category"), max_length=8, choices=Category.choices)
    employer = models.CharField(_("employer"), max_length=200, blank=True, default="")
    letter = models.CharField(_("number of the appointment letter"), max_length=60, unique=True)
    starts_on = models.DateField(_("appointed from"))
    ends_on = models.DateField(_("appointed until"))
    # Their own unit, or one that they are close to: they are never drawn for a visit of it.
    avoids = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=_("units to keep away from"))
    released_on = models.DateField(_("released on"), null=True, blank=True)
    release_note = models.CharField(_("reason of the release"), max_length=300, blank=True, default="")
    registered_at = models.DateTimeField(_("registered at"))

    objects = SupervisorQuerySet.as_manager()

    class Meta:
        verbose_name = _("social supervisor")
        verbose_name_plural = _("social supervisors")
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="social_term_has_an_end"),)
        indexes = (models.Index(fields=["-registered_at", "-id"], name="social_latest"),)

    def __str__(self) -> str:
        return self.user.name

    def in_office_on(self, day: dt.date) -> bool:
        """The same as `SupervisorQuerySet.in_office`."""
        return self.starts_on <= day <= self.ends_on and (self.released_on is None or self.released_on > day)
