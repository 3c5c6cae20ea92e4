"""The administrators' page of what went wrong in the background: failed jobs and messages that need a person."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core import jobs, notifications, tasks
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed
from portal.core.identity import mask_phone
from portal.core.models.jobs import Job, JobState
from portal.core.models.notifications import Channel, OutboxMessage
from portal.core.notifications.outbox import NEEDS_PERSON
from portal.core.time import now

SHOWN = 50


def administrator(request: HttpRequest) -> Actor:
    """The signed-in administrator. Raises NotAllowed."""
    if not jobs.may_manage_jobs(request.user):  # type: ignore[arg-type]
        raise NotAllowed
    return Actor(user=request.user, role="administrator", name=request.user.name)  # type: ignore[union-attr, arg-type]


@require_safe
@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    administrator(request)
    stuck = list(OutboxMessage.objects.filter(state__in=NEEDS_PERSON).order_by("-pk")[: SHOWN + 1])
    dead = list(Job.objects.filter(state=JobState.DEAD).order_by("-finished_at")[: SHOWN + 1])
    beat_age = tasks.last_beat_age()
    context = {
        "dead": dead[:SHOWN],
        "stuck": [(message, masked(message)) for message in stuck[:SHOWN]],
        "more": len(dead) > SHOWN or len(stuck) > SHOWN,
        "shown": SHOWN,
        "running": Job.objects.filter(state=JobState.RUNNING).order_by("pk")[:SHOWN],
        "oldest_due": Job.objects.filter(state=JobState.WAITING, due_at__lte=now()).order_by("due_at").first(),
        "beat_seconds": None if beat_age is None else round(beat_age.total_seconds()),
    }
    return render(request, "core/jobs.html", context)


def masked(message: OutboxMessage) -> str:
    """Where a message goes, as a page may show it."""
    if message.channel == Channel.SMS:
        return mask_phone(message.address)
    local, _at, domain = message.address.rpartition("@")
    return f"{local[:1]}***@{domain}" if local else "***"


def _done(request: HttpRequest, act: Callable[[], object], sentence: str) -> HttpResponse:
    try:
        act()
    except Invalid as error:
        messages.error(request, " ".join(str(wrong) for wrong in error.fields.values()))
    else:
        messages.success(request, sentence)
    return redirect("core:jobs")


@require_POST
@login_required
def retry(request: HttpRequest, job_id: int) -> HttpResponse:
    actor = administrator(request)
    return _done(request, lambda: jobs.retry_job(actor, job_id), _("The job will be tried again."))


@require_POST
@login_required
def close(request: HttpRequest, job_id: int) -> HttpResponse:
    actor, note = administrator(request), request.POST.get("note", "")
    return _done(request, lambda: jobs.close_job(actor, job_id, note=note), _("The job is closed."))


@require_POST
@login_required
def resend(request: HttpRequest, message_id: int) -> HttpResponse:
    actor = administrator(request)
    return _done(request, lambda: notifications.resend_message(actor, message_id), _("The message will be sent again."))


@require_POST
@login_required
def close_message(request: HttpRequest, message_id: int) -> HttpResponse:
    actor, note = administrator(request), request.POST.get("note", "")
    return _done(
        request, lambda: notifications.close_message(actor, message_id, note=note), _("The message is closed.")
    )
