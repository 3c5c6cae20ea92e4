"""`verify_statistics`: counts every cell again from the rows; exits 1 with the first difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.statistics import Verified, differences, refresh_all


class Command(BaseCommand):
    help = "Count all statistics again from the rows and compare them with the cells; exit 1 at the first difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--refresh", action="store_true", help="refresh what is waiting first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["refresh"]:
            refresh_all()
        counts = Verified()
        for difference in differences(counts):
            raise CommandError(str(difference), returncode=1)
        self.stdout.write(
            f"{counts.cells} cells agree with the rows; {counts.left_out} that wait for the refresher left out."
        )
