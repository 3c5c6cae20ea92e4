"""Celery's doors."""

from celery import shared_task

from portal.api.deliver import purge


@shared_task(name="api.purge")
def purge_deliveries() -> int:
    """Nightly: messages of webhooks that are over for a month."""
    return purge()
