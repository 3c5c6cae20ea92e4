"""The reviewers' own tool over packages, without a network: what it would fetch comes out of the shared folder."""

import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
OCDS = SHARED / "ocds"
ARCHIVE = "https://github.com/open-contracting-extensions/ocds_bid_extension/archive/master.zip"
SCHEMAS = "https://standard.open-contracting.org/schema/1__1__5/"
ERRORS = (
    "validation_errors", "additional_closed_codelist_values", "conformance_errors", "json_deref_error",
    "additional_fields",
)  # fmt: skip


def reviewed(package: dict[str, Any]) -> dict[str, Any]:
    """What the tool says of a package; skips the test where the tool is not installed."""
    api = pytest.importorskip("libcoveocds.api", reason="libcoveocds is not installed")
    from libcoveocds.config import LibCoveOCDSConfig

    config = LibCoveOCDSConfig({"context": "api", "standard_zip": f"file://{OCDS}/standard_zip/1__1__5.zip"})
    with mock.patch("requests.adapters.HTTPAdapter.send", at_hand), tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = api.ocds_json_output(folder, None, json_data=package, lib_cove_ocds_config=config)
    return found


def errors(package: dict[str, Any]) -> dict[str, Any]:
    """All that is wrong with a package: the tool ends well whatever it finds, so its answer is read."""
    found = reviewed(package)
    assert found["version_used"] == "1.1"
    assert found["extensions"]["is_extended_schema"] and not found["extensions"]["invalid_extension"]
    return {name: found[name] for name in ERRORS if found.get(name)}


def at_hand(adapter: Any, request: Any, **_options: Any) -> Any:
    """What the tool would fetch, out of the folder; it fetches nothing else."""
    from urllib3 import HTTPResponse

    if request.url == ARCHIVE:
        content = zipped(OCDS / "bid_extension")
    else:
        assert request.url.startswith(SCHEMAS), request.url
        content = (OCDS / "schema" / request.url.removeprefix(SCHEMAS)).read_bytes()
    raw = HTTPResponse(io.BytesIO(content), status=200, preload_content=False, request_url=request.url)
    return adapter.build_response(request, raw)


def zipped(folder: Path) -> bytes:
    """A folder as an archive of its repository."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.mkdir("ocds_bid_extension-master")
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"ocds_bid_extension-master/{path.relative_to(folder)}")
    return out.getvalue()
