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
