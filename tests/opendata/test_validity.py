"""What is published is valid: against the standard's schema, and by the reviewers' own tool, both without a network."""

import copy
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procurement.opendata.models import Process
from tests.opendata.objects import bodies, compiled

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
OCDS = SHARED / "ocds"
needs_schema = pytest.mark.skipif(not OCDS.is_dir(), reason="needs the schemas of the shared data")
ADDRESSES = ("releases", "records", "process-releases", "process-record")


@pytest.fixture(scope="module")
def packages(told):
    """Every kind of package of the told tender, as a reader gets them."""
    ocid = Process.objects.get(project=told.project).ocid
    found = {}
    for name in ADDRESSES:
        args = [ocid] if name.startswith("process") else []
        found[name] = Client().get(reverse(f"opendata:{name}", args=args)).content.decode()
    return found


@pytest.fixture(scope="module")
def validators() -> dict[str, Any]:
    """Validators of both packages, the extension for bids merged into the schema of releases."""
    from jsonschema import Draft4Validator, FormatChecker
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    release = json.loads((OCDS / "schema" / "release-schema.json").read_text())
    release = patched(release, json.loads((OCDS / "bid_extension" / "release-schema.json").read_text()))
    registry: Any = Registry()
    for address in ("schema/1__1__5/release-schema.json", "schema/1__1__5/versioned-release-validation-schema.json"):
        resource = Resource.from_contents(release if address.endswith("release-schema.json") else {}, DRAFT4)
        registry = registry.with_resource(f"https://standard.open-contracting.org/{address}", resource)
    return {
        name: Draft4Validator(
            json.loads((OCDS / "schema" / f"{name}-package-schema.json").read_text()),
            registry=registry,
            format_checker=FormatChecker(),
        )
        for name in ("release", "record")
    }


def patched(document: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    found = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = patched(found.get(name), value)
    return found


@needs_schema
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_package_keeps_the_schema(name, packages, validators):
    kind = "record" if "record" in name else "release"
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validators[kind].iter_errors(json.loads(packages[name]))
    ]
    assert problems == []


@needs_schema
def test_a_broken_package_would_be_found(packages, validators):
    package = json.loads(packages["releases"])
    package["releases"][0]["tag"] = ["no tag"]
    assert list(validators["release"].iter_errors(package))


ARCHIVE = "https://github.com/open-contracting-extensions/ocds_bid_extension/archive/master.zip"
SCHEMAS = "https://standard.open-contracting.org/schema/1__1__5/"


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


@needs_schema
@pytest.mark.parametrize("name", ADDRESSES)
def test_the_reviewers_tool_finds_no_error(name, packages, tmp_path, monkeypatch):
    api = pytest.importorskip("libcoveocds.api", reason="libcoveocds is not installed")
    from libcoveocds.config import LibCoveOCDSConfig

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", at_hand)
    config = LibCoveOCDSConfig({"context": "api", "standard_zip": f"file://{OCDS}/standard_zip/1__1__5.zip"})
    package = json.loads(packages[name])

    def reviewed(data: Any) -> Any:
        return api.ocds_json_output(str(tmp_path), None, json_data=data, lib_cove_ocds_config=config)

    found = reviewed(package)
    assert found["validation_errors"] == []
    assert not found.get("additional_closed_codelist_values")
    assert not found.get("conformance_errors") and not found.get("json_deref_error")
    assert found["extensions"]["is_extended_schema"] and not found["extensions"]["invalid_extension"]
    assert found["additional_fields"] == [], "nothing beside the standard and its extension"
    assert found["version_used"] == "1.1"
    if name == "releases":
        package["releases"][0]["tag"] = ["no tag"]
        assert reviewed(package)["additional_closed_codelist_values"], "the tool does find what is wrong"


def test_merging_all_releases_gives_the_compiled_release(told):
    """By the standard's rules (later members replace, things in lists are matched by their id), told independently."""
    merged: dict[str, Any] = {}
    for body in bodies(told.project):
        merge(merged, {k: v for k, v in body.items() if k not in ("id", "date", "tag", "ocid", "initiationType")})
    assert merged == compiled(told.project)


def merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        known = into.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            merge(known, value)
        elif isinstance(value, list) and value and isinstance(value[0], dict) and isinstance(known, list):
            for one in value:
                same = [old for old in known if old["id"] == one["id"]]
                if same:
                    merge(same[0], one)
                else:
                    known.append(copy.deepcopy(one))
        else:
            into[name] = value
