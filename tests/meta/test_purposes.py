"""What a look at personal data was for stands on the auditor's page in words, in the reader's language."""

import ast
from pathlib import Path

from django.utils.translation import override

from portal.core.access import has_purpose, purpose_in_words

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "approvals", "hall", "hotline", "procurement")
LOGS = {"log_view", "log_views"}


def purposes() -> set[str]:
    """The fixed purposes in the code: "desk" of `purpose="desk"` and of `purpose=f"desk: {n}"`."""
    found = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in LOGS:
                found |= {text for word in call.keywords if word.arg == "purpose" for text in fixed(word.value)}
    return found


def fixed(value: ast.expr) -> set[str]:
    texts = [one.value for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return {text.partition(": ")[0] for text in texts[:1] if text}


def test_every_purpose_has_words():
    assert len(purposes()) > 15
    assert {code for code in purposes() if not has_purpose(code)} == set()


def test_a_purpose_keeps_what_it_was_about_and_what_a_person_typed_stays():
    with override("zh-hans"):
        assert purpose_in_words("earlier tickets: 3") == "查看来电人以往工单: 3"
        assert purpose_in_words("核对名单") == "核对名单"
