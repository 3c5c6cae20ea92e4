"""Run every suite that this machine can run, then say what ran, what was left out, and why.

Suites: `sqlite` (all but races and browser), `postgres` (all but browser, with Redis), `browser` (real Chromium). The
browser's waits leave a part of the machine idle, so its suite runs beside that of SQLite; that of PostgreSQL runs alone,
because its races and kills show nothing where too little happens.
Under CI nothing may be left out: a suite that cannot run, or a skipped test other than one that waits for the shared
real-world data (which is not part of this project), makes the run fail.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import services

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
SHARED_DATA = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
NOTHING_COLLECTED = 5
TIME_IS_OVER = "stopped: the time for the whole run is over"
TOGETHER = (("sqlite", "browser"), ("postgres",))  # one stage after the other
WORST = {"passed": 0, "skipped": 1, "failed": 2}


@dataclass
class Suite:
    """One run of pytest and what came of it."""

    name: str
    title: str
    marks: str
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    workers: str = "auto"
    left_out: str = ""  # why it did not run
    broken: str = ""  # why its result cannot be trusted
    counts: Counter[str] = field(default_factory=Counter)
    skips: dict[str, list[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def line(self) -> str:
        if self.left_out:
            return f"{self.title}: left out: {self.left_out}"
        text = f"{self.title}: {counted(self.counts)} in {self.seconds:.0f} s"
        return f"{text}; {self.broken}" if self.broken else text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgres", "browser"], help="run this suite alone")
    parser.add_argument("--deadline", type=float, default=0, help="stop everything after this many seconds")
    parser.add_argument("pytest", nargs="*", help="more arguments for pytest, after --")
    options = parser.parse_args()
    os.chdir(ROOT)
    ends_at = time.monotonic() + options.deadline if options.deadline else None

    suites = [suite for suite in all_suites() if options.only in (None, suite.name)]
    with tempfile.TemporaryDirectory(prefix="portal-test-") as folder:
        bytecode = Path(folder) / "bytecode"
        for suite in suites:
            # Each source is compiled once for all workers, suites and commands, whatever the machine says about it.
            suite.environment.update(PYTHONPYCACHEPREFIX=str(bytecode), PYTHONDONTWRITEBYTECODE="")
        for together in TOGETHER:
            stage = [suite for suite in suites if suite.name in together and not suite.left_out]
            if stage and ends_at and time.monotonic() > ends_at:
                for suite in stage:
                    suite.broken = TIME_IS_OVER
            elif stage:
                run_together(stage, Path(folder), options.pytest, ends_at)
    return report(suites)


def all_suites() -> list[Suite]:
    """The three suites, each with the reason why it cannot run here, if there is one."""
    # Tables straight from the models, in a tenth of the time; the tests of backup and serve run the migrations.
    models = ("--no-migrations",)
    sqlite = Suite("sqlite", "SQLite", "not postgres and not browser", options=models)
    postgres = Suite("postgres", "PostgreSQL and Redis", "not browser and not once", options=models)
    postgres.left_out = "; ".join(filter(None, [services.postgres_problem(), services.redis_problem()]))
    browser = Suite("browser", "Browser", "browser", workers="3", options=(*models, "tests/browser"))
    path = services.chromium()
    if path:
        browser.environment["CHROMIUM"] = path
    else:
        browser.left_out = "Chromium is not installed (apt-get install -y chromium-headless-shell)"
    return [sqlite, postgres, browser]


def run_together(stage: list[Suite], folder: Path, extra: list[str], ends_at: float | None) -> None:
    """The first suite is heard while it runs, those beside it when they have ended."""
    first, *beside = stage
    with ThreadPoolExecutor(len(stage)) as pool:
        running = [pool.submit(run, suite, folder / suite.name, extra, ends_at, heard=False) for suite in beside]
        try:
            run(first, folder / first.name, extra, ends_at)
            for one in running:
                one.result()
        except BaseException:
            for suite in beside:
                if suite.process:
                    stop(suite.process)
            raise
    for suite in beside:
        print(f"\n=== {suite.title}\n\n{(folder / suite.name / 'said').read_text(errors='replace')}", flush=True)


def run(suite: Suite, folder: Path, extra: list[str], ends_at: float | None, *, heard: bool = True) -> None:
    folder.mkdir()
    if heard:
        print(f"\n=== {suite.title}\n", flush=True)
    with ExitStack() as stack:
        said = None if heard else stack.enter_context((folder / "said").open("wb"))
        if suite.name == "postgres":
            url = stack.enter_context(services.own_database())
            tables = f"{urlsplit(url).path[1:]}_tables"
            suite.environment.update(DATABASE_URL=url, REDIS_URL=services.REDIS_URL, TEST_TABLES=tables)
        run_pytest(suite, folder, extra, ends_at, said)


def run_pytest(suite: Suite, folder: Path, extra: list[str], ends_at: float | None, said: IO[bytes] | None) -> None:
    result = folder / "result.xml"
    command = [sys.executable, "-m", "pytest", "-m", suite.marks, "-n", suite.workers, "-q", f"--junitxml={result}"]
    command += ["--dist", "worksteal", *suite.options]
    started = time.monotonic()
    suite.process = process = subprocess.Popen(
        [*command, "-o", "junit_family=xunit1", *extra],
        env=environment(suite, folder),
        stdout=said,
        stderr=said and subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        code = process.wait(timeout=max(1.0, ends_at - started) if ends_at else None)
    except subprocess.TimeoutExpired:
        suite.broken = TIME_IS_OVER
        code = -1
    finally:
        stop(process)
    suite.seconds = time.monotonic() - started
    if code == NOTHING_COLLECTED:
        suite.left_out = "it has no tests"
        return
    if result.exists():
        read(suite, result)
    elif not suite.broken:
        suite.broken = f"pytest ended with {code} before it could write its result"
    if code not in (0, 1) and not suite.broken:
        suite.broken = f"pytest ended with {code}"
    shutil.rmtree(folder / "data", ignore_errors=True)


def environment(suite: Suite, folder: Path) -> dict[str, str]:
    """Nothing of the caller's portal leaks into a suite: no database, no keys, no data folder."""
    ours = {"DATABASE_URL", "REDIS_URL", "PORTAL_DATA_DIR", "PORTAL_DEMO", "SITE_URL", "SECRET_KEY", "HOST", "PORT"}
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    data = folder / "data"
    data.mkdir()
    return {**clean, "PORTAL_DATA_DIR": str(data), "SHARED_DATA": str(SHARED_DATA), **suite.environment}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the suite's own process group."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
        except (ProcessLookupError, PermissionError):
            break
        time.sleep(0.5)
    process.wait()


def read(suite: Suite, result: Path) -> None:
    """Count each test once, by the worst that happened to it."""
    outcomes: dict[str, str] = {}
    for case in ET.parse(result).iter("testcase"):  # noqa: S314
        name = f"{case.get('file') or case.get('classname', '')}::{case.get('name', '')}"
        outcome = "passed"
        if case.find("failure") is not None or case.find("error") is not None:
            outcome = "failed"
        elif (skipped := case.find("skipped")) is not None:
            outcome = "skipped"
            suite.skips.setdefault(skipped.get("message") or "no reason given", []).append(name)
        if WORST[outcome] >= WORST[outcomes.get(name, "passed")]:
            outcomes[name] = outcome
    suite.counts = Counter(outcomes.values())
    suite.failures = sorted(name for name, outcome in outcomes.items() if outcome == "failed")


def waits_for_shared_data(reason: str) -> bool:
    """The real-world files are kept outside the project; where they are absent their tests may be skipped."""
    return not SHARED_DATA.is_dir() and re.search(r"shared[ _]data", reason, re.IGNORECASE) is not None


def counted(counts: Counter[str]) -> str:
    text = f"{counts['passed']} passed, {counts['failed']} failed"
    return f"{text}, {counts['skipped']} skipped" if counts["skipped"] else text


def report(suites: list[Suite]) -> int:
    total: Counter[str] = Counter()
    for suite in suites:
        total += suite.counts
        total["failed"] += bool(suite.broken)
    omitted = [suite.line() for suite in suites if suite.left_out]
    print("\n=== Summary")
    for suite in suites:
        print(f"  {suite.line()}")
    for suite in suites:
        for name in suite.failures:
            print(f"  failed on {suite.title}: {name}")
    for suite in suites:
        for reason, names in sorted(suite.skips.items()):
            print(f"  skipped on {suite.title}: {len(names)} × {reason}")
            for name in names[:5]:
                print(f"      {name}")
            if not waits_for_shared_data(reason):
                omitted.append(reason)
    if any(suite.broken for suite in suites):
        print("  Not everything ran to its end.")
    elif not omitted:
        print("  Nothing was left out." if not total["skipped"] else "  Left out: only what waits for the shared data.")
    elif CI:
        print(f"  Under CI nothing may be left out, but {len(omitted)} thing(s) were: the run fails.")
    print()
    print(counted(total))
    return 1 if total["failed"] or not total["passed"] or (CI and omitted) else 0


if __name__ == "__main__":
    sys.exit(main())
