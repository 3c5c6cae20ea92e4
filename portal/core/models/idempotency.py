"""One row for each request that must not act twice, whatever the network or an impatient finger does."""

from django.db import models


class IdempotencyRecord(models.Model):
    """Inserted first in the action's transaction, so that it lasts exactly if the action's effect does."""

    actor = models.CharField(max_length=120)
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    outcome = models.JSONField(null=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("actor", "route", "key"), name="idempotency_once_for_actor_route_key"),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
