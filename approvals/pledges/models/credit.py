"""The credit record (信用记录): who broke a commitment or a promise, what follows from it and until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.pledges.querysets import CreditRecordQuerySet, CreditRequestQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now


class CreditRecord(models.Model):
    """One entry. It bars from the first to the last day, both included, unless it was repaired or lifted before."""

    class Ground(models.TextChoices):
        COMMITMENT = "commitment", pgettext_lazy("credit", "Broken commitment")
        MATERIAL = "material", pgettext_lazy("credit", "Promised material not brought")

    class State(models.TextChoices):
        HOLDS = "holds", pgettext_lazy("credit", "On record")
        REPAIRED = "repaired", pgettext_lazy("credit", "Repaired")
        LIFTED = "lifted", pgettext_lazy("credit", "Lifted after an objection")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="credit_records")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, blank=True, related_name="credit_records"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="credit_records"
    )
    subject_name = EncryptedTextField(_("whose record it is"))
    subject_number = EncryptedTextField(_("number of the subject"), blank=True, default="")
    subject_blind = BlindIndexField(source="subject_number")
    ground = models.CharField(max_length=10, choices=Ground.choices)
    facts = models.TextField(_("what happened"))
    source = models.CharField(_("source"), max_length=300)  # the decision that it rests on
    from_on = models.DateField()
    until_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.HOLDS)
    ended_on = models.DateField(null=True)  # repaired or lifted
    made_at = models.DateTimeField(default=now)

    objects = CreditRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit record")
        verbose_name_plural = _("credit records")
        constraints = [
            models.UniqueConstraint(fields=["case", "ground"], name="one_record_a_breach"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="record_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="holds", ended_on__isnull=True) | (~Q(state="holds") & Q(ended_on__isnull=False)),
                name="record_end_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "until_on"], name="credit_of_firm"),
            models.Index(fields=["person", "until_on"], name="credit_of_person"),
            models.Index(fields=["subject_blind"], name="credit_number_blind"),
            models.Index(fields=["department", "-from_on", "-id"], name="credit_of_department"),
            models.Index(fields=["-from_on", "-id"], name="credit_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"


class CreditRequest(models.Model):
    """The subject asks: the record is wrong (异议), or the harm is made good (信用修复)."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", pgettext_lazy("credit request", "I object: the record is wrong")
        REPAIR = "repair", pgettext_lazy("credit request", "I ask for repair: it has been made good")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("credit request", "Being looked at")
        GRANTED = "granted", pgettext_lazy("credit request", "Granted")
        DECLINED = "declined", pgettext_lazy("credit request", "Not granted")

    record = models.ForeignKey(CreditRecord, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(_("reasons"))
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    answer = models.TextField(blank=True, default="")

    objects = CreditRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request about a credit record")
        verbose_name_plural = _("requests about credit records")
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(state="asked"), name="one_open_credit_request"),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="credit_answer_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="credit_other_person"
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="credit_request_due", condition=Q(state="asked"))]

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind}"
