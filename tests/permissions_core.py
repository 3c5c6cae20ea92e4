"""What each role gets at the addresses of the ground floor: files, the access log, jobs, notes."""

from collections.abc import Mapping
from typing import Any

from portal.core.models import StoredFile
from portal.core.time import now
from tests.permissions import STAFF, Cast, everyone, nothing, only, signed_in


def citizens_upload(cast: Cast) -> Mapping[str, Any]:
    """An upload of the citizen that belongs to no case yet; its blob is not there, so its owner gets 404, too."""
    owner = cast.person("citizen")
    file = StoredFile.objects.create(
        sha256="0" * 64, size=1, name="a.pdf", mime="application/pdf", kind="test.none", owner_user_id=owner.pk,
        created_at=now(),
    )  # fmt: skip
    return {"file_id": file.pk}


def kept_upload(cast: Cast) -> Mapping[str, Any]:
    """The same with its blob."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    kwargs = citizens_upload(cast)
    path = StoredFile.objects.get(pk=kwargs["file_id"]).path
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(b"x"))
    return kwargs


def of(name: str) -> Any:
    return lambda _cast: {name: 1}


ADMINISTRATOR = only("administrator")
STAFF_ONLY = only(*STAFF)
YEAR = {"year": 2026}
ROWS = [
    ("core:calendar", nothing, STAFF_ONLY),
    ("core:calendar-year", lambda _cast: YEAR, STAFF_ONLY),
    ("core:calendar-plan", lambda _cast: {"year": 2027}, ADMINISTRATOR),
    ("core:calendar-override", nothing, only("administrator", status=422), "post"),
    ("core:calendar-withdraw", of("override_id"), only("administrator", status=404), "post"),
    ("core:rules", nothing, STAFF_ONLY),
    ("core:rule", lambda _cast: {"code": "permit.answer_days"}, STAFF_ONLY),
    ("core:rule", lambda _cast: {"code": "permit.answer_days"}, only("administrator", status=422), "post"),
    ("core:file", kept_upload, only("citizen", otherwise=404)),
    ("core:file", of("file_id"), signed_in(404)),
    ("core:access-log", nothing, only("auditor", "administrator")),
    ("core:retention", nothing, only("auditor", "administrator")),
    ("core:notifications", nothing, signed_in()),
    ("core:notifications-read-all", nothing, everyone(405)),
    ("core:notifications-read-all", nothing, signed_in(302), "post"),
    ("core:notification-read", of("notification_id"), signed_in(404), "post"),
    ("core:jobs", nothing, ADMINISTRATOR),
    ("core:job-retry", of("job_id"), only("administrator", status=404), "post"),
    ("core:job-close", of("job_id"), only("administrator", status=404), "post"),
    ("core:message-resend", of("message_id"), only("administrator", status=404), "post"),
    ("core:message-close", of("message_id"), only("administrator", status=404), "post"),
    ("core:imports", nothing, ADMINISTRATOR),
    ("core:import-new", nothing, ADMINISTRATOR),
    ("core:import-new", nothing, only("administrator", status=422), "post"),
    ("core:import", of("job_id"), only("administrator", status=404)),
    ("core:import-errors", of("job_id"), only("administrator", status=404)),
    ("core:import-start", of("job_id"), only("administrator", status=404), "post"),
    ("core:import-cancel", of("job_id"), only("administrator", status=404), "post"),
]
