"""What must happen later: one row of the business transaction lasts whatever happens to workers and broker."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import pgettext_lazy

from portal.core import db
from portal.core.time import now


class LeaseLost(Exception):
    """Another worker has the job by now: whatever this one did in its open transaction must be rolled back."""


class JobState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("job state", "Waiting")
    RUNNING = "running", pgettext_lazy("job state", "Running")
    DONE = "done", pgettext_lazy("job state", "Done")
    DEAD = "dead", pgettext_lazy("job state", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("job state", "Cancelled")


OPEN_STATES = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """A piece of work with its lease. Who holds `lease_token` may complete it; nobody else can.

    `key` names the work: of one (name, key) at most one row is open. `again` says that the same work was asked for
    while it ran: on completion the row goes back to waiting, so that no request made during a run is lost.
    """

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=160, default="", blank=True)
    payload = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, default="", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    again = models.BooleanField(default=False)
    last_error = models.TextField(default="", blank=True)
    request_id = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_note = models.TextField(default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("name", "key"),
                condition=Q(state__in=["waiting", "running"]) & ~Q(key=""),
                name="job_open_once_for_name_key",
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="job_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(fields=["-finished_at"], condition=Q(state="dead"), name="job_dead"),
            models.Index(fields=["finished_at"], condition=Q(state__in=["done", "cancelled"]), name="job_closed"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.key or self.pk}"

    lease_seconds = 60  # of the instance; set by whoever takes the job

    @property
    def _mine(self) -> "models.QuerySet[Job]":
        """The row, only while this instance's lease stands."""
        return Job.objects.filter(pk=self.pk, state=JobState.RUNNING, lease_token=self.lease_token)

    def renew(self, *, progress: dict[str, Any] | None = None) -> None:
        """Prolong the lease and note the progress. Raises LeaseLost.

        In a stepwise handler this commits at once. Inside an atomic handler it locks the row until the end instead,
        which keeps the sweep away as well; use it there only for work of seconds.
        """
        if progress is not None:
            self.progress = progress
        lease_until = db.database_now() + dt.timedelta(seconds=self.lease_seconds)
        if not self._mine.update(lease_until=lease_until, progress=self.progress):
            raise LeaseLost(str(self))

    @contextmanager
    def step(self, *, progress: dict[str, Any] | None = None) -> Iterator[None]:
        """A transaction of a stepwise handler: its effect commits only while the lease is ours. At most 500 rows."""
        with transaction.atomic(durable=True):
            yield
            self.renew(progress=progress)

    def complete(self) -> None:
        """Close the job in the transaction of its effect; back to waiting when it was asked for again meanwhile.

        Raises LeaseLost, which rolls the effect back.
        """
        asked_again = When(again=True, then=Value(JobState.WAITING))
        closed = self._mine.update(
            state=Case(asked_again, default=Value(JobState.DONE)),
            attempts=Case(When(again=True, then=Value(0)), default=F("attempts"), output_field=models.IntegerField()),
            again=False,
            lease_token="",
            lease_until=None,
            finished_at=now(),
            last_error="",
        )
        if not closed:
            raise LeaseLost(str(self))


class BeatTick(models.Model):
    """The one row that beat touches; its age is the health of the schedule."""

    ticked_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.ticked_at)

    @classmethod
    def tick(cls, moment: dt.datetime) -> None:
        cls.objects.update_or_create(pk=1, defaults={"ticked_at": moment})
