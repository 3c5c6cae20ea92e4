"""The table of benchmarks: printed, and kept in docs/benchmarks.md with the method and both sides of each row."""

import datetime as dt
import json
import os
import platform
import statistics
from pathlib import Path
from typing import Any

from tests.bench.harness import Result

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEPT = DOCS / "benchmarks.json"  # the last result of every row, so that measuring one keeps the others
PAGE = DOCS / "benchmarks.md"
Kept = dict[str, Any]

METHOD = """# Benchmarks

Written by `make bench`, not by hand. Some rows on a smaller set: `make bench SIZE=100000 ROWS="workdays import"`.

Every row compares the portal with a yardstick that does the same work on the same machine in the same run: first one
untimed pair whose results must be equal, then timed pairs in turns, A B B A A B …, each with the garbage collected
before. For each pair the ratio is taken; the table shows the **median of these ratios**, so a machine that slows down
half-way is unfair to both sides alike. A ratio of 3 means three times as much work in a second as the yardstick.
Figures of different machines may be compared by their ratios, never by their work per second.

| row | ours | yardstick | ours / s | yardstick / s | ratio | pairs from–to | goal |
|---|---|---|---:|---:|---:|---:|---:|
"""


def keep(results: list[Result], size: int, database: str) -> None:
    """Add the results to what was measured before, and write the page."""
    kept: dict[str, Kept] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for result in results:
        kept[result.row.name] = as_kept(result, size, database)
    DOCS.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    PAGE.write_text(page(kept))


def as_kept(result: Result, size: int, database: str) -> Kept:
    row = result.row
    return {
        "title": row.title,
        "ours": row.ours,
        "other": row.other,
        "unit": row.unit,
        "goal": row.goal,
        "ratio": result.ratio,
        "lowest": min(result.ratios),
        "highest": max(result.ratios),
        "ours_per_second": result.per_second(result.ours),
        "other_per_second": result.per_second(result.other),
        "ours_seconds": [round(seconds, 4) for seconds in result.ours],
        "other_seconds": [round(seconds, 4) for seconds in result.other],
        "amount": result.amount,
        "size": size,
        "measured": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {database}",
    }


def page(kept: dict[str, Kept]) -> str:
    lines = [table_line(name, row) for name, row in sorted(kept.items())]
    notes = [note(name, row) for name, row in sorted(kept.items())]
    return METHOD + "\n".join(lines) + "\n\n## Each row\n\n" + "\n".join(notes)


def table_line(name: str, row: Kept) -> str:
    goal = "—" if row["goal"] is None else figure(row["goal"])
    return (
        f"| {name} | {row['ours']} | {row['other']} | {figure(row['ours_per_second'])} |"
        f" {figure(row['other_per_second'])} | **{figure(row['ratio'])}** |"
        f" {figure(row['lowest'])}–{figure(row['highest'])} | {goal} |"
    )


def note(name: str, row: Kept) -> str:
    return (
        f"* **{name}**: {row['title']}. {row['amount']:,} {row['unit']} a run; size {row['size']:,};"
        f" medians {statistics.median(row['ours_seconds']):.3f} s and {statistics.median(row['other_seconds']):.3f} s;"
        f" {row['machine']}; {row['measured']}.\n"
    )


def figure(value: float) -> str:
    """Three digits that mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(results: list[Result]) -> str:
    """The plain table for the terminal."""
    lines = [f"{'row':<12} {'ours/s':>14} {'yardstick/s':>14} {'ratio':>9} {'goal':>7}  unit"]
    for result in results:
        goal = "—" if result.row.goal is None else figure(result.row.goal)
        lines.append(
            f"{result.row.name:<12} {figure(result.per_second(result.ours)):>14}"
            f" {figure(result.per_second(result.other)):>14} {figure(result.ratio):>9} {goal:>7}  {result.row.unit}"
        )
    return "\n".join(lines)
