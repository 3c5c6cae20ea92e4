"""What is wrong with the translations: `python -m tests.meta.messages` lists it and fails if there is anything."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tests.meta.sources import PACKAGES, ROOT, name_of, own_python, tracked

LOCALE = "zh_Hans"
CATALOGUE = ROOT / "locale" / LOCALE / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|%[sdif]|\{(\w*)\}")
TRANSLATE = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}  # where the text stands
Key = tuple[str | None, str, str | None]


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return (entry.msgctxt, entry.msgid, entry.msgid_plural or None)


def read_po() -> polib.POFile:
    return polib.pofile(str(CATALOGUE / "django.po"))


def incomplete() -> list[str]:
    """Texts that are fuzzy, untranslated, obsolete, or whose placeholders differ from the original's."""
    problems = []
    for entry in read_po():
        if entry.obsolete:
            problems.append(f"obsolete: {entry.msgid!r}")
        elif entry.fuzzy:
            problems.append(f"fuzzy: {entry.msgid!r}")
        elif not entry.translated():
            problems.append(f"untranslated: {entry.msgid!r}")
        elif differs(entry):
            problems.append(f"other placeholders than the original: {entry.msgid!r}")
    return problems


def differs(entry: polib.POEntry) -> bool:
    """A translation may leave a plural's count out, but it may not name a value that nobody gives it."""
    if "python-format" not in entry.flags and "python-brace-format" not in entry.flags:
        return False
    given = {match.group(0) for match in PLACEHOLDER.finditer(entry.msgid + (entry.msgid_plural or ""))}
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    asked = {match.group(0) for text in texts for match in PLACEHOLDER.finditer(text)}
    return not asked <= given if entry.msgid_plural else asked != given


def stale_mo() -> list[str]:
    """Texts that the compiled catalogue, which the portal reads, says differently from the written one."""
    if not (CATALOGUE / "django.mo").exists():
        return ["django.mo is missing: run `make messages`"]
    written = {key(entry): content(entry) for entry in read_po() if entry.translated() and not entry.obsolete}
    compiled = {key(entry): content(entry) for entry in polib.mofile(str(CATALOGUE / "django.mo"))}
    different = {k for k in written.keys() | compiled.keys() if written.get(k) != compiled.get(k)}
    return [f"django.mo differs from django.po: {k[1]!r}" for k in sorted(different, key=str)]


def content(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    return tuple(text for _, text in sorted(entry.msgstr_plural.items())) or (entry.msgstr,)


def can_extract() -> bool:
    return shutil.which("xgettext") is not None


def not_collected() -> list[str]:
    """Texts of code and templates that the catalogue lacks, and those it keeps although nothing says them any more."""
    extracted = {key(entry) for entry in extract()}
    written = {key(entry) for entry in read_po() if not entry.obsolete}
    missing = [f"not in django.po: {k[1]!r}" for k in sorted(extracted - written, key=str)]
    return missing + [f"in django.po, but nothing says it: {k[1]!r}" for k in sorted(written - extracted, key=str)]


def extract() -> polib.POFile:
    """Every text of the project, collected by Django's own makemessages in a copy of the sources."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "portal"
        for path in tracked(".py", ".html", ".txt"):
            name = path.relative_to(ROOT)
            if name.parts[0] in {*PACKAGES, "templates", "manage.py"}:
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy / name)
        (copy / "locale" / LOCALE).mkdir(parents=True)
        subprocess.run(
            [sys.executable, "manage.py", "makemessages", "-l", LOCALE, "-e", "html,txt,py", "-v", "0"],
            cwd=copy,
            check=True,
            env={**os.environ, "PYTHONPATH": str(copy), "DJANGO_SETTINGS_MODULE": "portal.settings"},
        )
        return polib.pofile(str(copy / "locale" / LOCALE / "LC_MESSAGES" / "django.po"))


def hidden() -> list[str]:
    """Texts within an f-string that the catalogue lacks: the collector does not find all of them there."""
    known = {entry.msgid for entry in read_po()}
    return [
        f"{name_of(path)}:{line}: {text!r}"
        for path in own_python()
        for line, text in said_in_f_strings(path.read_text(encoding="utf-8"))
        if text not in known and any(sign.isalpha() for sign in text)
    ]


def said_in_f_strings(source: str) -> list[tuple[int, str]]:
    """Line and text of each call of gettext inside an f-string."""
    if "gettext" not in source:
        return []
    calls = [
        inner
        for outer in ast.walk(ast.parse(source))
        if isinstance(outer, ast.JoinedStr)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in TRANSLATE
    ]
    found = []
    for call in calls:
        texts = [one for one in call.args[: TRANSLATE[call.func.id] + 1] if isinstance(one, ast.Constant)]  # type: ignore[attr-defined]
        if len(texts) == TRANSLATE[call.func.id] + 1:  # type: ignore[attr-defined]
            found.append((call.lineno, str(texts[-1].value)))
    return found


def main() -> int:
    if not (CATALOGUE / "django.po").exists():
        print("locale/zh_Hans/LC_MESSAGES/django.po is missing: run `make messages`")
        return 1
    problems = incomplete() + stale_mo() + hidden()
    if can_extract():
        problems += not_collected()
    else:
        print("xgettext is missing, so new texts were not looked for (apt-get install -y gettext)")
        problems += ["xgettext is missing"] if os.environ.get("CI") else []
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
