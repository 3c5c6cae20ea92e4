"""A package and its versions: questions, items with their conditions, promised days. Published versions never change."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.frozen import FrozenPart, FrozenVersion
from approvals.catalogue.models import LifeEvent
from approvals.catalogue.texts import localised
from approvals.packages.querysets import PackageQuerySet


class Package(models.Model):
    """One occasion for which people need several items. What holds today stands in its current version."""

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("package status", "Being prepared")
        PUBLISHED = "published", pgettext_lazy("package status", "Open")
        SUSPENDED = "suspended", pgettext_lazy("package status", "Suspended")

    code = models.SlugField(max_length=40, unique=True)
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="led_packages")  # 牵头部门
    audience = models.CharField(max_length=12, choices=LifeEvent.Audience.choices)
    life_event = models.ForeignKey("catalogue.LifeEvent", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    current = models.ForeignKey("packages.PackageVersion", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = (
            models.CheckConstraint(
                condition=Q(status="draft") | Q(current__isnull=False), name="package_open_has_version"
            ),
        )
        indexes = (
            models.Index(fields=["status", "audience", "code"], name="package_open"),
            models.Index(fields=["department", "code"], name="package_of_department"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        """People may file it. Needs `current` loaded."""
        return self.status == self.Status.PUBLISHED and self.current is not None


class PackageVersion(FrozenVersion):
    """What a package consists of and promises. A filing keeps the version it was filed under."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version state", "Draft")
        PUBLISHED = "published", pgettext_lazy("version state", "In force")
        RETIRED = "retired", pgettext_lazy("version state", "Replaced")

    package = models.ForeignKey(Package, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    promised_days = models.PositiveSmallIntegerField()  # working days for all items together
    visits = models.PositiveSmallIntegerField(default=0)  # visits to a window for all items together
    # [{code, text, text_en, choices: [{value, label, label_en}]}]
    questions = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("package", "-number")
        verbose_name = _("package version")
        verbose_name_plural = _("package versions")
        constraints = (
            models.UniqueConstraint(fields=("package", "number"), name="package_version_once"),
            models.UniqueConstraint(fields=("package",), condition=Q(state="draft"), name="package_one_draft"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(reviewed_by__isnull=False) & Q(published_at__isnull=False) & ~Q(reviewed_by=F("created_by"))),
                name="package_two_people",
            ),
        )

    def __str__(self) -> str:
        return f"{self.package_id} v{self.number}"

    @property
    def local_name(self) -> str:
        return localised(self, "name")

    @property
    def local_summary(self) -> str:
        return localised(self, "summary")


class PackageItem(FrozenPart):
    """One item of a package and the answers on which it applies: [[question, [choice, …]], …], all of them."""

    version = models.ForeignKey(PackageVersion, models.CASCADE, related_name="entries")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    condition = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("order", "pk")
        verbose_name = _("item of a package")
        verbose_name_plural = _("items of packages")
        constraints = (models.UniqueConstraint(fields=("version", "item"), name="package_item_once"),)

    def __str__(self) -> str:
        return f"{self.version_id}: {self.item_id}"
