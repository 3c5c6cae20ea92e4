"""manage.py ocds_publish: publish what is new of the tenders as open contracting data, and check what was published."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement.opendata.exact import digest
from procurement.opendata.models import Release
from procurement.opendata.sweeps import sweep


class Command(BaseCommand):
    help = "Write the releases that are missing: of tenders that are alive or ended lately, or of all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild-missing", action="store_true", help="look at every tender that there ever was")
        parser.add_argument("--verify", action="store_true", help="recompute the digests of all releases instead")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["verify"]:
            return self._verify()
        looked = written = 0
        for _key, release in sweep(everything=options["rebuild_missing"]):
            looked += 1
            if release is not None:
                written += 1
                self.stdout.write(f"{release.release_id} {release.tags}")
        self.stdout.write(f"{looked} tenders looked at, {written} releases written")
        return None

    def _verify(self) -> None:
        wrong = count = 0
        for one in Release.objects.order_by("pk").iterator(chunk_size=500):
            count += 1
            if digest(one.body) != one.sha256:
                wrong += 1
                self.stderr.write(f"{one.release_id}: the text is not the one that was published")
        self.stdout.write(f"{count} releases checked")
        if wrong:
            raise CommandError(f"{wrong} releases were changed")
