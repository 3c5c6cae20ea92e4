"""The guide picks the items and says why; its text is checked line by line."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from approvals.packages.guide import evaluate, valid_answers
from approvals.packages.outline import items_text, parse_items, parse_questions, questions_text
from portal.core.errors import Invalid

QUESTIONS = (
    "first: 是头胎吗？ | First child?\n- yes: 是 | Yes\n- no: 否 | No\nplace: 落户地？\n- here: 本市\n- away: 外地"
)
ITEMS = "GAJ-007\nWJW-004 = first=yes\nYBJ-001 = first=yes,no & place=here"


def verdicts(**answers):
    version = SimpleNamespace(questions=parse_questions(QUESTIONS))
    entries = [
        SimpleNamespace(item=code, condition=condition) for code, condition in parse_items(ITEMS, version.questions)
    ]
    return {one.entry.item: one for one in evaluate(version, entries, valid_answers(version, answers))}


def test_each_item_says_why_it_applies_or_does_not():
    with override("en"):
        found = verdicts(first="yes", place="away")
        assert [found[code].applies for code in ("GAJ-007", "WJW-004", "YBJ-001")] == [True, True, False]
        assert found["GAJ-007"].reasons == ("This belongs to every filing of the package.",)
        assert found["WJW-004"].reasons == ("It applies because you answered “Yes” to “First child?”.",)
        assert found["YBJ-001"].reasons == ("It does not apply because you answered “外地” to “落户地？”.",)


def test_what_was_not_answered_applies_to_nothing_and_is_said():
    with override("en"):
        found = verdicts(first="yes")
        assert not found["YBJ-001"].applies
        assert found["YBJ-001"].reasons == ("You have not answered “落户地？”.",)


def test_answers_that_no_question_knows_are_left_out():
    version = SimpleNamespace(questions=parse_questions(QUESTIONS))
    assert valid_answers(version, {"first": "maybe", "place": "here", "x": "y"}) == {"place": "here"}


def test_the_text_of_questions_and_items_comes_back_as_it_was():
    questions = parse_questions(QUESTIONS)
    assert questions_text(questions) == QUESTIONS
    assert items_text(parse_items(ITEMS, questions)) == ITEMS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- yes: 是", "Line 1: A question stands before its answers"),
        ("first 是头胎吗", "Line 1: Write a short code"),
        ("first: 问\n- yes: 是", "Line 1: A question needs at least two answers"),
        ("first: 问\n- yes: 是\n- yes: 否", "Line 3: The code “yes” is used twice."),
        ("a: 问\n- y: 是\n- n: 否\na: 再问\n- y: 是\n- n: 否", "Line 4: The code “a” is used twice."),
        ("\n".join(f"q{n}: 问\n- y: 是\n- n: 否" for n in range(13)), "Line 1: At most 12 questions."),
        ("x" * 20_001, "Line 1: This is too long."),
    ],
)
def test_faults_of_questions_name_their_line(text, said):
    with override("en"), pytest.raises(Invalid) as refused:
        parse_questions(text)
    assert refused.value.fields["questions"].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A\nA", "Line 2: The item “A” stands here twice."),
        ("A = third=yes", "Line 1: There is no question with the code “third”."),
        ("A\nB = first=maybe", "Line 2: “first” has no answer “maybe”."),
        ("A = first", "Line 1: Write conditions as"),
        ("A = first=yes & ", "Line 1: Write conditions as"),
        ("\n".join(f"I{n}" for n in range(41)), "Line 1: At most 40 items."),
    ],
)
def test_faults_of_items_name_their_line(text, said):
    with override("en"), pytest.raises(Invalid) as refused:
        parse_items(text, parse_questions(QUESTIONS))
    assert refused.value.fields["items"].startswith(said)
