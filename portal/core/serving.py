"""The processes of `serve`: web, workers and beat, started together and ended together. No Django in here."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

CHILD = Path(__file__).with_name("child.py")
KILL_AFTER_SECONDS = 10.0
LOOK_SECONDS = 0.1
# TERM ends a worker at once, and its jobs come back by their leases. Celery warns root of pickles, which we refuse.
WORKER_ENVIRONMENT = {"REMAP_SIGTERM": "SIGQUIT", "C_FORCE_ROOT": "1"}


@dataclass(frozen=True)
class Program:
    """One child: its name in messages, its command line, and what is added to the environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


def programs(*, host: str, port: int, web_workers: int, threads: int, workers: int, data_dir: Path) -> list[Program]:
    """What an embedded installation runs.

    A browser opens up to six connections, some of them in advance and idle: each would block a sync worker for
    good, and a thread for five seconds. So there are more threads than that. The Celery workers are `solo`: a pool's
    grandchildren would not hear of the parent's death.
    """
    python = (sys.executable, "-m")
    web = (
        *python,
        "gunicorn",
        "portal.wsgi:application",
        f"--bind={host}:{port}",
        f"--workers={web_workers}",
        "--worker-class=gthread",
        f"--threads={threads}",
        "--graceful-timeout=5",
        "--no-control-socket",
        "--config=python:portal.core.gunicorn_conf",
        "--log-level=warning",
    )
    celery = (*python, "celery", "-A", "portal", "--quiet")
    quick = ("--without-gossip", "--without-mingle", "--loglevel=warning", "--pool=solo")
    listed = [Program("web", web, {})]
    for number in range(1, workers + 1):
        command = (*celery, "worker", *quick, f"--hostname=worker{number}@%h")
        listed.append(Program(f"worker {number}", command, WORKER_ENVIRONMENT))
    schedule = str(data_dir / "beat-schedule")
    listed.append(Program("beat", (*celery, "beat", "--pidfile=", f"--schedule={schedule}", "--loglevel=warning"), {}))
    return listed


_announcements: list[Callable[[], Iterable[str]]] = []


def announce_at_start(lines: Callable[[], Iterable[str]]) -> None:
    """Let `serve` print these lines below its address, for instance the demo's accounts."""
    if lines not in _announcements:
        _announcements.append(lines)


def announcements() -> list[str]:
    return [line for lines in _announcements for line in lines()]


class Family:
    """The running children. One that ends ends all."""

    def __init__(self, listed: list[Program], *, directory: Path, say: Callable[[str], None]) -> None:
        self._listed = listed
        self._directory = directory
        self._say = say
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopped_by: int | None = None

    def run(self, *, when_up: Callable[[], bool]) -> int:
        """Start all and wait. Returns 0 when a signal ended it and 1 when a child did.

        `when_up` is asked again and again until it returns True.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            for program in self._listed:
                self._children[program.name] = self._start(program)
            return self._watch(when_up)
        finally:
            self._end_all()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopped_by = number

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(CHILD), str(os.getpid()), *program.command]
        environment = {**os.environ, **program.environment}
        return subprocess.Popen(command, cwd=self._directory, env=environment, stdin=subprocess.DEVNULL)

    def _watch(self, when_up: Callable[[], bool]) -> int:
        up = False
        while self._stopped_by is None:
            for name, child in self._children.items():
                if child.poll() is not None:
                    self._say(f"{name} has ended ({child.returncode}); everything is stopped.")
                    return 1
            up = up or when_up()
            time.sleep(LOOK_SECONDS)
        return 0

    def _end_all(self) -> None:
        """TERM to each child, and after ten seconds KILL to what is left of its session."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + KILL_AFTER_SECONDS
        for child in self._children.values():
            try:
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say("a child did not end in time and is killed.")
        for child in self._children.values():
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for child in self._children.values():
            child.wait()
