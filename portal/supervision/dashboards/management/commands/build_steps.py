"""`build_steps`: read the steps of all cases off their events; what is there already stays as it is."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.supervision.dashboards import steps


class Command(BaseCommand):
    """For an installation whose cases are older than the process view, or after events were restored."""

    help = "Read the steps and ways of all cases off their events; may be run again at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        cases, rows = steps.build_everything()
        self.stdout.write(f"cases {cases}, rows written {rows}")
