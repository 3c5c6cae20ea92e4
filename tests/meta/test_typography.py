"""Punctuation between values follows the reader's language: no half-width colon or comma of its own in a template."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from portal.core.templatetags.portal import colon, comma, listed, listing

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})", re.S)
BLOCKS = {"blocktranslate", "comment", "verbatim"}
# Behind a value, a tag of a value, or an element that holds one.
HALF_WIDTH = re.compile(r"\A: |\A:\Z|\A, \Z|\A %|</(?:a|b|code|dt|small|span|strong)>: ")
# What is the same in every language: coordinates.
SAME = {"{{ ticket.latitude|floatformat:5 }}"}


def half_width(text: str) -> list[str]:
    """What stands in a template between values and is written in half width whatever the language."""
    found, inside = [], ""
    parts = TOKEN.split(text)
    for n, part in enumerate(parts):
        if part.startswith("{%"):
            word = part[2:-2].split()[0]
            inside = word if word in BLOCKS else "" if word == f"end{inside}" else inside
        elif not n % 2 and n and not inside and HALF_WIDTH.search(part) and parts[n - 1] not in SAME:
            found.append(f"{parts[n - 1]}{part[:20]}")
    return found


@pytest.mark.parametrize("wrong", ["{{ a }}: {{ b }}", "<b>{{ a }}</b>: x", "{% if x %}, {% endif %}", "{{ n }} %</p>"])
def test_the_search_finds_what_it_looks_for(wrong):
    assert half_width(wrong)


def test_no_template_writes_half_width_punctuation_between_values():
    found = {
        str(path.relative_to(ROOT)): wrong
        for path in sorted(ROOT.glob("templates/**/*.html"))
        if (wrong := half_width(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_each_language_has_its_own():
    with override("zh-hans"):
        assert (colon(), comma(), listing(), listed(["甲", "乙"])) == ("：", "，", "、", "甲、乙")
    with override("en"):
        assert (colon(), comma(), listing(), listed(["a", "b"])) == (": ", ", ", ", ", "a, b")
