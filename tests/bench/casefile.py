"""`python -m tests.bench.casefile FILE --rows N`: a file of made-up cases in the form of `import_cases`."""

import argparse
import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

NAMES = [
    "external_id", "item_code", "item_name", "department_code", "department_name", "window_code", "staff_code",
    "channel", "kind", "applicant_type", "submitted_at", "answered_at", "accepted_at", "legal_days", "promised_days",
    "legal_due_on", "promised_due_on", "suspensions", "extended_days", "visits", "decided_at", "outcome", "rating",
    "rated_at",
]  # fmt: skip
CHANNELS = ["online"] * 6 + ["counter"] * 3 + ["post"]
FIRST = dt.date(2023, 1, 3)


def rows(count: int, *, seed: int = 1) -> Iterator[list[object]]:
    """So many rows of 40 departments with 20 items each over 600 days; some stopped, extended, open, refused."""
    luck = random.Random(seed)
    for n in range(count):
        department, item = luck.randrange(40), luck.randrange(20)
        filed = FIRST + dt.timedelta(days=luck.randrange(600))
        accepted = filed + dt.timedelta(days=luck.randrange(4))
        promised = luck.choice([0, 3, 5, 7, 10])
        is_open = luck.random() < 0.05
        decided = accepted + dt.timedelta(days=luck.randrange(2) if not promised else luck.randrange(1, promised * 2))
        stop = promised and not is_open and luck.random() < 0.05
        yield [
            f"{n:09d}",
            f"D{department:02d}-{item:02d}",
            f"事项 {item}",
            f"D{department:02d}",
            f"部门 {department}",
            "",
            "",
            luck.choice(CHANNELS),
            "promise" if promised else "immediate",
            "person" if luck.random() < 0.7 else "organisation",
            f"{filed}T{luck.randrange(9, 17):02d}:15:00+08:00",
            f"{accepted}T10:05:00+08:00",
            f"{accepted}T10:05:00+08:00",
            promised * 2 or 1,
            promised,
            "",
            "",
            f"{accepted}/{min(decided, accepted + dt.timedelta(days=2))}" if stop else "",
            5 if promised and luck.random() < 0.02 else "",
            luck.randrange(3),
            "" if is_open else f"{decided}T16:40:00+08:00",
            "" if is_open else "refused" if luck.random() < 0.03 else "approved",
            "",
            "",
        ]


def write_cases(path: Path, count: int, *, seed: int = 1) -> None:
    """Write the file."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(NAMES)
        writer.writerows(rows(count, seed=seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    write_cases(options.file, options.rows)
