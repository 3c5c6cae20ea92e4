"""Run what is due now, without Celery: after a restore, in a script, or to see a job fail in the terminal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.core import tasks  # noqa: F401  (registers the core's jobs)
from portal.core.jobs import run_due_jobs


class Command(BaseCommand):
    help = "Run the jobs that are due and say how many they were."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="run at most so many jobs (default 1000)")

    def handle(self, *_args: Any, limit: int, **_options: Any) -> None:
        self.stdout.write(f"{run_due_jobs(limit)} jobs run.")
