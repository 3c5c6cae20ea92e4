"""A type of certificate with its dated versions, the items that issue it, and the materials that it stands for."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from approvals.certificates.querysets import TypeQuerySet


class CertificateType(models.Model):
    """A kind of certificate or licence (证照类型) of one department. A closed one issues nothing any more."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="certificate_types")
    # The item by which a holder renews: the button on the certificate's page leads there.
    renewal_item_code = models.CharField(_("item for renewals"), max_length=40, blank=True, default="")
    made_at = models.DateTimeField()
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = TypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("type of certificate")
        verbose_name_plural = _("types of certificates")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class TypeVersion(models.Model):
    """What a type looks like from a day on. Never changed: a certificate keeps the version of its day."""

    class Validity(models.TextChoices):
        NONE = "none", pgettext_lazy("validity", "No end")
        YEARS = "years", pgettext_lazy("validity", "A number of years")
        ANSWER = "answer", pgettext_lazy("validity", "Until a date of the application")

    class Layout(models.TextChoices):
        PORTRAIT = "portrait", pgettext_lazy("layout", "Upright")
        LANDSCAPE = "landscape", pgettext_lazy("layout", "Across")

    type = models.ForeignKey(CertificateType, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("holds from"))
    validity = models.CharField(_("validity"), max_length=8, choices=Validity.choices, default=Validity.NONE)
    years = models.PositiveSmallIntegerField(_("years"), null=True, blank=True)
    end_field = models.CharField(_("question with the last day"), max_length=40, blank=True, default="")
    fields = models.JSONField(_("lines"), default=list)  # [{"source": …, "label": …, "label_en": …}]
    word = models.CharField(_("word of the number"), max_length=12)  # 食经: 海市监食经〔2026〕1号
    seal = models.CharField(_("words of the seal"), max_length=30, blank=True, default="")
    layout = models.CharField(_("layout"), max_length=10, choices=Layout.choices, default=Layout.PORTRAIT)
    on_paper = models.BooleanField(_("is printed at the issuing window"), default=True)
    numbered_forms = models.BooleanField(_("is printed on numbered blank forms"), default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a type")
        verbose_name_plural = _("versions of types")
        ordering = ("type", "-number")
        constraints = (
            models.UniqueConstraint(fields=["type", "number"], name="type_version_number"),
            models.UniqueConstraint(fields=["type", "valid_from"], name="one_type_version_a_day"),
            models.CheckConstraint(
                condition=~Q(validity="years") | Q(years__isnull=False, years__gte=1), name="years_are_named"
            ),
            models.CheckConstraint(condition=~Q(validity="answer") | ~Q(end_field=""), name="end_field_is_named"),
        )

    def __str__(self) -> str:
        return f"{self.type_id} v{self.number} {self.valid_from:%Y-%m-%d}"

    def holds_on(self, day: dt.date) -> bool:
        """Begun by that day; whether a later one has taken its place is the type's matter."""
        return self.valid_from <= day


class IssuingItem(models.Model):
    """An item whose approval issues the type; an item issues one type at most."""

    type = models.ForeignKey(CertificateType, models.CASCADE, related_name="issuing_items")
    item_code = models.CharField(_("item code"), max_length=40, unique=True)

    def __str__(self) -> str:
        return f"{self.item_code} → {self.type_id}"


class MaterialSource(models.Model):
    """A material of an item for which a certificate of the type stands in (免证办)."""

    type = models.ForeignKey(CertificateType, models.CASCADE, related_name="material_sources")
    item_code = models.CharField(_("item code"), max_length=40)
    material_code = models.CharField(_("material code"), max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item_code", "material_code"], name="one_source_a_material"),)

    def __str__(self) -> str:
        return f"{self.item_code}/{self.material_code} ← {self.type_id}"
