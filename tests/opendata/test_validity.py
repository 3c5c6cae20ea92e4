"""What is published is valid: against the standard's schema, and by the reviewers' own tool, both without a network."""

import copy
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procurement.opendata.models import Process
from tests.opendata.objects import bodies, compiled
from tests.opendata.review import OCDS, errors

pytestmark = [pytest.mark.django_db, pytest.mark.once]
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


@needs_schema
@pytest.mark.parametrize("name", ADDRESSES)
def test_the_reviewers_tool_finds_no_error(name, packages):
    package = json.loads(packages[name])
    assert errors(package) == {}
    if name == "releases":
        package["releases"][0]["tag"] = ["no tag"]
        assert errors(package)["additional_closed_codelist_values"], "the tool does find what is wrong"


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
