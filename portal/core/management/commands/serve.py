"""The whole portal with one command: prepares the database, then runs web, workers and beat until Ctrl-C."""

import fcntl
import hashlib
import http.client
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from portal.core import db, jobs, keys
from portal.core.db.engine import on_server
from portal.core.serving import Family, announcements, programs

STARTED_OVER = "PORTAL_STARTED_OVER"
CODE_SUFFIXES = (".py", ".json", ".csv", ".mo")


class Command(BaseCommand):
    help = "Run the portal: web server, workers and schedule as children of this one command. Ctrl-C ends all of it."

    requires_system_checks = ()  # they run in handle(), once there are keys

    def add_arguments(self, parser: CommandParser) -> None:
        cores = os.cpu_count() or 2
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--web-workers", type=int, default=min(4, max(2, cores)), help="web processes")
        parser.add_argument("--threads", type=int, default=8, help="threads of each web process")
        parser.add_argument("--workers", type=int, default=2, help="processes for background work")

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        use_keys()
        self.check(fail_level=checks.ERROR)
        lock = hold_lock(settings.DATA_DIR / "serve.lock")
        refuse_taken_port(host, port)
        self._prepare()
        listed = programs(
            host=host,
            port=port,
            web_workers=options["web_workers"],
            threads=options["threads"],
            workers=options["workers"],
            data_dir=settings.DATA_DIR,
        )
        connections.close_all()
        family = Family(listed, directory=settings.BASE_DIR, say=self._say)
        code = family.run(when_up=lambda: self._greet(host, port))
        lock.close()
        self._say("Stopped.")
        sys.exit(code)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    # --- before the start -------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Bring tables, seeds and static files up to date; on a second start nothing of it is needed."""
        stamps = settings.DATA_DIR / "stamps"
        stamps.mkdir(exist_ok=True)
        migrated = self._migrate()
        seeds = fingerprint([*code_files(), database_name()])
        if migrated or stale(stamps / "seed", seeds):
            self._say("Filling in calendar, rules and lists …")
            call_command("seed", verbosity=0)
            (stamps / "seed").write_text(seeds)
        static = fingerprint([str(settings.STATIC_ROOT), *static_files()])
        if stale(stamps / "static", static) or not (settings.STATIC_ROOT / "staticfiles.json").exists():
            self._say("Collecting static files …")
            call_command("collectstatic", interactive=False, verbosity=0)
            (stamps / "static").write_text(static)
        if not settings.REDIS_URL:
            # Messages are only pokes: what must be done stands in the job rows.
            shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
            (settings.BROKER_DIR / "control").mkdir(parents=True)
        if not db.is_postgres():
            jobs.release_all_leases()  # one machine, and its lock is ours: no other worker is alive

    def _migrate(self) -> bool:
        executor = MigrationExecutor(connections["default"])
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        self._say("Setting up the database …")
        call_command("migrate", interactive=False, verbosity=0)
        return True

    # --- once it answers --------------------------------------------------------------------------------------------

    def _greet(self, host: str, port: int) -> bool:
        if not answers(host, port):
            return False
        self._say(f"\n{settings.CENTRE_NAME}: http://{host}:{port}/   (Ctrl-C ends it)")
        for line in announcements():
            self._say(f"  {line}")
        return True


def use_keys() -> None:
    """On a fresh machine write the keys and start over with them; a server installation must bring its own."""
    if settings._wrapped.SECRET_KEY:  # type: ignore[misc]  # the settings object refuses to hand out an empty one
        return
    if on_server(settings.DATABASES) or STARTED_OVER in os.environ:
        raise CommandError(f"Set {', '.join(keys.NAMES)} (python -m portal.core.keys makes some).")
    try:
        keys.ensure_keys(settings.DATA_DIR)
    except keys.KeysMissing as error:
        raise CommandError(str(error)) from None
    os.environ[STARTED_OVER] = "1"
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606


def hold_lock(path: Path) -> IO[str]:
    """Only one `serve` at a time may use a data folder: the second would wipe the first one's messages."""
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            f"The portal is running already with the data in {path.parent}. Stop it first, or set PORTAL_DATA_DIR."
        ) from None
    return file


def refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"The address {host}:{port} cannot be used ({error.strerror}). "
                "Stop the program that uses it, or choose another port: make run PORT=8001."
            ) from None


def answers(host: str, port: int) -> bool:
    """Whether the web server gives any answer to a request."""
    target = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    connection = http.client.HTTPConnection(target, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 600
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stale(stamp: Path, fingerprint: str) -> bool:
    return not stamp.exists() or stamp.read_text() != fingerprint


def fingerprint(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def database_name() -> str:
    values = settings.DATABASES["default"]
    return f"{values.get('HOST', '')}:{values.get('PORT', '')}/{values['NAME']}"


def code_files() -> list[str]:
    """Where the seeds come from: any changed source file may have changed them."""
    roots = [settings.BASE_DIR / name for name in ("portal", "approvals", "hall", "hotline", "procurement")]
    return sorted(_described(file) for root in roots for file in _walk(root) if file.suffix in CODE_SUFFIXES)


def static_files() -> list[str]:
    found = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.append(_described(Path(storage.path(path))))
    return sorted(found)


def _walk(root: Path) -> Iterator[Path]:
    for folder, _folders, names in os.walk(root):
        for name in names:
            yield Path(folder, name)


def _described(file: Path) -> str:
    status = file.stat()
    return f"{file} {status.st_size} {status.st_mtime_ns}"
