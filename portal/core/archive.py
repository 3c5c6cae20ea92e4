"""A backup: one tar of the database's dump, the stored files, and a manifest that proves both whole."""

import hashlib
import json
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from portal.core.db import dumps
from portal.core.time import now

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"


class NotABackup(Exception):
    """The archive is foreign, damaged or made for another database; the text says which."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `files` is None when files are kept elsewhere (S3) and are not in it."""

    format: int
    made_at: str
    engine: str
    database_sha256: str
    files: int | None
    files_bytes: int | None


def files_are_local() -> bool:
    return str(settings.STORAGES["default"]["BACKEND"]).endswith("FileSystemStorage")


def write(target: Path) -> Manifest:
    """Write a backup to `target` while the portal runs on. Raises dumps.DumpFailed.

    First the database, then the files: a file is written before its row and never changed, so whatever the dump refers
    to is there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder, DATABASE)
        dumps.dump(dump)
        with tarfile.open(unfinished, "w:gz" if target.suffix in (".gz", ".tgz") else "w") as tar:
            unfinished.chmod(0o600)
            tar.add(dump, DATABASE)
            files = _add_files(tar)
            manifest = Manifest(FORMAT, now().isoformat(), dumps.engine(), _sha256(dump), *files)
            text = Path(folder, MANIFEST)
            text.write_text(json.dumps(asdict(manifest), indent=1))
            tar.add(text, MANIFEST)
    unfinished.replace(target)
    return manifest


def _add_files(tar: tarfile.TarFile) -> tuple[int | None, int | None]:
    if not files_are_local():
        return None, None
    count = size = 0
    for path in sorted(settings.FILES_DIR.rglob("*")):
        if path.is_file():
            tar.add(path, f"{FILES}/{path.relative_to(settings.FILES_DIR)}")
            count, size = count + 1, size + path.stat().st_size
    return count, size


def read(source: Path, folder: Path) -> Manifest:
    """Unpack a backup into `folder` and check it. Raises NotABackup."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, tarfile.TarError, EOFError, ValueError, TypeError) as error:
        raise NotABackup(f"{source.name} is not a backup of the portal, or it is damaged ({error}).") from None
    if manifest.format != FORMAT:
        raise NotABackup(f"{source.name} was made by another version of the portal (format {manifest.format}).")
    if _sha256(folder / DATABASE) != manifest.database_sha256:
        raise NotABackup(f"The database in {source.name} is damaged: its checksum differs.")
    found = sum(path.is_file() for path in (folder / FILES).rglob("*"))
    if manifest.files is not None and found != manifest.files:
        raise NotABackup(f"{source.name} holds {found} of {manifest.files} files.")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
