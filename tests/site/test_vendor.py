"""What lies in static/vendor is what its manifest says, and nothing comes from elsewhere."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
FOLDERS = (ROOT / "static" / "vendor", ROOT / "tests" / "browser" / "vendor")
OWN = [path for folder in ("css", "js") for path in (ROOT / "static" / folder).iterdir()]
PAGES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_vendored_file_has_the_checksum_of_the_manifest(folder: Path) -> None:
    said = {
        name: checksum
        for entry in json.loads((folder / "MANIFEST.json").read_text())
        for name, checksum in entry["sha256"].items()
    }
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "MANIFEST.json"
    }
    assert found == said


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_package_has_a_version_and_a_licence_beside_it(folder: Path) -> None:
    for entry in json.loads((folder / "MANIFEST.json").read_text()):
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["licence"]
        assert (folder / entry["name"] / "LICENSE").exists()


def test_the_form_style_carries_no_foreign_identity() -> None:
    text = (FOLDERS[0] / "govuk-frontend" / "govuk-frontend.min.css").read_text()
    assert not [word for word in ("@font-face", "GDS Transport", "crest", "url(") if word in text]


@pytest.mark.parametrize("path", [*OWN, *PAGES], ids=lambda path: path.name)
def test_no_page_style_or_script_loads_from_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href|url\(|import|fetch\()\s*=?\s*[\"']?(?:https?:)?//", text)
