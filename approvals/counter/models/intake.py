"""The intake: one person at a window, from the identity card to the filed case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.fields import EncryptedTextField
from portal.core.time import now


class Intake(models.Model):
    """Who typed it, for whom, at which window, and how the person showed who they are and confirmed what was typed.

    Its case is a draft until it is filed. An intake that nobody finished is found again in the list of open ones.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("intake", "Being taken in")
        FILED = "filed", pgettext_lazy("intake", "Filed")
        DROPPED = "dropped", pgettext_lazy("intake", "Dropped")

    class Identity(models.TextChoices):
        CARD = "card", pgettext_lazy("identity", "Card read")
        TYPED = "typed", pgettext_lazy("identity", "Typed from the card")

    class Confirmation(models.TextChoices):
        PAPER = "paper", pgettext_lazy("confirmation", "Signed on the printed summary")
        TABLET = "tablet", pgettext_lazy("confirmation", "Signed on the tablet")
        SCREEN = "screen", pgettext_lazy("confirmation", "Read on the screen and confirmed aloud")

    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="intakes")
    window = models.ForeignKey("hall.Window", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # who stands there
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    case = models.OneToOneField("cases.Case", models.SET_NULL, null=True, blank=True, related_name="intake")
    # What it is about where that is no single item: the name of a package, whose room has the draft.
    matter = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    identity = models.CharField(_("identity"), max_length=8, choices=Identity.choices, default=Identity.TYPED)
    phone = EncryptedTextField(_("contact telephone"), blank=True, default="")
    authority_seen = models.BooleanField(_("licence and letter of authority seen"), default=False)
    confirmation = models.CharField(max_length=8, choices=Confirmation.choices, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="filed") | models.Q(confirmed_at__isnull=False),
                name="a_filed_intake_was_confirmed",
            ),
        ]
        indexes = [
            models.Index(fields=["clerk", "-id"], name="intake_of_clerk"),
            models.Index(fields=["window", "-id"], name="intake_open", condition=models.Q(state="open")),
            models.Index(fields=["person", "-id"], name="intake_of_person", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"intake {self.pk}"


class MaterialCheck(models.Model):
    """What the clerk noted of one material: original seen, what was kept, how many, or that it is missing."""

    class Kept(models.TextChoices):
        NOTHING = "nothing", pgettext_lazy("material kept", "Nothing kept")
        SCAN = "scan", pgettext_lazy("material kept", "Scanned")
        COPY = "copy", pgettext_lazy("material kept", "Copy kept")
        ORIGINAL = "original", pgettext_lazy("material kept", "Original kept")
        MISSING = "missing", pgettext_lazy("material kept", "Missing")

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="checks")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, related_name="+")
    kept = models.CharField(max_length=8, choices=Kept.choices)
    original_seen = models.BooleanField(default=False)
    copies = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "material"], name="one_check_a_material"),
            models.CheckConstraint(condition=models.Q(copies__gte=1, copies__lte=99), name="check_counts_copies"),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id}/{self.material_id}: {self.kept}"

    @property
    def is_paper(self) -> bool:
        """Something of it lies at the window."""
        return self.kept in {self.Kept.COPY, self.Kept.ORIGINAL}
