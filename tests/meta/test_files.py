"""Every file says first what it holds, stays small, and knows nothing of the machine it was written on."""

import ast
import re
from pathlib import Path

import pytest

from tests.meta.sources import is_migration, name_of, tracked

pytestmark = pytest.mark.once

LONGEST = 500  # lines
# Put together here, so that this file does not find itself.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:home|root|work|Users)/\w",
            r"[A-Z]:\\Users",
            "pypi" + r"\.org",
            "files." + "pythonhosted",
            "registry." + "npm",
            "npm" + "mirror",
            r"[\w-]+\.tsinghua\.edu\.cn/" + "simple",
            r"^-" + r"-(?:extra-)?index-url",
            r"^-" + r"-find-links",
        ]
    ),
    re.MULTILINE,
)
BINARY = (".mo", ".png", ".jpg", ".webp", ".ico", ".otf", ".ttf", ".woff", ".woff2", ".gz", ".pdf", ".xlsx", ".docx")


def text_files() -> list[Path]:
    return [path for path in tracked() if not path.name.endswith(BINARY)]


def test_every_module_starts_with_a_sentence_that_says_what_it_holds() -> None:
    silent = []
    for path in tracked(".py"):
        source = path.read_text(encoding="utf-8")
        if source.strip() and not is_migration(path) and not ast.get_docstring(ast.parse(source)):
            silent.append(name_of(path))
    assert not silent


def test_no_file_is_so_long_that_something_must_stand_in_the_wrong_room() -> None:
    long = {}
    for path in tracked(".py", ".html", ".css", ".js", ".sh"):
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST and not is_migration(path):
            long[name_of(path)] = lines
    assert not long


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = []
    for path in text_files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MACHINE.search(line):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert not found


@pytest.mark.parametrize("line", ["see /home" + "/anna/portal", "cd /root" + "/x", "https://" + "pypi" + ".org/simple"])
def test_a_machine_path_or_registry_would_be_found(line: str) -> None:
    assert MACHINE.search(line)


@pytest.mark.parametrize("line", ["/opt/portal/var", "path('work/desk/')", "templates/site/home/search.html"])
def test_ordinary_paths_are_no_machine_paths(line: str) -> None:
    assert not MACHINE.search(line)
