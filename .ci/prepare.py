"""Bring keys, database, demo city and static files up to date before `serve`; a second start changes nothing."""

import argparse
import hashlib
import os
import shutil
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PORTAL_DATA_DIR", ROOT / "var"))
STARTED = DATA / "demo.unfinished"  # stands while the demo city is being built
STATIC_STAMP = DATA / "static.stamp"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--reset", action="store_true", help="throw the present data away first")
    reset = arguments.parse_args().reset
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    DATA.mkdir(parents=True, exist_ok=True)
    if reset and not may_reset():
        return 1
    write_keys()

    import django

    django.setup()
    if reset or STARTED.exists():
        empty_database()
    prepare_database()
    collect_static()
    return 0


def may_reset() -> bool:
    """Refuse while the portal runs, and for a database server without a spoken yes."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            print(f"The portal is running on {host}:{port}; stop it first.", file=sys.stderr)
            return False
    if os.environ.get("DATABASE_URL") and os.environ.get("CONFIRM") != "yes":
        print("This empties the database of DATABASE_URL. If you mean it: make demo-reset CONFIRM=yes", file=sys.stderr)
        return False
    return True


def write_keys() -> None:
    """Keys are written once; a portal without its keys could not read its own personal data."""
    from portal.core import keys

    try:
        keys.ensure_keys(DATA)
    except keys.KeysMissing as error:
        sys.exit(str(error))


def empty_database() -> None:
    from django.core.management import call_command
    from django.db import connection

    if connection.settings_dict["ENGINE"].endswith("sqlite3"):
        connection.close()
        database = Path(str(connection.settings_dict["NAME"]))
        for file in database.parent.glob(database.name + "*"):
            file.unlink()
    elif connection.introspection.table_names():
        call_command("flush", interactive=False, verbosity=0)
    for folder in ("files", "broker"):
        shutil.rmtree(DATA / folder, ignore_errors=True)
    STARTED.touch()


def prepare_database() -> None:
    from django.core.management import call_command
    from django.db import connection

    fresh = not connection.introspection.table_names()
    if fresh:
        STARTED.touch()
        print("Preparing a new database ...", flush=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("seed", verbosity=0)
    if STARTED.exists():
        print("Building the demo city; this happens once ...", flush=True)
        call_command("demo")
        STARTED.unlink()


def collect_static() -> None:
    """Only when a static file has changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted((ROOT / "static").rglob("*")):
        if file.is_file():
            state = file.stat()
            digest.update(f"{file.relative_to(ROOT)}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    stamp = digest.hexdigest()
    if Path(settings.STATIC_ROOT).exists() and STATIC_STAMP.exists() and STATIC_STAMP.read_text() == stamp:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    STATIC_STAMP.write_text(stamp)


if __name__ == "__main__":
    sys.exit(main())
