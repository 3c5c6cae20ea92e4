"""The project's own files, as git knows them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "approvals", "hall", "hotline", "procurement")
FOREIGN = ("static/vendor/", "tests/browser/vendor/", "docs/pictures/")  # taken over as they are


@cache
def tracked(*suffixes: str) -> list[Path]:
    """Tracked and new, not ignored files that end so; all of them without a suffix. Foreign code is left out."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [
        ROOT / name
        for name in sorted(set(names))
        if name and name.endswith(suffixes or "") and not name.startswith(FOREIGN) and (ROOT / name).is_file()
    ]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def own_python() -> list[Path]:
    """The portal's own modules, migrations included, tests and tools left out."""
    return [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def is_migration(path: Path) -> bool:
    return path.parent.name == "migrations"
