"""What an error says and which code it carries."""

import pytest

from portal.core.errors import DomainError, Invalid, WrongState


@pytest.mark.parametrize("kind", [DomainError, WrongState, Invalid])
def test_a_message_that_names_the_code_of_a_thing_says_it(kind):
    error = kind("There is no item with the code %(code)s in %(place)s.", code="SCJG-9", place="海州")
    assert error.message == "There is no item with the code SCJG-9 in 海州."
    assert error.code == kind.code


def test_the_code_of_the_error_is_the_one_it_was_given():
    assert WrongState("This item is closed.", code="item_closed").code == "item_closed"
    assert WrongState(code="item_closed").code == "item_closed"
    assert WrongState("“%(item)s” is closed.", code="item_closed", item="X").message == "“X” is closed."


def test_a_sentence_without_fillings_keeps_its_per_cent_signs():
    assert WrongState("“减免 50%” is closed.", code="incomplete").message == "“减免 50%” is closed."
