"""The ticket of a queue, and the day's row of a hall that orders its calls."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.queue.models.layout import Hall, Queue, QueueService
from hall.queue.querysets import TicketQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.people.models import Department

IN_LINE = ("waiting", "transferred")  # may be called
AT_WINDOW = ("called", "serving")  # a window has at most one of these
ENDED = ("done", "cancelled", "expired")


def new_public_id() -> str:
    """What the ticket's link holds: 128 random bits, so nobody finds another one's ticket."""
    return secrets.token_urlsafe(16)


class HallDay(models.Model):
    """One day of a hall. `calls` numbers its calls in the order in which they are committed, since who takes the next
    one holds this row until then; `version` is raised by everything else that screens show."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="days")
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "day"], name="one_row_a_hall_day")]

    def __str__(self) -> str:
        return f"{self.hall_id} {self.day}"


class Ticket(models.Model):
    """One number of one visit. Times are written together with the event that they are of, durations in seconds.

    A ticket belongs to its day (`day` in Shanghai) and is over when the hall has closed. People are called in the
    order of `rank_at`: the arrival less a capped credit, so that nobody is overtaken for longer than the cap.
    """

    class Channel(models.TextChoices):
        KIOSK = "kiosk", pgettext_lazy("ticket channel", "Kiosk")
        DESK = "desk", pgettext_lazy("ticket channel", "Reception desk")
        PHONE = "phone", pgettext_lazy("ticket channel", "Telephone")
        APPOINTMENT = "appointment", pgettext_lazy("ticket channel", "Appointment")
        MACHINE = "machine", pgettext_lazy("ticket channel", "Number machine")

    class Priority(models.TextChoices):
        NONE = "", pgettext_lazy("priority", "None")
        ELDERLY = "elderly", pgettext_lazy("priority", "Older person")
        DISABLED = "disabled", pgettext_lazy("priority", "Person with a disability")
        SOLDIER = "soldier", pgettext_lazy("priority", "Soldier or veteran")
        APPOINTMENT = "appointment", pgettext_lazy("priority", "Appointment kept")

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="tickets")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    number = models.CharField(_("number"), max_length=12)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    services = models.ManyToManyField(QueueService, related_name="+")
    hour = models.PositiveSmallIntegerField()  # of the arrival, for the figures

    state = models.CharField(_("state"), max_length=12, default="waiting")
    state_version = models.PositiveIntegerField(default=0)
    priority = models.CharField(max_length=12, choices=Priority.choices, blank=True, default="")
    taken_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    booked_for = models.DateTimeField(null=True, blank=True)
    rank_at = models.DateTimeField(null=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="tickets")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    call_number = models.PositiveIntegerField(null=True, blank=True)  # of the last call, in the hall's day
    calls = models.PositiveSmallIntegerField(default=0)
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    called_from = models.CharField(max_length=12, blank=True, default="")  # the state before the last call
    started_at = models.DateTimeField(null=True)  # of the running service; NULL while it is held
    ended_at = models.DateTimeField(null=True)
    misses = models.PositiveSmallIntegerField(default=0)
    rejoins = models.PositiveSmallIntegerField(default=0)
    wait_seconds = models.PositiveIntegerField(null=True)  # arrival → first call
    way_seconds = models.PositiveIntegerField(null=True)  # call → start
    service_seconds = models.PositiveIntegerField(default=0)
    time_unreliable = models.BooleanField(default=False)  # closed by the sweep, or the clock jumped
    # Where it counts in the figures: written when a service ends or nobody came.
    counted_window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="+")
    counted_staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="counted_tickets"
    )

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tickets")
    shown_name = models.CharField(max_length=40, blank=True, default="")  # masked, as screens show it
    phone = EncryptedTextField(blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    language = models.CharField(max_length=10, blank=True, default="")
    wants_notice = models.BooleanField(default=False)
    told_near_at = models.DateTimeField(null=True, blank=True)
    case_number = models.CharField(max_length=40, blank=True, default="")
    rating_url = models.CharField(max_length=200, blank=True, default="")  # the page to rate this visit
    source = models.CharField(max_length=24, blank=True, default="")
    source_key = models.CharField(max_length=80, blank=True, default="")

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["hall", "day", "number"], name="one_ticket_a_number"),
            models.UniqueConstraint(fields=["window"], condition=Q(state__in=AT_WINDOW), name="one_ticket_at_a_window"),
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=~Q(source_key=""), name="one_ticket_a_source_key"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_WINDOW) | Q(window__isnull=False, staff__isnull=False),
                name="a_called_ticket_has_its_window",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=IN_LINE) | Q(rank_at__isnull=False, arrived_at__isnull=False),
                name="a_waiting_ticket_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="an_ended_ticket_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["hall", "day", "-call_number"], name="ticket_calls"),
            models.Index(
                fields=["queue", "day", "rank_at", "id"], condition=Q(state__in=IN_LINE), name="ticket_in_line"
            ),
            models.Index(fields=["day", "department"], name="ticket_day"),
            models.Index(fields=["queue", "-id"], condition=Q(state="done", time_unreliable=False), name="ticket_done"),
            models.Index(fields=["person", "-id"], condition=Q(person__isnull=False), name="ticket_person"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="ticket_case"),
            models.Index(fields=["day", "id"], condition=Q(ended_at__isnull=True), name="ticket_live"),
            models.Index(
                fields=["queue", "rank_at"],
                condition=Q(wants_notice=True, told_near_at__isnull=True, state__in=IN_LINE),
                name="ticket_to_tell",
            ),
            models.Index(fields=["ended_at"], condition=Q(phone_blind__isnull=False), name="ticket_phone"),
            models.Index(fields=["staff", "day"], name="ticket_staff"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        """Something may still happen to it."""
        return self.ended_at is None

    @property
    def in_line(self) -> bool:
        return self.state in IN_LINE
