"""What each role gets at the addresses of the rules of dispatch."""

from collections.abc import Mapping
from typing import Any

from hotline.routing.models import Rule, RuleBook
from portal.core.time import now
from tests.permissions import Cast, nothing, only


def book(cast: Cast) -> Mapping[str, Any]:
    made = RuleBook.objects.create(number=1, made_at=now(), made_by=cast.person("hotline_dispatcher"))
    Rule.objects.create(book=made, position=1, name="路灯", words=["路灯"], department=cast.department)
    return {"number": 1}


def rule_of_draft(cast: Cast) -> Mapping[str, Any]:
    return {**book(cast), "rule_id": Rule.objects.get().pk}


EDITORS = ("hotline_dispatcher", "administrator")
readers = only("hotline_operator", *EDITORS, "supervisor", "auditor")
editors = only(*EDITORS)
done = only(*EDITORS, status=302)
wrong = only(*EDITORS, status=422)
stale = only(*EDITORS, status=409)

ROWS: list[tuple] = [
    ("routing:books", nothing, readers),
    ("routing:book", book, readers),
    ("routing:start", nothing, done, "post"),
    ("routing:try", book, done, "post", {"state_version": "0"}),
    ("routing:live", book, wrong, "post", {"state_version": "0"}),
    ("routing:discard", book, stale, "post"),
    ("routing:rule-new", book, editors),
    ("routing:rule-new", book, wrong, "post"),
    ("routing:rule", rule_of_draft, editors),
    ("routing:rule", rule_of_draft, wrong, "post"),
    ("routing:rule-move", rule_of_draft, done, "post", {"state_version": "0", "to": "up"}),
    ("routing:rule-remove", rule_of_draft, done, "post", {"state_version": "0"}),
]  # fmt: skip
