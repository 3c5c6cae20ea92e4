"""Tickets (工单): one request of one caller; and, apart and erasable, who the caller is."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.category import Category, Grade
from hotline.querysets import HotlineTicketQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import now
from portal.people.models import Department

ENDED = ("answered", "closed", "void")
# With a department, and not answered by it yet.
UNDER_WAY = ("dispatched", "signed", "drafted", "returned")
# What `open_overdue` asks of a ticket, in the figures and in the indexes over its days alike: so an index holds only
# the rows that are counted.
OPEN_ON_DUE_DAY = Q(handled_on__isnull=True) | Q(handled_on__gt=F("due_on"))
HANDLED_LATE = Q(handled_on__gt=F("due_on"))


class Kind(models.TextChoices):
    """What the caller wants (诉求类型)."""

    ENQUIRY = "enquiry", pgettext_lazy("ticket kind", "Enquiry")
    COMPLAINT = "complaint", pgettext_lazy("ticket kind", "Complaint")
    HELP = "help", pgettext_lazy("ticket kind", "Request for help")
    SUGGESTION = "suggestion", pgettext_lazy("ticket kind", "Suggestion")
    REPORT = "report", pgettext_lazy("ticket kind", "Report")
    PRAISE = "praise", pgettext_lazy("ticket kind", "Praise")


class Channel(models.TextChoices):
    """Where a ticket comes from."""

    PHONE = "phone", pgettext_lazy("hotline channel", "Telephone")
    WEB = "web", pgettext_lazy("hotline channel", "Website")
    WECHAT = "wechat", pgettext_lazy("hotline channel", "WeChat")
    APP = "app", pgettext_lazy("hotline channel", "App")
    EMAIL = "email", pgettext_lazy("hotline channel", "E-mail")
    PROVINCE = "province", pgettext_lazy("hotline channel", "Provincial platform")
    OPEN311 = "open311", pgettext_lazy("hotline channel", "Open311")
    OTHER = "other", pgettext_lazy("hotline channel", "Other")


class Ticket(models.Model):
    """One request. `due_at` is the moment of the present handling, NULL while nothing runs or the clock is suspended.

    `first_due_*` and `first_replied_*` are those of the first handling and stay when a ticket is redone: on-time
    handling is counted by them. `handled_*` is when the present handling ended: by a reply, or without one.
    """

    number = models.CharField(pgettext_lazy("ticket", "number"), max_length=48, unique=True, null=True, blank=True)
    query_code = models.CharField(max_length=8, blank=True, default="")
    source = models.CharField(_("source system"), max_length=40, blank=True, default="")
    external_id = models.CharField(_("number there"), max_length=120, blank=True, default="")
    imported = models.BooleanField(default=False)
    channel = models.CharField(
        pgettext_lazy("ticket", "channel"), max_length=10, choices=Channel.choices, default=Channel.PHONE
    )
    line = models.CharField(_("line"), max_length=16, default="12345")
    province_number = models.CharField(_("number of the provincial platform"), max_length=64, blank=True, default="")
    province_due_at = models.DateTimeField(_("due at the provincial platform"), null=True, blank=True)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=pgettext_lazy("ticket", "category"),
    )
    asks_resolution = models.BooleanField(default=True)
    grade = models.CharField(_("urgency"), max_length=10, choices=Grade.choices, default=Grade.NORMAL)
    kind = models.CharField(pgettext_lazy("ticket", "kind"), max_length=12, choices=Kind.choices, default=Kind.HELP)
    title = models.CharField(pgettext_lazy("ticket", "title"), max_length=200)
    content = models.TextField(_("content"))
    # Where it happened: plain, because it is the event's place and not the caller's home.
    address = models.CharField(_("place"), max_length=200, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    geohash = models.CharField(max_length=8, blank=True, default="", editable=False)
    street_code = models.CharField(_("street"), max_length=32, blank=True, default="")
    item_code = models.CharField(_("item"), max_length=64, blank=True, default="")
    life_danger = models.BooleanField(_("danger to life"), default=False)
    secret = models.BooleanField(_("the caller stays secret"), default=False)
    many = models.BooleanField(_("one of very many from one caller"), default=False)

    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_on = models.DateField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="recorded_tickets"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="own_tickets"
    )  # the signed-in citizen who sent it
    suggested_department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("department")
    )
    # Within a district: who of those below it works on the ticket (the district stays responsible to the city), and
    # whether they have signed for it.
    inner_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    inner_ready = models.BooleanField(default=False)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="handled_tickets"
    )

    state = models.CharField(_("state"), max_length=12, default="recorded")
    state_version = models.PositiveIntegerField(default=0)
    direct = models.BooleanField(_("answered directly"), default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_parent = models.BooleanField(default=False)

    # The clock: anchored to the first dispatch, whoever has the ticket later.
    anchor_at = models.DateTimeField(null=True, blank=True)
    limit_value = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_unit = models.CharField(max_length=14, blank=True, default="")
    extended_until = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    suspended_due_at = models.DateTimeField(null=True, blank=True)  # what was due when the clock stopped
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_on = models.DateField(null=True, blank=True)
    first_due_at = models.DateTimeField(null=True, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    first_replied_on = models.DateField(null=True, blank=True)
    escalated = models.PositiveSmallIntegerField(_("escalated at percent"), default=0)
    escalate_at = models.DateTimeField(null=True, blank=True)  # when the next share of the limit has passed
    province_told_at = models.DateTimeField(null=True, blank=True)

    called_back_at = models.DateTimeField(null=True, blank=True)
    called_back_on = models.DateField(null=True, blank=True)
    call_attempts = models.PositiveSmallIntegerField(default=0)
    contacted = models.BooleanField(_("contacted by the department"), null=True, blank=True)
    resolved = models.BooleanField(_("resolved"), null=True, blank=True)
    satisfied = models.BooleanField(_("satisfied"), null=True, blank=True)
    excluded = models.BooleanField(_("excluded from satisfaction"), default=False)
    # What another system's rating says of it (five grades); counts where no call-back asked for the satisfaction.
    rated_grade = models.PositiveSmallIntegerField(_("grade of a rating"), null=True, blank=True)
    rated_on = models.DateField(null=True, blank=True)
    redone = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    urged = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    anonymised_at = models.DateTimeField(null=True, blank=True)
    search = models.TextField(blank=True, default="", editable=False)
    # The one column by which lists are sorted; written with every save (`urgency_of`).
    urgent_at = models.DateTimeField(editable=False)

    objects = HotlineTicketQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("hotline", "ticket")
        verbose_name_plural = pgettext_lazy("hotline", "tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=Q(external_id__gt=""), name="one_ticket_a_source_row"
            ),
            models.CheckConstraint(
                condition=Q(imported=True)
                | ~Q(state__in=("dispatched", "signed", "drafted", "replied"))
                | Q(department__isnull=False),
                name="dispatched_ticket_has_department",
            ),
            models.CheckConstraint(
                condition=Q(inner_department__isnull=True, inner_ready=False)
                | Q(inner_department__isnull=False, department__isnull=False),
                name="inner_department_has_a_host",
            ),
            models.CheckConstraint(
                condition=~Q(state="suspended") | Q(due_at__isnull=True), name="suspended_ticket_has_no_due"
            ),
            models.CheckConstraint(
                condition=Q(rated_grade__isnull=True, rated_on__isnull=True)
                | Q(rated_grade__range=(1, 5), rated_on__isnull=False),
                name="ticket_rating_has_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(ended_at__isnull=True, ended_on__isnull=True))
                | (Q(ended_at__isnull=False, ended_on__isnull=False)),
                name="ticket_end_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["-recorded_at", "-id"], name="ticket_latest"),
            # Desks: what is open, the most urgent first; one index for the centre, one for each department.
            models.Index(fields=["urgent_at", "id"], name="ticket_open", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["department", "urgent_at", "id"],
                name="ticket_open_department",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(
                fields=["inner_department", "urgent_at", "id"], name="ticket_inner_department",
                condition=Q(inner_department__isnull=False),
            ),
            models.Index(fields=["state", "due_at"], name="ticket_state", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["department", "-recorded_at", "-id"], name="ticket_department"),
            models.Index(fields=["owner", "-recorded_at"], name="ticket_owner", condition=Q(owner__isnull=False)),
            models.Index(
                fields=["escalate_at"], name="ticket_to_escalate",
                condition=Q(escalate_at__isnull=False, handled_at__isnull=True),
            ),
            models.Index(
                fields=["province_due_at"], name="ticket_province_due",
                condition=Q(province_due_at__isnull=False, ended_at__isnull=True),
            ),
            models.Index(
                fields=["suspended_until"], name="ticket_to_resume", condition=Q(suspended_until__isnull=False)
            ),
            # Series and duplicates: what was said lately about the same place.
            models.Index(fields=["geohash", "-recorded_at"], name="ticket_place", condition=Q(geohash__gt="")),
            models.Index(fields=["street_code", "-recorded_at"], name="ticket_street"),
            models.Index(fields=["parent"], name="ticket_series", condition=Q(parent__isnull=False)),
            # One index for each day column of the statistics.
            models.Index(fields=["recorded_on"], name="ticket_recorded_on"),
            models.Index(fields=["first_due_on"], name="ticket_first_due_on"),
            models.Index(fields=["first_replied_on"], name="ticket_direct_on", condition=Q(direct=True)),
            models.Index(fields=["due_on"], name="ticket_due_on", condition=OPEN_ON_DUE_DAY),
            models.Index(fields=["handled_on"], name="ticket_handled_on", condition=HANDLED_LATE),
            models.Index(fields=["called_back_on"], name="ticket_called_back_on"),
            models.Index(fields=["rated_on"], name="ticket_rated_on", condition=Q(rated_on__isnull=False)),
            models.Index(
                fields=["ended_on"], name="ticket_to_anonymise",
                condition=Q(ended_on__isnull=False, anonymised_at__isnull=True),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the sorting column in step with what it is made of."""
        self.urgent_at = urgency_of(self)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "urgent_at"}
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        """Our number; for an imported one the number of its source."""
        return self.number or self.external_id

    @property
    def handler_id(self) -> int | None:
        """Who works on it: the department that a district passed it on to, else the responsible one."""
        return self.inner_department_id or self.department_id

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_overdue(self) -> bool:
        """The moment has passed and nobody has answered."""
        return self.due_at is not None and self.handled_at is None and self.due_at < now()


DANGER_FIRST = dt.timedelta(days=36_525)
ANSWERED_LAST = dt.timedelta(days=7_305)


def urgency_of(ticket: Ticket) -> dt.datetime:
    """Danger to life first, the oldest first; then by the due moment; what has none by its recording; answered last."""
    if ticket.handled_at is not None:
        return ticket.handled_at + ANSWERED_LAST
    if ticket.life_danger:
        return ticket.recorded_at - DANGER_FIRST
    return ticket.due_at or ticket.suspended_until or ticket.recorded_at


class Reporter(models.Model):
    """Who called: sealed, masked by role, erased after the retention time; the ticket stays."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="reporter")
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("telephone"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone", db_index=False)  # the index below begins with it
    address = EncryptedTextField(_("address of the caller"), blank=True, default="")
    language = models.CharField(max_length=10, default="zh-hans")
    consented_at = models.DateTimeField(_("agreed to the use of the data at"), null=True, blank=True)

    class Meta:
        verbose_name = _("caller")
        verbose_name_plural = _("callers")
        # The latest of one number first, whatever their number: rows are written as tickets are recorded.
        indexes = [models.Index(fields=["phone_blind", "-id"], name="caller_of_number")]

    def __str__(self) -> str:
        return f"caller of {self.ticket_id}"
