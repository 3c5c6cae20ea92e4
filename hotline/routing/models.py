"""Rules of dispatch in versions: a draft is edited and tried, another person puts it live, the former one retires."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models.statistics import AbstractCell


class RuleBook(models.Model):
    """One version of the rules. At most one is a draft and at most one is live."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule book", "Draft")
        LIVE = "live", pgettext_lazy("rule book", "In use")
        RETIRED = "retired", pgettext_lazy("rule book", "Replaced")

    number = models.PositiveIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    state_version = models.PositiveIntegerField(default=0)
    note = models.CharField(_("what changes"), max_length=200, blank=True, default="")
    made_at = models.DateTimeField(_("begun at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rule_books_made")
    # Everybody who changed something in it: none of them puts it live.
    editors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="rule_books_edited")
    # What the draft would have done with past tickets, as of `tried_version`; an edited draft is tried again.
    trial = models.JSONField(null=True, blank=True)
    tried_version = models.PositiveIntegerField(null=True, blank=True)
    live_at = models.DateTimeField(_("in use from"), null=True, blank=True)
    live_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="rule_books_put_live"
    )
    retired_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rules of dispatch")
        verbose_name_plural = _("rules of dispatch")
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state__in=["draft", "live"]), name="one_draft_one_live_book"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(live_at__isnull=False), name="book_was_put_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}"


class Judged(models.Model):
    """What the rules in use said when a ticket was dispatched for the first time, and what the dispatcher did."""

    event_id = models.BigIntegerField(unique=True)  # of the dispatch
    ticket = models.ForeignKey("hotline.Ticket", models.CASCADE, related_name="judged")
    book = models.ForeignKey(RuleBook, models.PROTECT, related_name="judged")
    rule_name = models.CharField(max_length=80)
    suggested = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    chosen = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    taken = models.BooleanField()
    on = models.DateField()

    class Meta:
        verbose_name = _("suggestion of the rules")
        verbose_name_plural = _("suggestions of the rules")
        indexes = [models.Index(fields=["on"], name="judged_on"), models.Index(fields=["ticket"], name="judged_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.rule_name}"


class JudgedCell(AbstractCell):
    """How often the rules' suggestion was taken, by version and channel; kept by the statistics engine."""

    book_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    suggestions = models.BigIntegerField(default=0)
    suggestions_taken = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "book_id", "channel"], name="one_judged_cell"),)


class Rule(models.Model):
    """One rule: what must be so, and what follows. The order decides, the first that fits is taken."""

    book = models.ForeignKey(RuleBook, models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField(_("place"))
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        "hotline.Category", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    area = models.CharField(_("street or words of the place"), max_length=60, blank=True, default="")
    words = models.JSONField(_("words"), default=list, blank=True)
    without = models.JSONField(_("words that must not stand there"), default=list, blank=True)
    time_from = models.TimeField(_("from"), null=True, blank=True)
    time_to = models.TimeField(_("to"), null=True, blank=True)
    weekdays = models.CharField(_("weekdays"), max_length=7, blank=True, default="")
    department = models.ForeignKey(
        "people.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    grade = models.CharField(_("urgency"), max_length=20, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=20, blank=True, default="")
    # A rule that cannot be used takes itself out; the page shows it in red until somebody mends or removes it.
    disabled_at = models.DateTimeField(_("out of use since"), null=True, blank=True)
    disabled_because = models.CharField(_("because"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("rule of dispatch")
        verbose_name_plural = _("rules of dispatch")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(disabled_at__isnull=True, disabled_because="")
                | (models.Q(disabled_at__isnull=False) & ~models.Q(disabled_because="")),
                name="rule_says_why_it_is_out",
            )
        ]
        indexes = [models.Index(fields=["book", "position"], name="rule_in_order")]

    def __str__(self) -> str:
        return self.name
