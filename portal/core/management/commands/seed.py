"""`manage.py seed`: the calendar, the rules and whatever else every installation needs. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.core.seeds import run_seeds


class Command(BaseCommand):
    help = "Fill in the working calendar, the dated rules and the other things that every installation needs."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in run_seeds():
            if options["verbosity"] > 1:
                self.stdout.write(name)
