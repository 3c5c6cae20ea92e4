"""Put a backup back; the portal must be stopped."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import archive
from portal.core.db import dumps
from portal.core.management.commands.serve import hold_lock


class Command(BaseCommand):
    help = "Restore database and stored files from a backup. Refuses a target with data unless --force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path)
        parser.add_argument("--force", action="store_true", help="replace the data that is there")

    def handle(self, *_args: Any, source: Path, force: bool, **_options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        lock = hold_lock(settings.DATA_DIR / "serve.lock")
        if not force:
            refuse_data()
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as name:
            folder = Path(name)
            try:
                manifest = archive.read(source, folder)
                if manifest.engine != dumps.engine():
                    raise archive.NotABackup(
                        f"{source.name} is a backup of {manifest.engine}; the portal is set up for {dumps.engine()}."
                    )
                put_files(folder / archive.FILES)
                dumps.load(folder / archive.DATABASE)
            except (archive.NotABackup, dumps.DumpFailed) as error:
                raise CommandError(str(error)) from None
        call_command("migrate", interactive=False, verbosity=0)
        lock.close()
        self.stdout.write(f"Restored the state of {manifest.made_at}.")
        self.stdout.write("The keys are not part of a backup: check that the old portal.env is in place.")


def refuse_data() -> None:
    """Raises CommandError when a restore would replace something."""
    if not dumps.is_empty():
        raise CommandError("The database is not empty. To replace what is in it, add --force.")
    if archive.files_are_local() and settings.FILES_DIR.exists() and any(settings.FILES_DIR.iterdir()):
        raise CommandError(f"{settings.FILES_DIR} is not empty. To add the backup's files to it, add --force.")


def put_files(source: Path) -> None:
    """Put the backup's files in their places. Files are named by their content, so an equal name is an equal file."""
    if not source.exists() or not archive.files_are_local():
        return
    shutil.copytree(source, settings.FILES_DIR, dirs_exist_ok=True)
