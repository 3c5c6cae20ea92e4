"""The content security policy forbids inline style and script; a template that carries one would lose it silently."""

import re

import pytest

from tests.meta.sources import name_of, tracked

pytestmark = pytest.mark.once

COMMENTS = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
INLINE = re.compile(
    r"""<style\b
    | <[a-z][^<>]*\sstyle\s*=
    | <[a-z][^<>]*\son[a-z]+\s*=
    | <[a-z][^<>]*\shx-on\b
    | javascript:
    | <script(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*["']application/(?:ld\+)?json)[^>]*>""",
    re.IGNORECASE | re.VERBOSE,
)


def inline_bits(template: str) -> list[str]:
    return [match.group(0)[:80] for match in INLINE.finditer(COMMENTS.sub("", template))]


@pytest.mark.parametrize(
    "template",
    [
        "<style>p{}</style>",
        '<p class="x" style="color:red">',
        '<p\n  style="{% if a %}x{% endif %}">',
        "<button onclick='go()'>",
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
    ],
)
def test_inline_style_and_script_are_found(template: str) -> None:
    assert inline_bits(template)


@pytest.mark.parametrize(
    "template",
    [
        '<script src="{% static "x.js" %}" defer></script>',
        '<script type="application/json" id="data">{}</script>',
        '<link rel="stylesheet" href="x.css">',
        '{# <p style="x"> #}',
        '<p class="style">once = twice</p>',
    ],
)
def test_what_the_policy_allows_is_left_alone(template: str) -> None:
    assert not inline_bits(template)


def test_no_template_carries_inline_style_or_script() -> None:
    wrong = {}
    for path in tracked(".html"):
        found = inline_bits(path.read_text(encoding="utf-8"))
        if found:
            wrong[name_of(path)] = found
    assert not wrong


SUMMARY = re.compile(r"{% error_summary ([^%]*?) %}")


def test_a_page_that_shows_an_error_says_so_in_its_title() -> None:
    """The base looks at `form` and `faulty`; a page with forms by other names says it itself."""
    silent = []
    for path in tracked(".html"):
        text = path.read_text(encoding="utf-8")
        shown = {name for names in SUMMARY.findall(text) for name in names.split()}
        if shown - {"form", "faulty"} and "block error_prefix" not in text:
            silent.append(name_of(path))
    assert silent == []
