"""Version 1 only grows: what of a schema would break a program that was written against an older one."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """One sentence for each thing that was there and is gone, and for each that is newly demanded."""
    return list(_breaks(old, new))


def _breaks(old: Schema, new: Schema) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            there = new["paths"].get(path, {}).get(method)
            if there is None:
                yield f"{method.upper()} {path} is gone"
            else:
                yield from _operation(f"{method.upper()} {path}", methods[method], there)
    for name, component in old.get("components", {}).get("schemas", {}).items():
        present = new.get("components", {}).get("schemas", {}).get(name)
        if present is None:
            yield f"the shape {name} is gone"
        else:
            yield from _shape(name, component, present, is_request=name.endswith(("Request", "RequestRequest")))


def _operation(name: str, old: Schema, new: Schema) -> Iterator[str]:
    before = {(one["in"], one["name"]): one for one in old.get("parameters", ())}
    after = {(one["in"], one["name"]): one for one in new.get("parameters", ())}
    for key in before.keys() - after.keys():
        yield f"{name}: the parameter {key[1]} is gone"
    for key, one in after.items():
        if one.get("required") and not before.get(key, {}).get("required"):
            yield f"{name}: the parameter {key[1]} is newly required"
    good = {code for code in old.get("responses", {}) if code.startswith("2")}
    for code in sorted(good - new.get("responses", {}).keys()):
        yield f"{name}: the answer {code} is gone"
    if old.get("x-scope") != new.get("x-scope"):
        yield f"{name}: asks for another scope"


def _shape(name: str, old: Schema, new: Schema, *, is_request: bool) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    for field in sorted(was.keys() - now.keys()):
        yield f"{name}.{field} is gone"
    for field in sorted(was.keys() & now.keys()):
        if was[field].get("type") != now[field].get("type"):
            yield f"{name}.{field} has another type"
    if is_request:
        for field in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{name}.{field} is newly required"
    else:
        for field in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
            yield f"{name}.{field} may be missing now"
    if (gone := set(old.get("enum", ())) - set(new.get("enum", ()))) and is_request is False and "enum" in new:
        yield f"{name} lacks {sorted(map(str, gone))}"
