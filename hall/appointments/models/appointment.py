"""Appointments, and the people who hold them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.appointments.models.service import Service
from hall.appointments.models.slot import Slot
from hall.appointments.querysets import AppointmentQuerySet, HolderQuerySet
from portal.core.fields import BlindIndexField, EncryptedTextField
from portal.core.time import today

LIVE = ("booked", "checked_in")


class Holder(models.Model):
    """One person who books, with or without an account. Locked while booking, so that the limits hold for a person."""

    key = models.CharField(max_length=120, unique=True, editable=False)  # account, or digest of name and phone
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="booking_holder"
    )
    name = EncryptedTextField(_("name"), blank=True, default="")
    phone = EncryptedTextField(_("phone number"), blank=True, default="")
    phone_blind = BlindIndexField(source="phone")
    # Booking is paused up to and including this day.
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    # Missed appointments before this moment have had their consequence.
    counted_from = models.DateTimeField(null=True, blank=True)

    objects = HolderQuerySet.as_manager()

    class Meta:
        verbose_name = _("person who books")
        verbose_name_plural = _("people who book")
        indexes = [
            models.Index(fields=["paused_until"], name="holder_paused", condition=models.Q(paused_until__isnull=False))
        ]

    def __str__(self) -> str:
        return f"holder {self.pk}"

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until >= today()

    @property
    def shown_name(self) -> str:
        return self.user.name if self.user else self.name


class Appointment(models.Model):
    """A place in a slot, held by one person."""

    class Channel(models.TextChoices):
        WEB = "web", pgettext_lazy("booking channel", "Online")
        DESK = "desk", pgettext_lazy("booking channel", "At the desk")
        PHONE = "phone", pgettext_lazy("booking channel", "By telephone")

    holder = models.ForeignKey(Holder, models.PROTECT, related_name="appointments")
    service = models.ForeignKey(Service, models.PROTECT, related_name="appointments")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    # Of the service's day of booking: figures never move when a service does.
    department = models.ForeignKey(
        "people.Department", models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    code = models.CharField(_("check-in code"), max_length=16, unique=True)
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    channel = models.CharField(_("booked"), max_length=8, choices=Channel.choices, default=Channel.WEB)
    state = models.CharField(max_length=12, default="booked")
    state_version = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField(_("booked at"))
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="appointments_booked"
    )
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    ticket_number = models.CharField(_("queue number"), max_length=16, blank=True, default="")
    ticket_id = models.BigIntegerField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        indexes = [
            models.Index(fields=["day", "starts_at", "id"], name="appointment_day"),
            models.Index(fields=["service", "day", "starts_at"], name="appointment_service_day"),
            models.Index(fields=["holder", "-starts_at", "-id"], name="appointment_holder"),
            models.Index(fields=["slot"], name="appointment_slot", condition=models.Q(state="booked")),
            models.Index(fields=["starts_at"], name="appointment_waiting", condition=models.Q(state="booked")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["holder", "starts_at"], condition=models.Q(state__in=LIVE), name="one_appointment_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE
