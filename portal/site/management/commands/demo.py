"""`manage.py demo`: builds the demo city with its year of cases in an empty database."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.people.models import User
from portal.site.demo.accounts import announced
from portal.site.demo.build import SIZES, build_city


class Command(BaseCommand):
    help = "Build the demo city: people, catalogue and the past year of cases. Needs an empty, migrated database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=sorted(SIZES), default="full", help="small: six weeks and sixty cases")
        parser.add_argument("--reset", action="store_true", help="empty the database first; everything in it is lost")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["reset"]:
            call_command("flush", interactive=False, verbosity=0)
        if User.objects.exists():
            raise CommandError("There are people in this database already. Add --reset to throw everything away first.")
        call_command("seed", verbosity=0)
        report = build_city(options["size"], say=self._say)
        self._say(f"{report.cases} cases in {report.seconds:.0f} seconds. Accounts (user name, password, role):")
        for line in announced():
            self._say(f"  {line}")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
