"""The Chinese catalogue is complete: every text is in it, translated, and compiled as it is written."""

import os

import polib
import pytest

from tests.meta import messages

pytestmark = pytest.mark.once


def test_nothing_is_fuzzy_untranslated_or_obsolete() -> None:
    assert not messages.incomplete()


def test_the_compiled_catalogue_says_what_the_written_one_says() -> None:
    assert not messages.stale_mo()


def test_every_text_of_code_and_templates_is_in_the_catalogue() -> None:
    if not messages.can_extract() and not os.environ.get("CI"):
        pytest.skip("xgettext is missing (apt-get install -y gettext)")
    assert not messages.not_collected()


def test_no_text_hides_from_the_catalogue_in_an_f_string() -> None:
    assert not messages.hidden()


def test_a_text_in_an_f_string_is_found() -> None:
    source = """from django.utils.translation import gettext as _, pgettext
title = f"{a}: {b if c else _('all of them')} {pgettext('kind', 'other')} {name(_)}"
"""
    assert sorted(messages.said_in_f_strings(source)) == [(2, "all of them"), (2, "other")]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "wrong"),
    [
        ("Due on %(day)s", "%(day)s到期", False),
        ("Due on %(day)s", "%(date)s到期", True),
        ("Due on %(day)s", "到期", True),
    ],
)
def test_a_translation_with_other_placeholders_is_found(msgid: str, msgstr: str, wrong: bool) -> None:
    assert messages.differs(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=["python-format"])) is wrong
