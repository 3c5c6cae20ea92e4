"""File names as people may read and save them: no paths, no control or reversing characters, not too long."""

import re
import unicodedata

MAX_CHARS = 120
_RESERVED = re.compile(r'[<>:"|?*]')
_BLANKS = re.compile(r"\s+")


def clean_name(name: str, *, extension: str) -> str:
    """A safe name that ends with `extension` (without the dot); the words of the original are kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # Category C holds control characters and the bidi marks that make "exe.pdf" of "fdp.exe".
    visible = "".join(" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    stem, _, _ = visible.rpartition(".") if extension_of(visible) else (visible, "", "")
    stem = _BLANKS.sub(" ", _RESERVED.sub("_", stem)).strip(" .")
    return f"{stem[:MAX_CHARS].rstrip(' .') or 'file'}.{extension}"


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; empty when there is none."""
    found = re.search(r"\.([A-Za-z0-9]{1,8})\s*$", name)
    return found.group(1).lower() if found else ""
