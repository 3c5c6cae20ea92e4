"""`python -m tests.bench [--size N] [row …]`: measure, print the table, write docs/benchmarks.md."""

import argparse
import sys

from tests.bench import harness, report
from tests.bench.database import bench_database


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", help="names of rows; all of them without a name")
    parser.add_argument("--size", type=int, default=1_000_000, help="how many cases the rows about cases work on")
    parser.add_argument("--database", choices=["auto", "postgres", "sqlite"], default="auto")
    parser.add_argument(
        "--kept", default="", metavar="URL", help="a PostgreSQL database for rows about cases that stays"
    )
    parser.add_argument("--list", action="store_true", help="say which rows there are")
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md alone")
    options = parser.parse_args()
    with bench_database(options.database, options.kept) as database:
        rows = harness.load_rows()
        if options.list:
            for row in rows.values():
                print(f"{row.name:<12} {row.title}")
            return 0
        unknown = [name for name in options.rows if name not in rows]
        if unknown:
            parser.error(f"no such row: {', '.join(unknown)}; there are {', '.join(rows)}")
        results = []
        for name in options.rows or rows:
            results.append(harness.measure(rows[name], options.size, say))
            if not options.no_write:
                report.keep(results[-1:], options.size, database)  # at once: a run that is broken off keeps its rows
    print(report.table(results))
    return 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
