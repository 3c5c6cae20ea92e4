"""Guided questions: an outline becomes a tree, a wrong line is named, and a citizen's answers end at an item."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.catalogue.guided import codes_of, outline_of, parse_outline, step_at
from approvals.catalogue.guided_actions import GuidedDraft, save_guided
from approvals.catalogue.models import GuidedPath
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import Cast

OUTLINE = """您要办哪一种证件？ | Which document?
- 居民身份证 | Identity card
  是第一次办吗？ | Is it your first?
  - 是 | Yes => A-1
  - 否 | No => A-2 A-3
- 护照 | Passport => A-4"""


def test_an_outline_becomes_a_tree_and_back():
    tree = parse_outline(OUTLINE)
    assert outline_of(tree) == OUTLINE
    assert codes_of(tree) == {"A-1", "A-2", "A-3", "A-4"}
    assert step_at(tree, "").question and [path for _label, path in step_at(tree, "0").answers] == ["0-0", "0-1"]
    assert step_at(tree, "0-1").items == ["A-2", "A-3"] and len(step_at(tree, "0-1").given) == 2


@pytest.mark.parametrize("path", ["9", "x", "0-0-0", "-", "0--1", "٣"])
def test_a_path_that_is_none_is_not_found(path):
    with pytest.raises(NotFound):
        step_at(parse_outline(OUTLINE), path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("问题？\n- 甲 => A", 1),
        ("问题？\n- 甲 => A\n- 乙", 3),
        ("问题？\n- 甲 =>\n- 乙 => B", 2),
        ("- 甲 => A", 1),
        ("问题？\n   - 甲 => A", 2),
        ("问题？\n- 甲 => A\n- 乙 => B\n多余的", 4),
        ("问题？\n- | x => A\n- 乙 => B", 2),
    ],
)
def test_a_wrong_line_is_named(text, line):
    with pytest.raises(Invalid) as refused:
        parse_outline(text)
    assert str(line) in str(refused.value.fields["outline"])


@pytest.fixture
def questions(db) -> GuidedPath:
    for code in ("A-1", "A-2", "A-3", "A-4"):
        factories.item(code)
    return save_guided(administrator(), GuidedDraft("ids", "证件", OUTLINE, words="证件 身份证", shown=True))


def administrator():
    return actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)


def test_a_citizen_answers_and_ends_at_the_item(questions, django_assert_max_num_queries):
    client = Client()
    assert (
        reverse("catalogue:guided", args=["ids"])
        in client.get(reverse("catalogue:list"), {"q": "身份证丢了"}).content.decode()
    )
    page = reverse("catalogue:guided", args=["ids"])
    assert "?path=0" in client.get(page).content.decode()
    with django_assert_max_num_queries(6):
        html = client.get(page, {"path": "0-1"}).content.decode()
    assert reverse("catalogue:guide", args=["A-2"]) in html and "A-4" not in html


def test_questions_that_are_not_open_are_not_found(questions):
    GuidedPath.objects.update(shown=False)
    assert Client().get(reverse("catalogue:guided", args=["ids"])).status_code == 404
    assert "ids" not in Client().get(reverse("catalogue:guided-list")).content.decode()


def test_an_unknown_item_a_stale_page_and_a_stranger_are_refused(questions):
    with pytest.raises(Invalid) as refused:
        save_guided(administrator(), GuidedDraft("new", "新", OUTLINE.replace("A-4", "NOPE")))
    assert "NOPE" in str(refused.value.fields["outline"])
    with pytest.raises(Stale):
        save_guided(administrator(), GuidedDraft("ids", "证件", OUTLINE), path_id=questions.pk, revision=0)
    with pytest.raises(NotAllowed):
        save_guided(actor_of(factories.staff(Role.DEPARTMENT_HEAD)), GuidedDraft("n", "新", OUTLINE))


def test_the_editor_keeps_what_was_typed_beside_the_wrong_line(questions):
    client = Cast().client("administrator")
    page = reverse("catalogue:admin-guided-edit", args=[questions.pk])
    assert "居民身份证 | Identity card" in client.get(page).content.decode()
    data = {"title": "证件", "code": "ids", "outline": "写了很多的问题？\n- 甲 => A-1", "revision": "1"}
    answer = client.post(page, data)
    assert answer.status_code == 422 and "写了很多的问题" in answer.content.decode()
    assert client.post(page, {**data, "outline": OUTLINE, "shown": "on"}).status_code == 302
    questions.refresh_from_db()
    assert questions.revision == 2
