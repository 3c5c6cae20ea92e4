"""Categories of tickets: a tree; each one says how urgent its tickets are and whose they usually are."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.people.models import Department

# Kinds of requests (`Kind`) of which there is nothing to settle.
NOTHING_TO_SETTLE = frozenset({"enquiry", "suggestion", "praise"})


class Grade(models.TextChoices):
    """How urgent a ticket is; how long each grade may take is the dated rule `hotline.limits`."""

    URGENT = "urgent", pgettext_lazy("ticket grade", "Urgent")
    PRESSING = "pressing", pgettext_lazy("ticket grade", "Pressing")
    NORMAL = "normal", pgettext_lazy("ticket grade", "Normal")
    LONG = "long", pgettext_lazy("ticket grade", "Long")


class Category(models.Model):
    """What a ticket is about. A closed one keeps its tickets and takes no new ones."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True, default="")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    grade = models.CharField(_("usual urgency"), max_length=10, choices=Grade.choices, default=Grade.NORMAL)
    # Whether the caller is asked at the call-back if the matter is settled: an enquiry or praise has nothing to settle.
    asks_resolution = models.BooleanField(_("asks for a resolution"), default=True)
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("usual department")
    )
    # Simple matters go out from the operator's desk; everything else goes through a dispatcher.
    operator_dispatches = models.BooleanField(_("operators may dispatch it"), default=False)
    words = models.CharField(_("words that point to it"), max_length=300, blank=True, default="")
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    provisional = models.BooleanField(_("made by an import, to be completed"), default=False)

    class Meta:
        verbose_name = _("ticket category")
        verbose_name_plural = _("ticket categories")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.display_name

    def asks_resolution_of(self, kind: str) -> bool:
        """Whether the caller of a ticket of this kind is asked at the call-back if the matter is settled."""
        return self.asks_resolution and kind not in NOTHING_TO_SETTLE

    @property
    def display_name(self) -> str:
        """The name in the reader's language, Chinese where there is no English one."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
