"""Departments: the authorities stationed in the centre, a tree of four levels."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.time import today
from portal.people.querysets import DepartmentQuerySet


class Department(models.Model):
    """An authority (进驻部门). A closed one keeps its past cases and takes no new ones."""

    class Level(models.TextChoices):
        CITY = "city", pgettext_lazy("department level", "City")
        DISTRICT = "district", pgettext_lazy("department level", "District or county")
        TOWNSHIP = "township", pgettext_lazy("department level", "Township or street")
        VILLAGE = "village", pgettext_lazy("department level", "Village or community")

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True, default="")
    short_name = models.CharField(_("short name"), max_length=40, blank=True, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.CITY)
    phone = models.CharField(_("enquiry telephone"), max_length=40, blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    # Who takes over what is open on the day of the closing.
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    provisional = models.BooleanField(_("made by an import, to be completed"), default=False)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name in the reader's language, Chinese where there is no English one."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def display_short(self) -> str:
        if (get_language() or "").startswith("en"):
            return self.display_name
        return self.short_name or self.name

    @property
    def is_closed(self) -> bool:
        """Closed from that day on, the day itself included."""
        return self.closed_on is not None and self.closed_on <= today()
