"""The applicant's wish, and the delivery of one case."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.delivery.querysets import DeliveryQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField

# The result is not with the applicant yet.
UNDER_WAY = ("preparing", "ready", "posted", "provided", "failed")


class Way(models.TextChoices):
    """The same codes as the case's own step of delivery."""

    WINDOW = "window", pgettext_lazy("delivery", "At the window")
    POST = "post", pgettext_lazy("delivery", "By post")
    ELECTRONIC = "electronic", pgettext_lazy("delivery", "Electronically")


class Wish(models.Model):
    """How the applicant would like to receive the result; may be changed until the document is issued."""

    case = models.OneToOneField("cases.Case", models.CASCADE, related_name="delivery_wish")
    way = models.CharField(_("way of delivery"), max_length=10, choices=Way.choices)
    recipient = EncryptedTextField(_("recipient"), blank=True, default="")
    phone = EncryptedTextField(_("recipient's telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    address = EncryptedTextField(_("postal address"), blank=True, default="")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.case_id} {self.way}"


class Delivery(models.Model):
    """The delivery of one case's result, from the decision to its proof (permit law, article 44)."""

    class Carrier(models.TextChoices):
        EMS = "ems", pgettext_lazy("carrier", "China Post EMS")
        SF = "sf", pgettext_lazy("carrier", "SF Express")
        OTHER = "other", pgettext_lazy("carrier", "Another carrier")

    class Proof(models.TextChoices):
        SIGNED = "signed", pgettext_lazy("proof of delivery", "Signed at the window, identity checked")
        AGENT = "agent", pgettext_lazy("proof of delivery", "Signed by an agent with a power of attorney")
        CARRIER = "carrier", pgettext_lazy("proof of delivery", "Confirmed by the carrier")
        SLIP = "slip", pgettext_lazy("proof of delivery", "Signed slip of the carrier")
        OPENED = "opened", pgettext_lazy("proof of delivery", "Opened by the applicant")
        ENTERED = "entered", pgettext_lazy("proof of delivery", "Entered with the case")

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="delivery")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices)
    state = models.CharField(_("state"), max_length=10, default="preparing")
    state_version = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    decided_on = models.DateField()
    due_on = models.DateField()  # ten working days after the decision
    amber_on = models.DateField()
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)

    pick_up_code = models.CharField(max_length=12, blank=True, default="")
    ready_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    carrier = models.CharField(max_length=8, choices=Carrier.choices, blank=True, default="")
    tracking_number = models.CharField(max_length=30, blank=True, default="")
    posted_on = models.DateField(null=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    post_is_free = models.BooleanField(default=True)  # the centre pays the postage
    asked_at = models.DateTimeField(null=True)  # the carrier, last
    provided_at = models.DateTimeField(null=True)
    failed_on = models.DateField(null=True)
    failed_reason = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)

    delivered_at = models.DateTimeField(null=True)
    delivered_on = models.DateField(null=True)
    proof = models.CharField(max_length=8, choices=Proof.choices, blank=True, default="")
    proof_note = models.CharField(max_length=200, blank=True, default="")  # number of the slip, kind of the card
    receiver = EncryptedTextField(_("receiver"), blank=True, default="")
    receiver_number = EncryptedTextField(_("receiver's identity number"), blank=True, default="")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="delivered") | (Q(delivered_on__isnull=False) & ~Q(proof="")),
                name="delivered_has_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | (Q(posted_on__isnull=False) & ~Q(tracking_number="")),
                name="posted_has_number",
            ),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"], name="one_parcel_a_number", condition=~Q(tracking_number="")
            ),
        ]
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="delivery_desk"),
            models.Index(fields=["due_on", "id"], name="delivery_open", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["pick_up_code"], name="delivery_code", condition=~Q(pick_up_code="")),
            models.Index(fields=["posted_on", "department"], name="delivery_posted"),
            models.Index(fields=["delivered_on", "department"], name="delivery_done"),
            models.Index(fields=["due_on", "department"], name="delivery_due"),
            models.Index(fields=["failed_on", "department"], name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in UNDER_WAY


class DemoParcel(models.Model):
    """A parcel as the demonstration carrier knows it. Empty in production."""

    tracking_number = models.CharField(max_length=30, unique=True)
    state = models.CharField(max_length=10, default="transit")  # transit, delivered, returned
    announced_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=40, blank=True, default="")

    def __str__(self) -> str:
        return self.tracking_number
