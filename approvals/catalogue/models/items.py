"""What the city does for people: items, and the life events that lead to them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.querysets import ItemQuerySet
from approvals.catalogue.texts import localised


class LifeEvent(models.Model):
    """An occasion in the life of a person or a firm, as a way into the catalogue: a birth, a new shop, a move."""

    class Audience(models.TextChoices):
        PERSON = "person", pgettext_lazy("audience", "Individuals")
        ORGANISATION = "organisation", pgettext_lazy("audience", "Businesses and organisations")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    order = models.PositiveSmallIntegerField(default=0)
    icon = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("audience", "order", "code")
        verbose_name = _("life event")
        verbose_name_plural = _("life events")

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        return localised(self, "name")


class Item(models.Model):
    """One thing that people can apply for (事项). What holds today stands in its current version."""

    class Type(models.TextChoices):
        PERMIT = "permit", pgettext_lazy("item type", "Administrative permit")
        CONFIRMATION = "confirmation", pgettext_lazy("item type", "Administrative confirmation")
        BENEFIT = "benefit", pgettext_lazy("item type", "Administrative benefit")
        REWARD = "reward", pgettext_lazy("item type", "Administrative reward")
        RULING = "ruling", pgettext_lazy("item type", "Administrative ruling")
        OTHER_POWER = "other_power", pgettext_lazy("item type", "Other administrative power")
        SERVICE = "service", pgettext_lazy("item type", "Public service")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("item status", "Being prepared")
        PUBLISHED = "published", pgettext_lazy("item status", "Open")
        SUSPENDED = "suspended", pgettext_lazy("item status", "Suspended")
        CANCELLED = "cancelled", pgettext_lazy("item status", "Cancelled")
        MERGED = "merged", pgettext_lazy("item status", "Merged into another item")

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    department = models.ForeignKey("people.Department", on_delete=models.PROTECT, related_name="items")
    type = models.CharField(max_length=12, choices=Type.choices, default=Type.SERVICE)
    enterprise = models.BooleanField(default=False)  # 涉企: for firms, or for founding one
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    source = models.CharField(max_length=60, blank=True)  # the system that the item came from; empty = made here
    external_id = models.CharField(max_length=120, blank=True)
    life_events = models.ManyToManyField(LifeEvent, related_name="items", blank=True)
    current = models.ForeignKey(
        "catalogue.ItemVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="current_for"
    )
    synonyms = models.TextField(blank=True)  # everyday words, separated by spaces or line breaks
    search = models.TextField(blank=True, editable=False)  # written by portal.core.search.index, never by hand
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = (
            models.UniqueConstraint(
                fields=("source", "external_id"), condition=~models.Q(external_id=""), name="item_external_id_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="published") | models.Q(current__isnull=False),
                name="item_published_has_version",
            ),
        )
        indexes = (
            models.Index(fields=("status", "department"), name="item_status_department"),
            models.Index(fields=("status", "type"), name="item_status_type"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def local_name(self) -> str:
        return localised(self, "name")

    @property
    def is_open_to_filing(self) -> bool:
        """People may file this today: published, with a version in force. Needs `current` loaded."""
        return self.status == self.Status.PUBLISHED and self.current is not None and self.current.in_force
