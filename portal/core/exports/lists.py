"""The ground floor's own lists as files: access log, background work, imports."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.access import face_of, purpose_in_words, word_for
from portal.core.exports.registry import Column, register_export
from portal.core.jobs import may_manage_jobs
from portal.core.models import AccessLog, ImportJob, Job, JobState


def _reads_log(user: Any) -> bool:
    return bool(user.is_authenticated and user.access.roles & {"auditor", "administrator"})


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _entries(user: Any, params: QueryDict) -> Any:
    first, last = _day(params.get("first", "")), _day(params.get("last", ""))
    return AccessLog.objects.visible_to(user).by_person(params.get("person", "")).between(first, last)


def register() -> None:
    """Called in `ready()`."""
    register_export(
        "core.access",
        title=_("Access to personal data"),
        columns=[
            Column(pgettext_lazy("access log", "At"), "at", "moment"),
            Column(_("Reader"), "actor_name"),
            Column(_("Role"), lambda row: word_for(row.role)),
            Column(_("Kind of record"), lambda row: face_of(row.stream).label),
            Column(_("Record number"), "stream_id", "integer"),
            Column(_("Data seen"), lambda row: word_for(row.what)),
            Column(_("Purpose"), lambda row: purpose_in_words(row.purpose)),
        ],
        queryset=_entries,
        policy=_reads_log,
    )
    register_export(
        "core.jobs",
        title=_("Failed background work"),
        columns=[
            Column(_("Work"), "name"),
            Column(_("Key"), "key"),
            Column(_("Attempts"), "attempts", "integer"),
            Column(_("Asked for"), "created_at", "moment"),
            Column(_("Given up"), "finished_at", "moment"),
            Column(_("Error"), "last_error"),
        ],
        queryset=lambda _user, _params: Job.objects.filter(state=JobState.DEAD),
        policy=may_manage_jobs,
    )
    register_export(
        "core.imports",
        title=_("Imports"),
        columns=[
            Column(_("File"), "file_name"),
            Column(_("Form"), "form"),
            Column(_("Source"), "source"),
            Column(_("State"), lambda row: row.get_state_display()),
            Column(_("Sent by"), "owner.name"),
            Column(_("Uploaded at"), "created_at", "moment"),
            Column(_("Started at"), "started_at", "moment"),
            Column(_("Finished at"), "finished_at", "moment"),
            Column(_("Reason"), "failure"),
        ],
        queryset=lambda _user, _params: ImportJob.objects.select_related("owner"),
        policy=may_manage_jobs,
    )
