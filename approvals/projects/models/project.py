"""The project (工程建设项目): what is built, by whom, where, and how far its review has come."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.projects.querysets import BuildQuerySet
from portal.core.fields import EncryptedTextField
from portal.people.models import Department, Organisation

OPEN_STATES = ("registered", "under_way")


class Project(models.Model):
    """One construction project.

    `stage`, `next_due_on` and `amber_on` follow from its stages and requests and are written with them, so that the board
    is plain SQL; nothing stores "is overdue".
    """

    class Kind(models.TextChoices):
        GOVERNMENT = "government", pgettext_lazy("project kind", "Building, government investment")
        PRIVATE = "private", pgettext_lazy("project kind", "Building, private investment")
        INDUSTRIAL = "industrial", pgettext_lazy("project kind", "Industry and storage")
        LINEAR = "linear", pgettext_lazy("project kind", "Roads, pipes and other lines")
        TRAFFIC = "traffic", pgettext_lazy("project kind", "Traffic and water works")
        OTHER = "other", pgettext_lazy("project kind", "Other")

    code = models.CharField(_("project code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=200)
    builder = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("builder"))
    site = models.CharField(_("site"), max_length=200)
    investment_fen = models.BigIntegerField(_("investment"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    lead = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("leading department"))
    contact_name = EncryptedTextField(_("contact person"), blank=True, default="")
    contact_phone = EncryptedTextField(_("contact telephone"), blank=True, default="")
    # The green channel of key projects, with the person who helps.
    key = models.BooleanField(_("key project"), default=False)
    key_reason = models.CharField(max_length=300, blank=True, default="")
    helper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    state = models.CharField(_("state"), max_length=12, default="registered")
    state_version = models.PositiveIntegerField(default=0)
    stage = models.CharField(_("stage"), max_length=12, blank=True, default="")  # the earliest open one, else the last
    next_due_on = models.DateField(null=True, blank=True)  # earliest day of what is waited for
    amber_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=500, blank=True, default="")
    # Working days of the closed stages: one after the other, and side by side as it was.
    serial_days = models.PositiveIntegerField(default=0)
    span_days = models.PositiveIntegerField(default=0)

    search = models.TextField(blank=True, default="", editable=False)

    objects = BuildQuerySet.as_manager()

    class Meta:
        verbose_name = _("construction project")
        verbose_name_plural = _("construction projects")
        constraints = [
            models.CheckConstraint(condition=Q(investment_fen__gte=0), name="build_investment_not_negative"),
            models.CheckConstraint(condition=Q(key=True) | Q(helper__isnull=True), name="build_helper_of_key_project"),
        ]
        indexes = [
            models.Index(fields=["-registered_on", "-id"], name="build_newest"),
            models.Index(fields=["builder", "-id"], name="build_of_builder"),
            models.Index(fields=["lead", "-id"], name="build_of_lead"),
            models.Index(fields=["helper", "-id"], name="build_of_helper", condition=Q(helper__isnull=False)),
            # What the board counts over the work in hand, and its lists.
            models.Index(
                fields=["stage", "next_due_on", "amber_on", "id"],
                name="build_board",
                include=["key", "lead"],
                condition=Q(state__in=OPEN_STATES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def saved_days(self) -> int:
        """Working days that working side by side has saved in the closed stages; negative where it has cost some."""
        return self.serial_days - self.span_days
