"""Write a backup of database and files while the portal runs on."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import archive
from portal.core.db.dumps import DumpFailed
from portal.core.time import ZONE, now


class Command(BaseCommand):
    help = "Back up the database and the stored files into one tar (.tar or .tar.gz). Keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "target", nargs="?", type=Path, help="default: backups/portal-<moment>.tar in the data folder"
        )

    def handle(self, *_args: Any, target: Path | None, **_options: Any) -> None:
        moment = now().astimezone(ZONE)
        target = target or settings.DATA_DIR / "backups" / f"portal-{moment:%Y%m%d-%H%M%S}.tar"
        if target.exists():
            raise CommandError(f"{target} exists already; a backup never overwrites another one.")
        try:
            manifest = archive.write(target)
        except DumpFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")
        if manifest.files is None:
            self.stdout.write("The stored files are in S3 and not in this backup: use the bucket's own versioning.")
        else:
            self.stdout.write(f"{manifest.files} stored files are in it.")
        self.stdout.write(
            "The keys are NOT in it. Without SECRET_KEY, FIELD_KEYS and BLIND_KEYS (portal.env in the data folder, or "
            "the environment) nobody can read the personal data: keep them in another safe place."
        )
