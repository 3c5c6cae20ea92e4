"""Fetch the fonts of the papers from npm and write portal/core/documents/fonts with its MANIFEST.json.

Run by a developer when a version changes (needs npm, once); the portal itself needs neither Node nor npm. Taken as
published: Noto Serif SC Regular and Noto Sans SC Bold under the SIL Open Font License 1.1. Both carry the rare
characters that names are written with, which the subsets made for web pages do not.
Usage: `python .ci/vendor_fonts.py [work directory]`.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent.parent / "portal" / "core" / "documents" / "fonts"
PACKAGES = {
    "@expo-google-fonts/noto-serif-sc": ("0.4.3", "400Regular/NotoSerifSC_400Regular.ttf"),
    "@expo-google-fonts/noto-sans-sc": ("0.4.3", "700Bold/NotoSansSC_700Bold.ttf"),
}


def fetch(work: Path, package: str, version: str) -> Path:
    """The unpacked package below `work`."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package}@{version}"], cwd=work, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    target = work / package.rpartition("/")[2]
    with tarfile.open(work / packed) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def take(folder: Path, package: str, version: str, font: str) -> dict[str, Any]:
    """Copy one font and its licence; returns its entry of the manifest."""
    name = Path(font).name
    licence = f"{name.partition('_')[0]}.LICENSE"
    shutil.copy(folder / font, FONTS / name)
    shutil.copy(folder / "LICENSE_FONT", FONTS / licence)
    digests = {part: hashlib.sha256((FONTS / part).read_bytes()).hexdigest() for part in (name, licence)}
    return {"name": package, "version": version, "licence": "OFL-1.1", "changes": "as published", "sha256": digests}


def build(work: Path) -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    entries = [
        take(fetch(work, package, version), package, version, font) for package, (version, font) in PACKAGES.items()
    ]
    (FONTS / "MANIFEST.json").write_text(json.dumps(entries, indent=2) + "\n")


def main() -> None:
    if len(sys.argv) > 1:
        work = Path(sys.argv[1])
        work.mkdir(parents=True, exist_ok=True)
        return build(work)
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))


if __name__ == "__main__":
    main()
