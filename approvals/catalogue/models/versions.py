"""A version of an item: days, fee, materials and form as they hold from one day on. Published versions never change."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.frozen import FrozenPart, FrozenVersion
from approvals.catalogue.texts import localised
from portal.core.time import today


class ItemVersion(FrozenVersion):
    """What an item asks and promises. A case keeps the version it was filed under."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("version state", "Draft")
        PUBLISHED = "published", pgettext_lazy("version state", "In force")
        RETIRED = "retired", pgettext_lazy("version state", "Replaced")

    class Kind(models.TextChoices):
        IMMEDIATE = "immediate", pgettext_lazy("item kind", "Immediate")
        PROMISE = "promise", pgettext_lazy("item kind", "Promise")

    class FeeWhen(models.TextChoices):
        """Until when a fee must be paid. A fee that is not collected here holds nothing up."""

        DECISION = "decision", pgettext_lazy("fee due", "Before the decision")
        ISSUE = "issue", pgettext_lazy("fee due", "Before the document is issued")
        ELSEWHERE = "none", pgettext_lazy("fee due", "Not collected by this centre")

    # What may still move on a published version: it can end.
    MUTABLE = frozenset({"state", "valid_to"})

    item = models.ForeignKey("catalogue.Item", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PROMISE)
    legal_days = models.PositiveSmallIntegerField(null=True, blank=True)  # working days; null = the law sets none
    promised_days = models.PositiveSmallIntegerField(null=True, blank=True)  # working days; null = not yet known
    previous_promised_days = models.PositiveSmallIntegerField(null=True, blank=True)
    fee_fen = models.BigIntegerField(null=True, blank=True)  # 0 = free, null = not yet known
    fee_basis = models.CharField(max_length=300, blank=True)
    fee_basis_en = models.CharField(max_length=300, blank=True)
    fee_when = models.CharField(max_length=10, choices=FeeWhen.choices, default=FeeWhen.ISSUE)
    # [{code, name, name_en, unit, unit_en, price_fen}]: where the fee depends on what and how many. `fee_fen` is then the
    # usual amount, which guides show.
    fee_schedule = models.JSONField(default=list, blank=True)
    online = models.BooleanField(default=False)
    visits = models.PositiveSmallIntegerField(null=True, blank=True)  # visits to a window, null = not yet known
    instant = models.BooleanField(default=False)  # 秒批: decided by the portal without a person
    conditions = models.TextField(blank=True)
    conditions_en = models.TextField(blank=True)
    steps = models.JSONField(default=list, blank=True)  # [{name, name_en, days}]
    legal_grounds = models.JSONField(default=list, blank=True)  # [{law, article}]
    channels = models.JSONField(default=list, blank=True)  # codes of Channel
    review_steps = models.PositiveSmallIntegerField(default=1)  # reviews before the decision
    # A renewal (延续) is asked for at least so many natural days before the document expires; null = no renewal.
    renewal_lead_days = models.PositiveSmallIntegerField(null=True, blank=True)
    renewal_in_working_days = models.BooleanField(default=False)  # the item's own rule counts working days
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # the last day, included
    form = models.ForeignKey(
        "catalogue.FormVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("item", "-number")
        verbose_name = _("item version")
        verbose_name_plural = _("item versions")
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="item_version_number_once"),
            models.UniqueConstraint(fields=("item",), condition=Q(state="draft"), name="item_version_one_draft"),
            models.CheckConstraint(
                condition=Q(legal_days__isnull=True)
                | Q(promised_days__isnull=True)
                | Q(promised_days__lte=F("legal_days")),
                name="item_version_promise_within_law",
            ),
            models.CheckConstraint(
                condition=~Q(kind="immediate") | Q(promised_days=0), name="item_version_immediate_is_zero_days"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(promised_days__isnull=False) & Q(valid_from__isnull=False) & Q(published_at__isnull=False)),
                name="item_version_published_complete",
            ),
            models.CheckConstraint(
                condition=Q(fee_fen__isnull=True) | Q(fee_fen__gte=0), name="item_version_fee_not_negative"
            ),
            models.CheckConstraint(condition=Q(review_steps__lte=2), name="item_version_review_steps"),
        )

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"

    @property
    def in_force(self) -> bool:
        """Published, and today lies in its validity."""
        if self.state != self.State.PUBLISHED or self.valid_from is None:
            return False
        day = today()
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def is_free(self) -> bool:
        return self.fee_fen == 0 and not self.fee_schedule

    @property
    def is_renewal(self) -> bool:
        return self.renewal_lead_days is not None

    @property
    def compressed_days(self) -> int | None:
        """Working days between the legal limit and the promise; None where the law sets no limit."""
        if self.legal_days is None or self.promised_days is None:
            return None
        return self.legal_days - self.promised_days

    @property
    def local_conditions(self) -> str:
        return localised(self, "conditions")

    @property
    def local_fee_basis(self) -> str:
        return localised(self, "fee_basis")

    @property
    def local_fee_schedule(self) -> list[dict[str, Any]]:
        """The lines of the schedule with name and unit in the reader's language."""
        return [
            {**line, "name": _local(line, "name"), "unit": _local(line, "unit"), "price_fen": line["price_fen"]}
            for line in self.fee_schedule
        ]


def _local(line: dict[str, Any], name: str) -> str:
    in_english = (get_language() or "").startswith("en")
    return str((in_english and line.get(f"{name}_en")) or line.get(name, ""))


class Material(FrozenPart):
    """One paper or data set that an item asks for."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", pgettext_lazy("material kind", "Original")
        COPY = "copy", pgettext_lazy("material kind", "Copy")
        ELECTRONIC = "electronic", pgettext_lazy("material kind", "Electronic file")

    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="materials")
    order = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=300, blank=True)
    required = models.BooleanField(default=True)
    tolerable = models.BooleanField(default=False)  # 容缺: may follow later, against a promise
    committable = models.BooleanField(default=False)  # 告知承诺: a signed commitment stands in for it
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ELECTRONIC)
    copies = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)
    blank_file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sample_file = models.ForeignKey(
        "core.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("order", "pk")
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = (models.UniqueConstraint(fields=("version", "code"), name="material_code_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        return localised(self, "name")

    @property
    def local_note(self) -> str:
        return localised(self, "note")
