"""Events: what happened, chained by hashes, sealed every night."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.fields import EncryptedTextField


class StreamHead(models.Model):
    """The last event of one thing: the row that writers of a stream queue up for."""

    stream = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    sealed_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "stream_id"], name="one_head_a_stream")]
        indexes = [
            models.Index(fields=["id"], name="head_moved", condition=models.Q(sequence__gt=models.F("sealed_sequence")))
        ]

    def __str__(self) -> str:
        return f"{self.stream}/{self.stream_id}@{self.sequence}"


class Event(models.Model):
    """One change of state of one thing. Never edited, never deleted.

    `body` is canonical JSON kept as text; `hash` = SHA-256(previous hash ‖ body). The columns beside it repeat what
    lists filter by, and `verify_audit` compares them with the body.
    """

    stream = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=24)
    from_state = models.CharField(max_length=24, blank=True, default="")
    to_state = models.CharField(max_length=24, blank=True, default="")
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["stream", "stream_id", "sequence"], name="one_event_a_place")]
        indexes = [models.Index(fields=["type", "at"])]

    def __str__(self) -> str:
        return f"{self.stream}/{self.stream_id}#{self.sequence} {self.type}"


class EventPersonal(models.Model):
    """Personal data of an event. The body holds only its salted digest, so erasing this row breaks no chain."""

    event = models.OneToOneField(Event, models.CASCADE, related_name="personal")
    salt = models.CharField(max_length=32)
    data = EncryptedTextField()

    def __str__(self) -> str:
        return f"personal data of {self.event_id}"


class Seal(models.Model):
    """One night's Merkle root over the heads that moved, chained to the night before and exported as a file."""

    at = models.DateTimeField()
    leaves = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.root[:12]}"


class SealLeaf(models.Model):
    """A stream's head as it was sealed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="sealed")
    position = models.PositiveIntegerField()
    stream = models.CharField(max_length=40)
    stream_id = models.BigIntegerField()
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "position"], name="one_leaf_a_position")]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"
