"""kill -9 of web processes in the middle of what people do: every case is either before the step or after it."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from approvals.cases.notices import TOLD_TO_APPLICANT
from portal.core import audit, jobs, statistics
from portal.core.events import events_of
from portal.core.models import Event, Job, JobState, Notification, OutboxMessage
from portal.core.models.jobs import OPEN_STATES
from portal.people.roles import Role
from tests.core.test_jobs_under_kills import database_url
from tests.factories import citizen, department, item, staff

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("KILL_SECONDS", "15"))
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def start_web(data_dir: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": "",
        "PORTAL_DATA_DIR": str(data_dir),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": settings.FIELD_KEYS[0],
        "BLIND_KEYS": settings.BLIND_KEYS[0],
        "LOG_LEVEL": "CRITICAL",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cases.case_worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=(data_dir / "errors").open("a"),
        text=True,
    )


NO_STEPS = frozenset({"case.taken_over"})


def city() -> None:
    dept = department()
    citizen()  # the first: who files
    item(dept=dept, materials=0, review_steps=1)
    for role in (Role.CLERK, Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD, Role.SUPERVISOR):
        staff(role, dept)


def drain(seconds: float = 90) -> None:
    """Do what the dead left behind, as the workers would; text messages go out at any hour, also when CI runs at night."""
    jobs.release_all_leases()
    deadline = time.monotonic() + seconds
    with override_settings(SMS_QUIET_HOURS=(0, 0)):
        while Job.objects.filter(state__in=OPEN_STATES).exists():
            assert time.monotonic() < deadline, list(Job.objects.filter(state__in=OPEN_STATES).values()[:3])
            jobs.run_due_jobs()


def check(case: Case) -> None:
    """The row is what its events say: no step without its event, no event without its step."""
    told = events_of(case)
    assert told[-1].event.to_state == case.state
    # From filing to now without a gap: each event begins where the one before it ended.
    assert told[0].event.type == "case.submit"
    for before, after in itertools.pairwise(told):
        assert after.event.from_state == before.event.to_state
    # Only steps bump the version: taking a case over, asking for a rating or handing a paper out are none.
    moved = [one for one in told if one.event.type.startswith("case.") and one.event.type not in NO_STEPS]
    assert case.state_version == len(moved)
    steps = [one.event.type.removeprefix("case.") for one in told]
    taken = [code for code in steps if code in CASE.transitions]
    assert case.last_step == ("" if taken[-1] == "correct" else taken[-1])
    assert case.supplement_requests.count() == steps.count("ask_supplement") == case.supplement_notices
    assert case.stops.count() == steps.count("suspend")
    decided = case.proposals.exclude(outcome__in=[Proposal.Outcome.WAITING, Proposal.Outcome.LAPSED]).count()
    assert case.proposals.count() == steps.count("proposed")
    confirmed = sum(CASE.transitions[code].proposed for code in taken)
    assert decided == confirmed + steps.count("proposal_rejected")


def notices() -> tuple[Counter[Any], Counter[Any]]:
    """What applicants had to be told of steps, and what they were told of them: (case, step) → how often.

    What other rooms say about a case (its result lies ready, say) is theirs to test.
    """
    due = Counter(
        (event.stream_id, event.type)
        for event in Event.objects.filter(stream="cases.case")
        if event.type.removeprefix("case.") in TOLD_TO_APPLICANT
    )
    about = Notification.objects.filter(stream="cases.case", template__startswith="case.")
    return due, Counter(about.values_list("stream_id", "template"))


def too_little(kills: int) -> bool:
    filed = Case.objects.exclude(state="draft").count()
    return kills < 8 or filed < 5 or Event.objects.filter(stream="cases.case").count() < 2 * filed


def test_killed_web_processes_leave_whole_cases_behind(tmp_path: Path) -> None:
    city()
    chance = random.Random(20261122)
    webs = [start_web(tmp_path) for _n in range(2)]
    kills = 0
    try:
        running = [int(web.stdout.readline()) for web in webs]  # type: ignore[union-attr]
        deadline = time.monotonic() + SECONDS + 10
        while not Case.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        # As long as it takes for something to be shown, on a busy machine too.
        begun, patience = time.monotonic(), time.monotonic() + 15 * SECONDS
        while time.monotonic() < begun + SECONDS or (too_little(kills) and time.monotonic() < patience):
            # They live longer the longer it takes: where nothing is done in a second, nothing would ever be shown.
            time.sleep(chance.uniform(0.3, 0.9) * max(1.0, (time.monotonic() - begun) / SECONDS))
            victim = kills % 2
            assert webs[victim].poll() is None, (tmp_path / "errors").read_text()
            os.kill(running[victim], signal.SIGKILL)
            running[victim] = int(webs[victim].stdout.readline())  # type: ignore[union-attr]
            kills += 1
    finally:
        for web in webs:
            web.kill()
            web.wait()
        said = (tmp_path / "errors").read_text()
    assert "Traceback" not in said and "error 5" not in said, said
    drain()
    cases = list(Case.objects.exclude(state="draft"))
    steps = Event.objects.filter(stream="cases.case").count()
    assert kills >= 8, kills
    assert len(cases) >= 5, "too little happened: the test shows nothing"
    assert steps >= 2 * len(cases), steps  # more than the filings alone
    for case in cases:
        check(case)
    assert len({case.number for case in cases}) == len(cases)
    assert list(audit.differences()) == []
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    due, given = notices()
    assert given == due
    assert not Job.objects.filter(state=JobState.DEAD).exists()
    messages = list(OutboxMessage.objects.values_list("stream_id", "template", "key", "channel", "user"))
    assert messages and len(messages) == len(set(messages))
