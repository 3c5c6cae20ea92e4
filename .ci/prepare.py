"""What `make run` does before `serve`: the keys, and in a new database the demo city; afterwards nothing any more.

`serve` itself brings tables, seeds and static files up to date. With `--reset` the present data is thrown away first.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PORTAL_DATA_DIR") or ROOT / "var")
DATABASE_URL = os.environ.get("DATABASE_URL", "")
UNFINISHED = DATA / "demo.unfinished"  # stands while the demo city is being built, so that a broken build is redone
PREPARED = DATA / "demo.prepared"  # names the database that needs nothing more of us


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reset", action="store_true", help="throw the present data away first")
    reset = parser.parse_args().reset
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    DATA.mkdir(parents=True, exist_ok=True)
    if reset and not may_reset():
        return 1
    write_keys()
    if reset or not is_prepared():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        prepare(reset)
    return 0


def may_reset() -> bool:
    """Refuse while the portal runs on this data, and for a database server without a spoken yes."""
    with (DATA / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"The portal is running with the data in {DATA}; stop it first.", file=sys.stderr)
            return False
    if DATABASE_URL and os.environ.get("CONFIRM") != "yes":
        print("This empties the database of DATABASE_URL. If you mean it: make demo-reset CONFIRM=yes", file=sys.stderr)
        return False
    return True


def write_keys() -> None:
    """Keys are written once. Never new ones for data that was sealed with others: then it stops here."""
    from portal.core import keys

    try:
        keys.ensure_keys(DATA)
    except keys.KeysMissing as error:
        sys.exit(str(error))


def database_mark() -> str:
    return hashlib.sha256((DATABASE_URL or "embedded").encode()).hexdigest()


def is_prepared() -> bool:
    if UNFINISHED.exists() or not PREPARED.exists() or PREPARED.read_text() != database_mark():
        return False
    return bool(DATABASE_URL) or (DATA / "portal.sqlite3").exists()


def prepare(reset: bool) -> None:
    from django.core.management import call_command
    from django.db import connection

    if reset or UNFINISHED.exists():
        empty_database()
    if not connection.introspection.table_names() or UNFINISHED.exists():
        UNFINISHED.touch()
        print("A new database: setting it up and building the demo city. This happens once ...", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("seed", verbosity=0)
        call_command("demo")
        UNFINISHED.unlink()
    PREPARED.write_text(database_mark())


def empty_database() -> None:
    """The embedded one loses its file; on a server the tables stay and lose their rows."""
    from django.core.management import call_command
    from django.db import connection

    UNFINISHED.touch()
    if not DATABASE_URL:
        connection.close()
        for file in DATA.glob("portal.sqlite3*"):
            file.unlink()
    elif connection.introspection.table_names():
        call_command("flush", interactive=False, verbosity=0)
    for folder in ("files", "broker"):
        shutil.rmtree(DATA / folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
