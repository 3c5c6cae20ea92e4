"""What belongs to a case: stops of its clock, overdue spells, materials, proposals, lamps."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.models.case import Case
from portal.core.time import now


class CaseStop(models.Model):
    """A stop of the clock: the working days after `from_on` up to and including `to_on` do not count."""

    class Ground(models.TextChoices):
        """Article 45 of the permit law: what lies outside the limit."""

        HEARING = "hearing", pgettext_lazy("stop", "Hearing")
        BIDDING = "bidding", pgettext_lazy("stop", "Bidding")
        AUCTION = "auction", pgettext_lazy("stop", "Auction")
        INSPECTION = "inspection", pgettext_lazy("stop", "Inspection")
        TESTING = "testing", pgettext_lazy("stop", "Testing")
        QUARANTINE = "quarantine", pgettext_lazy("stop", "Quarantine")
        APPRAISAL = "appraisal", pgettext_lazy("stop", "Appraisal")
        EXPERT_REVIEW = "expert_review", pgettext_lazy("stop", "Expert review")
        IMPORTED = "imported", pgettext_lazy("stop", "Taken over from another system")

    case = models.ForeignKey(Case, models.CASCADE, related_name="stops")
    ground = models.CharField(max_length=16, choices=Ground.choices)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    announced_days = models.PositiveSmallIntegerField(null=True)  # what the applicant was told, working days
    announced_end_on = models.DateField(null=True)
    # Kept so that the figures of a past day need no clock: what was overdue when it stopped stays so.
    overdue_at_stop = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_stop_a_case", condition=models.Q(to_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | models.Q(to_on__gte=models.F("from_on")),
                name="stop_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["from_on"]), models.Index(fields=["to_on"])]

    def __str__(self) -> str:
        return f"{self.case} {self.from_on}/{self.to_on or ''}"


class CaseOverdueSpan(models.Model):
    """A spell of being overdue that ended before the case did, by an extension or a change of the calendar.

    From `from_on` up to the day before `to_on` the case was overdue; the row of the case no longer says so.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="overdue_spans")
    legal = models.BooleanField(default=False)  # over the legal limit, not only the promise
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(to_on__gt=models.F("from_on")), name="span_is_not_empty")
        ]
        indexes = [models.Index(fields=["from_on"]), models.Index(fields=["to_on"])]

    def __str__(self) -> str:
        return f"{self.case} {self.from_on}/{self.to_on}"


class CaseMaterial(models.Model):
    """A document that the applicant brought for one of the item's materials, or beside them."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="materials")
    material = models.ForeignKey("catalogue.Material", models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200, blank=True, default="")
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    on_paper = models.BooleanField(default=False)
    # What the clerk noted of a paper: original or copy, and how many; empty for what nobody noted.
    kept_as = models.CharField(max_length=8, blank=True, default="")
    copies = models.PositiveSmallIntegerField(null=True, blank=True)
    power_of_attorney = models.BooleanField(default=False)  # asked for by the portal, not by the item
    added_at = models.DateTimeField(default=now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # A later file for the same material replaces the earlier one, which stays for the record.
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.material_id}"


class SupplementRequest(models.Model):
    """One notice that lists everything that is missing (一次性告知)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="supplement_requests")
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    due_on = models.DateField()
    text = models.TextField()
    missing = models.JSONField(default=list)  # material ids of the version
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_on}"


class Proposal(models.Model):
    """A "no", a stop or an extension that waits for a second pair of eyes (窗口无权否决). The clock runs on."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "Waiting")
        CONFIRMED = "confirmed", pgettext_lazy("proposal", "Confirmed")
        REJECTED = "rejected", pgettext_lazy("proposal", "Sent back")
        LAPSED = "lapsed", pgettext_lazy("proposal", "No longer applies")

    case = models.ForeignKey(Case, models.CASCADE, related_name="proposals")
    step = models.CharField(max_length=24)  # code of the transition
    inputs = models.JSONField(default=dict)
    grounds = models.TextField(_("grounds"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # "Not ours" is said at once, so its second pair of eyes has the same working day (permit law, article 32(1)(1)).
    due_on = models.DateField(null=True)
    late_told_on = models.DateField(null=True)  # when reviewers and head were told that the day is over
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_waiting_proposal", condition=models.Q(outcome="waiting")
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="two_different_people",
            ),
        ]
        indexes = [
            models.Index(fields=["outcome", "proposed_at"]),
            models.Index(
                fields=["due_on", "id"],
                name="proposal_due",
                condition=models.Q(outcome="waiting", due_on__isnull=False, late_told_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"


class Consultation(models.Model):
    """Another department asked about a case (联办), or a higher authority that it was reported to (上报), and the reply.

    The clock runs on meanwhile; only a ground of article 45 stops it.
    """

    class Kind(models.TextChoices):
        JOINT = "joint", pgettext_lazy("consultation", "Other department involved")
        UPWARD = "upward", pgettext_lazy("consultation", "Reported to a higher authority")

    case = models.ForeignKey(Case, models.CASCADE, related_name="consultations")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    department = models.ForeignKey("people.Department", models.PROTECT, null=True, blank=True, related_name="+")
    authority = models.CharField(_("authority"), max_length=200)  # its name as it was on that day
    question = models.TextField(_("question"))
    asked_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reply = models.TextField(_("reply"), blank=True, default="")
    replied_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["asked_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_consultation_a_case", condition=models.Q(replied_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(replied_on__isnull=True) | models.Q(replied_on__gte=models.F("asked_on")),
                name="reply_comes_after_question",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.authority} {self.asked_on}"
