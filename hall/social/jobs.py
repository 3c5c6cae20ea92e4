"""What happens after a step of a finding: the social supervisor who wrote it down learns how it goes on."""

from typing import Any

from django.db import transaction

from hall.patrols.models import Finding
from hall.social import notices
from portal.core.events import on_event
from portal.core.jobs import Job, job

TOLD = ("rectify", "verify", "set_aside")


@job("social.tell_author")
def tell_author(payload: dict[str, Any], _job: Job) -> None:
    """Tell the author of a visit's finding its state; a finding of a patrol has no author to be told."""
    rows = Finding.objects.filter(pk=payload["stream_id"], origin="social").exclude(state="noted")
    finding = rows.select_related("department", "on_visit__seat__supervisor__user").first()
    if finding is not None:
        with transaction.atomic():
            notices.tell_author(finding, f"event:{payload['event']}")


def connect() -> None:
    """Called in `ready()`."""
    for code in TOLD:
        on_event(f"finding.{code}", "social.tell_author")
