"""How the hall is laid out: halls, queues by business area, their services, the windows that serve them, devices."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hall.models import Window
from hall.queue.querysets import DeviceQuerySet, HallQuerySet, QueueQuerySet
from portal.people.models import Department


class Named(models.Model):
    """A name in the centre's language, and one in English where somebody wrote it."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class Hall(Named):
    """A hall with its own numbers and screens (大厅). Without hours of its own it keeps those of the centre."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    # Open on days off too (周末不打烊); the working calendar is then not asked.
    every_day = models.BooleanField(_("open every day"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = HallQuerySet.as_manager()

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="hall_opens_before_it_closes",
            )
        ]


class Queue(Named):
    """A line of people for one business area; its letter begins their numbers."""

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="queues")
    prefix = models.CharField(
        _("letter"), max_length=2, validators=[RegexValidator(r"^[A-Z]{1,2}$", _("One or two capital letters."))]
    )
    area = models.CharField(_("area of the hall"), max_length=80, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="queues")
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_open = models.BooleanField(_("numbers are given"), default=True)
    closed_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    remote = models.BooleanField(_("numbers by telephone"), default=True)
    daily_limit = models.PositiveIntegerField(_("numbers a day at most"), null=True, blank=True)
    retired_on = models.DateField(_("given up on"), null=True, blank=True)
    windows = models.ManyToManyField(Window, through="QueueWindow", related_name="queues")

    objects = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering = ["order", "prefix"]
        constraints = [models.UniqueConstraint(fields=["hall", "prefix"], name="one_queue_a_letter")]


class QueueService(Named):
    """What people come for in a queue: the second level of the kiosk. An item of the catalogue is named by its code."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="services")
    item_code = models.CharField(_("item code"), max_length=40, blank=True, default="")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("service of a queue")
        verbose_name_plural = _("services of queues")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["queue", "name"], name="one_service_a_name")]


class QueueWindow(models.Model):
    """A window serves a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="served_at")
    window = models.ForeignKey(Window, models.PROTECT, related_name="serves")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "window"], name="one_window_a_queue")]

    def __str__(self) -> str:
        return f"{self.window_id} → {self.queue_id}"


class Device(models.Model):
    """A screen or kiosk that opens the portal with a secret address; only the secret's hash is kept."""

    class Kind(models.TextChoices):
        HALL_SCREEN = "hall_screen", pgettext_lazy("device", "Hall screen")
        AREA_SCREEN = "area_screen", pgettext_lazy("device", "Screen of an area")
        WINDOW_SCREEN = "window_screen", pgettext_lazy("device", "Window screen")
        KIOSK = "kiosk", pgettext_lazy("device", "Kiosk")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="devices")
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="devices")
    area = models.CharField(_("area of the hall"), max_length=80, blank=True, default="")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="window_screen") | models.Q(window__isnull=False),
                name="a_window_screen_has_its_window",
            )
        ]

    def __str__(self) -> str:
        return self.name
