"""Look for signs of collusion in all tenders of a span; without days, the last months and the signs across tenders."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.time import today
from procurement.bids.models import OpenedBid
from procurement.oversight import gathering, screening


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, help="first day of the opening")
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, help="last day of the opening")
        parser.add_argument("--documents", action="store_true", help="read documents that nobody has read yet as well")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        if (first or last) and (first or last) > (last or today()):
            raise CommandError("--from lies after --to.")
        if options["documents"]:
            for project in (
                OpenedBid.objects.filter(reading__isnull=True).values_list("lot__project", flat=True).distinct()
            ):
                for bid in gathering.unread(project):
                    gathering.read_bid(bid)
        done = screening.screen_window(first, last)
        self.stdout.write(f"tenders: {done.tenders}, new signs: {done.new}, withdrawn: {done.withdrawn}")
