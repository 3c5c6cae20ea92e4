"""A board of a month: its rows with what each rests on, and objections to them. Nothing is edited after publication."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy

from hall.board.querysets import BoardQuerySet, BoardRowQuerySet
from portal.core.time import now


class Board(models.Model):
    """One version of a month's board. A correction makes the next version and says why; the old one stays on record."""

    month = models.DateField()  # its first day
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default="draft")
    state_version = models.PositiveIntegerField(default=0)
    weights = models.JSONField()  # source → weight, as the rule of the month's last day had them
    minimum_sample = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(default=now)
    objections_until = models.DateField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True, default="")  # of a correction

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="one_board_a_version"),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(reason=""), name="a_corrected_board_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.version}"


class BoardRow(models.Model):
    """How one window, department or person did: points in hundredths, and every deduction with its ground."""

    class Kind(models.TextChoices):
        WINDOW = "window", pgettext_lazy("board", "Windows")
        DEPARTMENT = "department", pgettext_lazy("board", "Departments")
        STAFF = "staff", pgettext_lazy("board", "Window staff")

    class Side(models.TextChoices):
        RED = "red", pgettext_lazy("board", "Red board")
        NONE = "none", pgettext_lazy("board", "Neither")
        BLUE = "blue", pgettext_lazy("board", "Blue board")

    board = models.ForeignKey(Board, models.PROTECT, related_name="rows")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_id = models.BigIntegerField()
    code = models.CharField(max_length=64)  # of the window or department; of a person the window's
    name = models.CharField(max_length=120)  # of a person never shown to the public
    name_en = models.CharField(max_length=160, blank=True, default="")
    department_id = models.BigIntegerField(null=True)
    points = models.PositiveIntegerField()
    allowed_points = models.IntegerField(default=0)  # given back after an objection
    sample = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(null=True)  # None: too few things to say
    stars = models.PositiveSmallIntegerField(null=True)
    side = models.CharField(max_length=5, choices=Side.choices, default=Side.NONE)
    # [{source, weight, points, sample, deductions: [{on, text, points, path}]}]
    parts = models.JSONField(default=list)

    objects = BoardRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "kind", "subject_id"], name="one_board_row_a_subject"),
            models.CheckConstraint(condition=models.Q(points__lte=10_000), name="board_points_of_a_hundred"),
        ]
        indexes = [models.Index(fields=["board", "kind", "rank"], name="board_row_rank")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def display_name(self) -> str:
        """In the reader's language; of a window with its code, unless the name begins with it."""
        name = self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
        return f"{self.code} {name}" if self.kind == "window" and not name.startswith(self.code) else name

    @property
    def total(self) -> int:
        """Points after objections, in hundredths."""
        return min(10_000, max(0, self.points + self.allowed_points))

    @property
    def score(self) -> str:
        """Points as people read them: 96.50."""
        return f"{self.total / 100:.2f}"


class Objection(models.Model):
    """What somebody holds against a row of a draft, and what another role decided."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("objection", "Waiting")
        GRANTED = "granted", pgettext_lazy("objection", "Granted")
        REJECTED = "rejected", pgettext_lazy("objection", "Rejected")

    row = models.ForeignKey(BoardRow, models.PROTECT, related_name="objections")
    text = models.TextField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=now)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    points = models.PositiveIntegerField(default=0)  # given back, in hundredths
    answer = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["row"], condition=models.Q(outcome="waiting"), name="one_waiting_objection_a_row"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="waiting") | ~models.Q(answer=""), name="a_decided_objection_has_an_answer"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "id"], name="objection_waiting")]

    def __str__(self) -> str:
        return f"objection {self.pk}"

    @property
    def given_back(self) -> str:
        """Points as people read them: 1.50."""
        return f"{self.points / 100:.2f}"
