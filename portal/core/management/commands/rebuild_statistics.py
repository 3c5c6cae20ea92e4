"""`rebuild_statistics`: throws the cells away and fills them from the rows."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core.statistics import measure_sets, rebuild


class Command(BaseCommand):
    help = "Fill the statistics again from the rows: all sets, or those named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sets", nargs="*", metavar="SET")

    def handle(self, *args: Any, **options: Any) -> None:
        known = measure_sets()
        for name in options["sets"] or known:
            if name not in known:
                raise CommandError(f"There is no set {name}; there are: {', '.join(known)}.")
            started = time.monotonic()
            rebuild(known[name])
            cells = sum(cuboid.cell._default_manager.count() for cuboid in known[name].cuboids.values())
            self.stdout.write(f"{name}: {cells} cells in {time.monotonic() - started:.1f} s")
