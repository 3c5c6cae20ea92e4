"""What IEEE 1849-2016 asks of a log, as a list of what a file does wrong: its schema, and the rules in its words."""

import datetime as dt
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

SPACE = "{http://www.xes-standard.org/}"
ORDER = ("extension", "global", "classifier", "attribute", "trace")
VALUES = {
    "string": re.compile(r".*", re.S),
    "date": re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    "int": re.compile(r"[+-]?\d+"),
    "float": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|INF|-INF|NaN"),
    "boolean": re.compile(r"true|false|0|1"),
    "id": re.compile(r"[0-9A-Za-z-]{36}"),
}
NAME = re.compile(r"[A-Za-z_][\w.-]*")
# The standard's own extensions, with the type of each attribute and where it may stand.
EXTENSIONS = {
    "concept": ("Concept", {"name": ("string", {"log", "trace", "event"}), "instance": ("string", {"event"})}),
    "time": ("Time", {"timestamp": ("date", {"event"})}),
    "lifecycle": (
        "Lifecycle",
        {"model": ("string", {"log"}), "transition": ("string", {"event"}), "state": ("string", {"event"})},
    ),
    "org": (
        "Organizational",
        {"resource": ("string", {"event"}), "role": ("string", {"event"}), "group": ("string", {"event"})},
    ),
}
TRANSITIONS = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete",
    "autoskip", "manualskip", "unknown",
}  # fmt: skip


def faults(log: Element) -> list[str]:
    """Everything that the file does against the standard, in words; empty for a sound log."""
    return [*_frame(log), *_globals(log), *_attributes(log), *_traces(log)]


def _tag(node: Element) -> str:
    name = node.tag.removeprefix(SPACE)
    return "attribute" if name in VALUES else name


def _frame(log: Element) -> Iterator[str]:
    if log.tag != f"{SPACE}log":
        yield f"the root is {log.tag}"
    if log.get("xes.version") != "1849.2016":
        yield "xes.version is not that of the standard, as a decimal number"
    if "xes.features" not in log.attrib:
        yield "xes.features is missing"
    places = [ORDER.index(_tag(node)) if _tag(node) in ORDER else -1 for node in log]
    if -1 in places or places != sorted(places):
        yield "the parts of the log stand in another order than the schema's"
    for node in log.findall(f"{SPACE}extension"):
        prefix = node.get("prefix", "")
        name, _known = EXTENSIONS.get(prefix, ("", {}))
        if node.get("name") != name or node.get("uri") != f"http://www.xes-standard.org/{prefix}.xesext":
            yield f"the extension {prefix!r} is not the standard's"


def _globals(log: Element) -> Iterator[str]:
    declared = {node.get("scope"): node for node in log.findall(f"{SPACE}global")}
    if len(declared) != len(log.findall(f"{SPACE}global")) or not set(declared) <= {"trace", "event"}:
        yield "globals are declared once for traces and once for events"
    for scope, node in declared.items():
        wanted = {(leaf.tag, leaf.get("key")) for leaf in node}
        for owner in log.iter(f"{SPACE}{scope}"):
            if missing := wanted - {(leaf.tag, leaf.get("key")) for leaf in owner}:
                yield f"a {scope} lacks the globals {sorted(key or '' for _tag, key in missing)}"
    known = {leaf.get("key") for leaf in declared["event"]} if "event" in declared else set()
    for node in log.findall(f"{SPACE}classifier"):
        if not NAME.fullmatch(node.get("name", "")):
            yield f"{node.get('name')!r} is no name of a classifier"
        if not set(node.get("keys", "").split()) <= known or not node.get("keys"):
            yield f"the classifier {node.get('name')} asks for keys that are no globals"


def _attributes(log: Element) -> Iterator[str]:
    prefixes = {node.get("prefix") for node in log.findall(f"{SPACE}extension")}
    for owner in (log, *log.iter(f"{SPACE}trace"), *log.iter(f"{SPACE}event")):
        where = owner.tag.removeprefix(SPACE)
        leaves = [leaf for leaf in owner if _tag(leaf) == "attribute"]
        keys = [leaf.get("key", "") for leaf in leaves]
        if len(set(keys)) != len(keys) or "" in keys:
            yield f"a key stands twice, or there is none, in a {where}: {keys}"
        for leaf in leaves:
            yield from _attribute(leaf, where, prefixes)


def _attribute(leaf: Element, where: str, prefixes: set[str | None]) -> Iterator[str]:
    kind, key = leaf.tag.removeprefix(SPACE), leaf.get("key", "")
    if not VALUES[kind].fullmatch(leaf.get("value", "\0") if kind != "string" else leaf.get("value") or ""):
        yield f"{key}={leaf.get('value')!r} is no {kind}"
    if "value" not in leaf.attrib:
        yield f"{key} has no value"
    prefix, colon, name = key.partition(":")
    if not colon:
        return
    if prefix not in prefixes:
        yield f"the extension of {key} is not declared"
    wanted = EXTENSIONS.get(prefix, ("", {}))[1].get(name)
    if wanted and (kind != wanted[0] or where not in wanted[1]):
        yield f"{key} may not stand in a {where} as a {kind}"


def _traces(log: Element) -> Iterator[str]:
    names = []
    for trace in log.findall(f"{SPACE}trace"):
        names.append(_value(trace, "concept:name"))
        tags = [_tag(node) for node in trace]
        if not set(tags) <= {"attribute", "event"} or tags != sorted(tags):
            yield "the attributes of a trace stand before its events, and nothing else stands in it"
        moments = [
            dt.datetime.fromisoformat(_value(event, "time:timestamp")) for event in trace.findall(f"{SPACE}event")
        ]
        if any(one.tzinfo is None for one in moments) or moments != sorted(moments):
            yield f"the events of {names[-1]} are not in the order of their moments"
        for event in trace.findall(f"{SPACE}event"):
            if _value(event, "lifecycle:transition") not in TRANSITIONS:
                yield f"{_value(event, 'lifecycle:transition')!r} is no transition of the standard's life cycle"
    if len(set(names)) != len(names) or "" in names:
        yield "a trace has the name of another, or none"


def _value(owner: Element, key: str) -> str:
    return next((leaf.get("value", "") for leaf in owner if leaf.get("key") == key), "")
