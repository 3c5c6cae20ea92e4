"""What is backed up comes back, whole, and never over living data by accident."""

import os
import sqlite3
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Installation:
    """A portal of its own: data folder and database."""

    def __init__(self, data_dir: Path, database_url: str) -> None:
        self.data_dir = data_dir
        data_dir.mkdir()
        inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
        keys = {
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "BLIND_KEYS": ",".join(settings.BLIND_KEYS),
        }
        place = {"PORTAL_DATA_DIR": str(data_dir), "DATABASE_URL": database_url}
        self.environment = {**inherited, **keys, **place}

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300)

    def shell(self, code: str) -> str:
        done = self.run("shell", "--no-imports", "-v0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


MARK = "from portal.core.models import BeatTick; from portal.core.time import now; BeatTick.tick(now())"
COUNT = "from portal.core.models import BeatTick; print(BeatTick.objects.count())"


@pytest.fixture
def new_installation(tmp_path, request):
    """Makes installations on the vendor that the suite runs on."""
    made = []

    def make(name: str) -> Installation:
        folder = tmp_path / name
        if connection.vendor == "sqlite":
            return Installation(folder, f"sqlite:///{folder}/portal.sqlite3")
        values = connection.settings_dict
        database = f"backup_{uuid.uuid4().hex[:12]}"
        made.append(database)
        on_server(f"CREATE DATABASE {database}")
        account = f"{values['USER']}:{values['PASSWORD']}" if values["PASSWORD"] else values["USER"]
        return Installation(folder, f"postgres://{account}@{values['HOST']}:{values['PORT'] or 5432}/{database}")

    yield make
    for database in made:
        on_server(f"DROP DATABASE {database} WITH (FORCE)")


def on_server(statement: str) -> None:
    import psycopg2

    values = connection.settings_dict
    server = psycopg2.connect(
        host=values["HOST"],
        port=values["PORT"] or 5432,
        user=values["USER"],
        password=values["PASSWORD"],
        dbname="postgres",
    )
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(statement)
    server.close()


def test_a_backup_brings_database_and_files_back(new_installation, tmp_path):
    old, new = new_installation("old"), new_installation("new")
    assert old.run("migrate", "-v0").returncode == 0
    old.shell(MARK)
    stored = old.data_dir / "files" / "ab" / "abcd"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"a scan")
    archive = tmp_path / "b.tar.gz"

    done = old.run("backup", str(archive))
    assert done.returncode == 0, done.stderr
    assert "The keys are NOT in it" in done.stdout
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as tar:
        assert not [name for name in tar.getnames() if "portal.env" in name]
    assert "exists already" in old.run("backup", str(archive)).stderr

    done = new.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert new.shell(COUNT) == "1"
    assert (new.data_dir / "files" / "ab" / "abcd").read_bytes() == b"a scan"

    new.shell("from portal.core.models import BeatTick; BeatTick.objects.all().delete()")
    assert "not empty" in new.run("restore", str(archive)).stderr
    assert new.shell(COUNT) == "0"
    assert new.run("restore", str(archive), "--force").returncode == 0
    assert new.shell(COUNT) == "1"


@pytest.mark.postgres
def test_a_dump_that_cannot_be_loaded_leaves_the_living_tables(new_installation, tmp_path):
    one = new_installation("one")
    assert one.run("migrate", "core", "-v0").returncode == 0
    one.shell(MARK)
    broken = tmp_path / "broken"
    broken.write_bytes(b"PGDMP and nothing behind it")
    load = f"from pathlib import Path; from portal.core.db import dumps; dumps.load(Path({str(broken)!r}))"
    done = one.run("shell", "--no-imports", "-v0", "-c", load)
    assert done.returncode != 0 and "pg_restore did not succeed" in done.stderr
    assert one.shell(COUNT) == "1"
    # Killed in between: the tables stand aside, and nothing is in their place.
    one.shell("from portal.core.db import dumps; dumps._stand_aside()")
    done = one.run("shell", "--no-imports", "-v0", "-c", load)
    assert done.returncode != 0
    assert one.shell(COUNT) == "1"


@pytest.mark.once
def test_a_damaged_backup_touches_nothing(tmp_path):
    target = Installation(tmp_path / "t", f"sqlite:///{tmp_path}/t/portal.sqlite3")
    nonsense = tmp_path / "nonsense.tar"
    nonsense.write_bytes(b"no tar at all" * 100)
    done = target.run("restore", str(nonsense))
    assert done.returncode == 1
    assert "is not a backup of the portal" in done.stderr

    changed = tmp_path / "changed.tar"
    other = tmp_path / "database"
    sqlite3.connect(other).close()
    (tmp_path / "manifest.json").write_text(
        '{"format": 1, "made_at": "x", "engine": "sqlite", "database_sha256": "0", "files": 0, "files_bytes": 0}'
    )
    with tarfile.open(changed, "w") as tar:
        tar.add(other, "database")
        tar.add(tmp_path / "manifest.json", "manifest.json")
    done = target.run("restore", str(changed))
    assert done.returncode == 1
    assert "checksum differs" in done.stderr
    assert not (tmp_path / "t" / "portal.sqlite3").exists()
