"""The case: one filing of one applicant for one item."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.querysets import CaseQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now

# What a lamp's day asks of the case's end. The figures count by these words, and the indexes over the lamps' days hold
# only the rows that they hold for: counting a day anew does not read the many cases that were decided long before.
OPEN_ON_AMBER_DAY = models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("amber_on"))
OPEN_ON_OVERDUE_DAY = models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("overdue_from_on"))


class Channel(models.TextChoices):
    """How the filing came in."""

    ONLINE = "online", pgettext_lazy("channel", "Online")
    COUNTER = "counter", pgettext_lazy("channel", "At the window")
    POST = "post", pgettext_lazy("channel", "By post")
    EMAIL = "email", pgettext_lazy("channel", "By e-mail")
    PHONE = "phone", pgettext_lazy("channel", "By telephone")
    TERMINAL = "terminal", pgettext_lazy("channel", "Self-service terminal")
    AGENT = "agent", pgettext_lazy("channel", "Assisted")
    INTERNAL = "internal", pgettext_lazy("channel", "Internal")


class Kind(models.TextChoices):
    IMMEDIATE = "immediate", pgettext_lazy("case kind", "Immediate")
    PROMISE = "promise", pgettext_lazy("case kind", "Promised time")


class ApplicantType(models.TextChoices):
    PERSON = "person", pgettext_lazy("applicant", "Person")
    ORGANISATION = "organisation", pgettext_lazy("applicant", "Organisation")


class Case(models.Model):
    """One filing. Dates are local dates in Shanghai, days are working days.

    What follows from the clock is written here in the transaction of the event that moves it, so that sweeps and
    statistics are plain SQL. While the clock is stopped both due dates are NULL and the remaining days are kept.
    Nothing stores "is overdue": `overdue_from_on` is the first day on which it is, whether past or to come.
    """

    number = models.CharField(_("case number"), max_length=40, unique=True, null=True)
    query_code = models.CharField(_("query code"), max_length=12, blank=True, default="")
    item = models.ForeignKey("catalogue.Item", models.PROTECT, related_name="cases")
    version = models.ForeignKey("catalogue.ItemVersion", models.PROTECT, null=True, related_name="cases")
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="cases")
    window = models.ForeignKey("hall.Window", models.PROTECT, null=True, blank=True, related_name="cases")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="handled_cases"
    )
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases")
    # Taken in at a window: who typed it for the applicant, and at which window (前台受理). The department decides.
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="taken_in_cases"
    )
    intake_window = models.ForeignKey(
        "hall.Window", models.PROTECT, null=True, blank=True, related_name="taken_in_cases"
    )
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="cases")
    applicant_type = models.CharField(max_length=12, choices=ApplicantType.choices, default=ApplicantType.PERSON)
    applicant_name = models.CharField(_("applicant"), max_length=200, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PROMISE)

    state = models.CharField(_("state"), max_length=16, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    review_step = models.PositiveSmallIntegerField(default=0)
    review_steps = models.PositiveSmallIntegerField(default=0)
    resume_state = models.CharField(max_length=16, blank=True, default="")  # where a suspended case goes back to
    last_step = models.CharField(max_length=24, blank=True, default="")  # code of the last transition
    last_reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    created_at = models.DateTimeField(default=now, editable=False)
    submitted_at = models.DateTimeField(null=True)
    submitted_on = models.DateField(null=True)
    received_on = models.DateField(null=True)  # where the law's clock starts
    complete_on = models.DateField(null=True)  # the same for the last supplement; `received_on` without one
    # First answer: acceptance, refusal to accept or supplement notice.
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    answer_due_on = models.DateField(null=True)  # of the answer that is waited for now, else NULL
    first_answer_due_on = models.DateField(null=True)  # kept for the figures
    deemed = models.BooleanField(default=False)  # accepted by the law because nobody answered
    supplement_notices = models.PositiveSmallIntegerField(default=0)
    second_notice_allowed = models.BooleanField(default=False)
    supplement_due_on = models.DateField(null=True)
    # How it was handled (六件管理): the first day of each, NULL for what never happened.
    first_notice_on = models.DateField(null=True)
    joint_on = models.DateField(null=True)
    reported_on = models.DateField(null=True)
    late_no_on = models.DateField(null=True)  # "not ours" was decided on by the second person after its day
    reply_awaited_from_on = models.DateField(null=True)  # another authority has been asked and has not replied

    accepted_at = models.DateTimeField(null=True)
    accepted_on = models.DateField(null=True)  # the day that statistics count
    day_0 = models.DateField(null=True)  # the day that does not count
    legal_days = models.PositiveSmallIntegerField(null=True)
    promised_days = models.PositiveSmallIntegerField(null=True)
    promised_due_on = models.DateField(null=True)
    legal_due_on = models.DateField(null=True)
    due_source = models.CharField(max_length=10, default="computed")  # computed | source (given by an import)
    amber_on = models.DateField(null=True)
    amber_lit_on = models.DateField(null=True)
    red_lit_on = models.DateField(null=True)
    overdue_from_on = models.DateField(null=True)
    legal_overdue_from_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    remaining_days = models.SmallIntegerField(null=True)  # kept while stopped
    remaining_legal_days = models.SmallIntegerField(null=True)
    extended_on = models.DateField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    calendar_version = models.PositiveIntegerField(default=0)

    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)  # decision, withdrawal, return …: the clock's end
    elapsed_days = models.PositiveSmallIntegerField(null=True)  # working days from day 0 to the decision, less stops
    filing_days = models.PositiveSmallIntegerField(null=True)  # working days from receipt to the decision, with stops
    visits = models.PositiveSmallIntegerField(default=0)
    # Renewals (permit law, article 50): the last day of the document that is to be renewed.
    expires_on = models.DateField(null=True)
    renewal_in_time = models.BooleanField(default=False)  # filed as early as the law or the item's own rule asks
    expiry_told_on = models.DateField(null=True)  # the department heard that it passed while the clock stood still
    deemed_granted = models.BooleanField(default=False)  # granted by the law because nobody decided in time
    decision_text = models.TextField(blank=True, default="")
    revoked_on = models.DateField(null=True)  # the decision was taken back; it stays among the concluded
    # The applicant promised materials or signed a commitment: only then do the rooms above look further.
    pledged = models.BooleanField(default=False)

    imported = models.BooleanField(default=False)
    source = models.CharField(max_length=40, blank=True, default="")
    external_id = models.CharField(max_length=120, blank=True, default="")

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="one_case_a_source_id", condition=~models.Q(source="")
            ),
            models.CheckConstraint(
                condition=models.Q(stopped_on__isnull=True)
                | models.Q(promised_due_on__isnull=True, legal_due_on__isnull=True),
                name="a_stopped_case_has_no_due_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["approved", "refused"]) | models.Q(decided_on__isnull=False),
                name="a_decided_case_has_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(number__isnull=False), name="a_filed_case_has_a_number"
            ),
            models.CheckConstraint(
                condition=(models.Q(revoked_on__isnull=True) & ~models.Q(state="revoked"))
                | models.Q(revoked_on__isnull=False, state="revoked", outcome="approved"),
                name="a_revoked_case_was_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["applicant", "-id"]),
            models.Index(fields=["organisation", "-id"]),
            models.Index(fields=["department", "-id"], name="case_of_department"),  # the lists of other systems
            models.Index(
                fields=["taken_in_by", "-id"], name="case_taken_in", condition=models.Q(taken_in_by__isnull=False)
            ),
            models.Index(
                fields=["intake_window", "-id"], name="case_front", condition=models.Q(intake_window__isnull=False)
            ),
            models.Index(fields=["department", "state", "promised_due_on", "id"], name="case_desk"),
            models.Index(
                fields=["department", "promised_due_on", "id"],
                name="case_open_due",
                condition=models.Q(ended_on__isnull=True),
            ),
            # What a board counts over the work in hand, without reading the cases; and the most urgent of them.
            models.Index(
                fields=["department", "amber_on"],
                name="case_open_now",
                include=[
                    "ended_on",
                    "accepted_on",
                    "submitted_on",
                    "answer_due_on",
                    "stopped_on",
                    "overdue_from_on",
                    "id",
                ],
                condition=models.Q(ended_on__isnull=True),
            ),
            models.Index(
                fields=["overdue_from_on", "id"],
                name="case_open_urgent",
                include=["department", "accepted_on", "amber_on"],
                condition=models.Q(ended_on__isnull=True),
            ),
            # The promise simulator reads the days of an item's decided cases from the index alone.
            models.Index(
                fields=["item", "decided_on"],
                name="case_promise_days",
                include=["elapsed_days", "extended_days"],
                condition=models.Q(kind="promise", outcome__in=["approved", "refused"]),
            ),
            # After the decision: document, delivery, file. Small, however many cases are closed or imported.
            models.Index(
                fields=["department", "ended_on", "id"],
                name="case_aftercare",
                condition=models.Q(imported=False, state__in=["approved", "delivered", "issued", "refused"]),
            ),
            models.Index(
                fields=["amber_on", "id"],
                name="case_amber",
                include=["department"],
                condition=models.Q(ended_on__isnull=True, amber_lit_on__isnull=True, amber_on__isnull=False),
            ),
            models.Index(
                fields=["overdue_from_on", "id"],
                name="case_red",
                include=["department"],
                condition=models.Q(ended_on__isnull=True, red_lit_on__isnull=True, overdue_from_on__isnull=False),
            ),
            models.Index(
                fields=["answer_due_on", "id"], name="case_answer_due", condition=models.Q(answer_due_on__isnull=False)
            ),
            models.Index(
                fields=["supplement_due_on", "id"],
                name="case_supplement_due",
                condition=models.Q(supplement_due_on__isnull=False),
            ),
            models.Index(
                fields=["expires_on", "id"],
                name="case_expires",
                condition=models.Q(ended_on__isnull=True, renewal_in_time=True),
            ),
            # The day comes first: the statistics count whole days anew, over all departments.
            *(
                models.Index(fields=[day, "department"], name=f"case_{day}")
                for day in (
                    "submitted_on",
                    "answered_on",
                    "accepted_on",
                    "decided_on",
                    "ended_on",
                )
            ),
            *(
                models.Index(fields=[day, "department"], name=f"case_{day}", condition=condition)
                for day, condition in (("amber_on", OPEN_ON_AMBER_DAY), ("overdue_from_on", OPEN_ON_OVERDUE_DAY))
            ),
            *(
                models.Index(
                    fields=[day, "department"], name=f"case_{day}", condition=models.Q(**{f"{day}__isnull": False})
                )
                for day in ("first_notice_on", "joint_on", "reported_on", "late_no_on", "revoked_on")
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == "draft"

    @property
    def is_open(self) -> bool:
        """Filed and not ended yet."""
        return self.submitted_on is not None and self.ended_on is None

    @property
    def is_stopped(self) -> bool:
        return self.stopped_on is not None


class CaseContent(models.Model):
    """What the applicant wrote, encrypted as a whole, and how to reach them."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="content")
    answers = EncryptedTextField(default="{}")  # JSON: {section code: {field: value}}
    phone = EncryptedTextField(_("contact telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    resident_number = EncryptedTextField(_("resident number"), blank=True, default="")
    resident_blind = BlindIndexField(source="resident_number")
    steps_done = models.JSONField(default=list)  # codes of the draft's finished steps
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"content of {self.case_id}"
