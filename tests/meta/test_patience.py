"""Browser tests ask a page with questions that wait: what is asked once is answered by whatever page happens to be there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "browser"
# Asked once. `expect(…)` asks the same again until it is so; `soon(…)` and `source(…)` of `patience.py` do what it cannot.
ONCE = {
    "all_inner_texts", "all_text_contents", "content", "get_attribute", "inner_html", "inner_text", "input_value",
    "is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible", "text_content", "title",
}  # fmt: skip
SLEEPS = {
    "wait_for_timeout",
    "sleep",
    "wait_for_function",
}  # the last is refused by our content policy when it asks again


def test_no_browser_test_asserts_what_a_page_says_at_one_moment() -> None:
    found = [
        f"{path.name}:{line}: {text}"
        for path in sorted(FOLDER.glob("test_*.py"))
        for line, text in hasty(path.read_text("utf-8"))
    ]
    assert not found, "ask with expect(…), which waits:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "is_hasty"),
    [
        ("assert page.locator('h1').inner_text() == 'x'", True),
        ("assert page.url.endswith('/x/')", True),
        ("assert 'x' in page.content()", True),
        ("assert page.locator('li').count() == 3", True),
        ("assert page.get_by_role('button').count()", True),
        ("page.wait_for_timeout(500)", True),
        ("time.sleep(1)", True),
        ("page.wait_for_function('1 === 1')", True),
        ("assert Ticket.objects.count() == 1", False),
        ("assert (page.url, violations(page)) == (page.url, [])", False),
        ("assert soon(lambda: 'x' in page.content(), page)", False),
        ("expect(page.locator('h1')).to_have_text('x')", False),
    ],
)
def test_a_hasty_question_is_known_by_its_form(text: str, is_hasty: bool) -> None:
    assert bool(list(hasty(text))) is is_hasty


def hasty(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of what depends on the moment."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assert):
            found = any(asks_once(one) for one in outside_lambdas(node.test))
        else:
            found = called(node) in SLEEPS
        if found:
            yield node.lineno, ast.unparse(node)  # type: ignore[attr-defined]


def outside_lambdas(node: ast.AST) -> Iterator[ast.AST]:
    """All that is asked at once: a lambda is asked by whoever takes it, and a tuple only tells which page failed."""
    if isinstance(node, (ast.Lambda, ast.Tuple)):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from outside_lambdas(child)


def asks_once(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "url":
        return True
    if called(node) == "count":
        return any(part in ast.unparse(node) for part in (".locator(", ".get_by_"))
    return called(node) in ONCE


def called(node: ast.AST) -> str:
    """The name of the method, if this calls one."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
