"""Worker processes for the kill tests: one after the other runs due jobs until it is killed, and says its number."""

import dataclasses
import os
import time

import django
from django.conf import settings

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    settings.SMS_QUIET_HOURS = (0, 0)

from portal.core import jobs, notifications
from portal.core.child import die_with_parent
from portal.core.models import Job, Notification
from portal.core.notifications import outbox
from portal.core.time import now

STEPS = 6
PAUSE = 0.02  # so that kills hit the middle
notifications.register(notifications.Template("test.sms", subject="S", body="No. %(number)s", placeholders={"number"}))


def effect(job: Job, user_id: int, part: int) -> None:
    """One row for each time that the effect happened."""
    Notification.objects.create(
        user_id=user_id,
        template="test.effect",
        context={"part": part},
        stream="job",
        stream_id=job.pk,
        created_at=now(),
    )
    time.sleep(PAUSE)


@jobs.job("kill.plain", lease_seconds=1, max_attempts=1000)
def plain(payload, job):
    effect(job, payload["user"], 0)


@jobs.job("kill.steps", lease_seconds=1, max_attempts=1000, steps=True)
def in_steps(payload, job):
    for part in range(job.progress.get("done", 0), STEPS):
        with job.step(progress={"done": part + 1}):
            effect(job, payload["user"], part)


@jobs.job("kill.count", lease_seconds=30)
def count(payload, job):
    """Sees how many rows there are: work that is right only if it runs after the last of them."""
    seen = Notification.objects.filter(template="test.counted").count()
    time.sleep(PAUSE)
    Notification.objects.create(user_id=payload["user"], template="test.seen", context={"seen": seen}, created_at=now())


# Short leases, so that a test need not wait for a minute.
jobs._kinds[outbox.SEND] = dataclasses.replace(jobs._kinds[outbox.SEND], lease_seconds=1, max_attempts=1000)


def work_until_killed(parent: int) -> None:
    die_with_parent(parent)
    while True:
        jobs.run_due_jobs()
        time.sleep(0.02)


if __name__ == "__main__":
    me = os.getpid()
    while True:  # a killed worker is followed by a new one without the seconds of a new interpreter
        worker = os.fork()
        if worker == 0:
            work_until_killed(me)
        os.write(1, f"{worker}\n".encode())
        os.waitpid(worker, 0)
