"""Articles: written by one, published by another, found in everyday words, ended when they no longer hold."""

import datetime as dt

import pytest

from hotline.knowledge import actions, policies
from hotline.knowledge.lifecycle import ARTICLE
from hotline.knowledge.models import Article, ArticleVersion, Feedback
from hotline.knowledge.querysets import suggest
from hotline.knowledge.registrations import find
from hotline.knowledge.tasks import sweep
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.knowledge.objects import draft, people, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def test_whoever_wrote_an_article_never_publishes_it():
    writer, head = people()
    author = actor_of(head.user, Role.DEPARTMENT_HEAD)
    place = next(iter(head.user.access.departments()))
    version = actions.write_article(author, place, draft())
    version = actions.take_step(author, version.pk, "submit", {}, state_version=version.state_version)
    with pytest.raises(NotAllowed):
        actions.take_step(author, version.pk, "publish", {}, state_version=version.state_version)
    with pytest.raises(NotAllowed):  # a clerk does not publish at all
        actions.take_step(writer, version.pk, "publish", {}, state_version=version.state_version)
    reviewer = actor_of(factories.staff(Role.REVIEWER, version.department), Role.REVIEWER)
    version = actions.take_step(reviewer, version.pk, "publish", {}, state_version=version.state_version)
    assert (version.state, version.publisher) == ("published", reviewer.user)
    assert Notification.objects.filter(template="knowledge.submit", user=reviewer.user).exists() is False  # came later


def test_publishing_a_new_version_replaces_the_one_in_force():
    writer, head = people()
    first = published(writer, head)
    second = actions.begin_version(writer, first.article_id)
    assert (second.number, second.title, second.state) == (2, first.title, "draft")
    assert actions.begin_version(writer, first.article_id).pk == second.pk  # one is being written already
    second = actions.save_version(
        writer, second.pk, draft(answer="持户口簿到任一派出所，工本费二十元。"), state_version=second.state_version
    )
    second = actions.take_step(writer, second.pk, "submit", {}, state_version=second.state_version)
    assert [one.pk for one in suggest("身份证丢了", 5)] == [first.pk]
    actions.take_step(head, second.pk, "publish", {}, state_version=second.state_version)
    first.refresh_from_db()
    assert (first.state, first.ended_on) == ("replaced", today())
    assert [one.pk for one in suggest("身份证丢了", 5)] == [second.pk]
    with pytest.raises(WrongState):
        actions.save_version(writer, first.pk, draft(), state_version=first.state_version)


def test_a_draft_that_somebody_else_saved_meanwhile_is_not_overwritten():
    writer, _head = people()
    place = next(iter(writer.user.access.departments()))
    version = actions.write_article(writer, place, draft())
    actions.save_version(writer, version.pk, draft(answer="甲"), state_version=0)
    with pytest.raises(Stale):
        actions.save_version(writer, version.pk, draft(answer="乙"), state_version=0)
    assert ArticleVersion.objects.get(pk=version.pk).answer == "甲"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": " "}),
        ("answer", {"answer": ""}),
        ("valid_until", {"valid_until": dt.date(2026, 11, 19)}),
        ("review_on", {"review_on": dt.date(2026, 11, 20)}),
        ("item_codes", {"item_codes": ("NO-SUCH-ITEM",)}),
    ],
)
def test_what_cannot_be_said_is_refused_beside_its_field(field, wrong):
    writer, _head = people()
    place = next(iter(writer.user.access.departments()))
    with pytest.raises(Invalid) as refused:
        actions.write_article(writer, place, draft(**wrong))
    assert list(refused.value.fields) == [field]
    assert not Article.objects.exists()


def test_operators_find_articles_by_everyday_words_pinyin_and_english(django_assert_max_num_queries):
    writer, head = people()
    lost = published(writer, head)
    answer = "向城管部门反映，夜间禁止施工。"
    texts = {"title": "夜间施工噪声扰民怎么办？", "title_en": "Noise from building sites at night", "answer": answer}
    noise = published(writer, head, **texts, answer_en="", keywords="", topic="city")
    of_cards = [("身份证", lost), ("sfz", lost), ("identity card", lost)]
    for asked, wanted in (*of_cards, ("施工噪音太吵", noise), ("噪声", noise)):
        with django_assert_max_num_queries(2):
            found = suggest(asked, 3)
        assert found[0].pk == wanted.pk, asked
        assert found[0].extract and found[0].url.startswith("/hotline/knowledge/")
    assert suggest("", 3) == [] and suggest("量子纠缠", 3) == []
    assert [one.name for one in find("身份证", None, 5)] == [lost.display_title]


def test_an_article_that_is_not_public_is_found_by_the_staff_only():
    writer, head = people()
    inner = published(writer, head, title="投诉人情绪激动如何安抚？", public=False)
    assert [one.pk for one in suggest("情绪激动", 3)] == [inner.pk]
    assert find("情绪激动", None, 5) == []


def test_what_has_expired_is_ended_and_what_is_due_for_review_is_told_once():
    writer, head = people()
    short = published(writer, head, title="国庆期间大厅开放吗？", valid_until=dt.date(2026, 11, 30))
    long = published(writer, head, review_on=dt.date(2026, 12, 1))
    with driven_clock(moment("2026-11-30 06:10")):
        assert sweep() == {"expired": 0, "reviews": 0, "lamps": 0}
    with driven_clock(moment("2026-12-01 06:10")):
        assert [one.pk for one in suggest("国庆期间大厅开放", 5)] == []  # from midnight on, before any sweep
        assert sweep() == {"expired": 1, "reviews": 1, "lamps": 0}
        assert sweep() == {"expired": 0, "reviews": 0, "lamps": 0}
        short.refresh_from_db()
        assert (short.state, short.ended_on) == ("expired", dt.date(2026, 12, 1))
        told = Notification.objects.filter(template="knowledge.review_due").values_list("user", flat=True)
        assert set(told) == {writer.user.pk, head.user.pk}
        actions.confirm_review(writer, long.pk)
        long.refresh_from_db()
        assert (long.review_on, long.review_told_on) == (dt.date(2026, 12, 1) + dt.timedelta(days=180), None)


def test_a_remark_is_a_task_of_the_owner_with_a_lamp():
    writer, head = people()
    version = published(writer, head)
    operator = actor_of(factories.staff(Role.HOTLINE_OPERATOR), Role.HOTLINE_OPERATOR)
    row = actions.remark(operator, "wrong", article_id=version.article_id, text="工本费已经改为二十元")
    assert (row.department, row.due_on) == (version.department, dt.date(2026, 11, 25))  # three working days
    assert set(Notification.objects.filter(template="knowledge.remarked").values_list("user", flat=True)) == {
        writer.user.pk, head.user.pk,
    }  # fmt: skip
    with driven_clock(moment("2026-11-26 06:10")):
        assert sweep()["lamps"] == 1 and sweep()["lamps"] == 0
        actions.answer_remark(writer, row.pk, "mend", {"note": "已更正"}, state_version=row.state_version)
    row.refresh_from_db()
    assert (row.state, row.answer) == ("mended", "已更正")
    assert Notification.objects.filter(template="knowledge.answered", user=operator.user).count() == 1


def test_helpful_counts_once_for_each_reader():
    writer, head = people()
    version = published(writer, head)
    operator = actor_of(factories.staff(Role.HOTLINE_OPERATOR), Role.HOTLINE_OPERATOR)
    for _again in range(2):
        actions.remark(operator, "helpful", article_id=version.article_id)
    assert Feedback.objects.filter(kind="helpful").count() == 1


def test_a_missing_article_is_told_to_the_department_and_nothing_is_guessed():
    writer, head = people()
    operator = actor_of(factories.staff(Role.HOTLINE_OPERATOR), Role.HOTLINE_OPERATOR)
    with pytest.raises(Invalid) as refused:
        actions.remark(operator, "missing", text="")
    assert set(refused.value.fields) == {"text", "department"}
    place = next(iter(writer.user.access.departments()))
    row = actions.remark(operator, "missing", department_id=place, text="公交卡退卡押金怎么退")
    assert Notification.objects.filter(template="knowledge.remarked", user=head.user).exists()
    stranger = actor_of(factories.staff(Role.CLERK, factories.department("OTHER")), Role.CLERK)
    with pytest.raises(NotFound):
        actions.answer_remark(stranger, row.pk, "mend", {"note": "无"}, state_version=0)


@pytest.mark.once
def test_policy_and_queryset_say_the_same_for_everybody():
    writer, head = people()
    other, _other_head = people(factories.department("OTHER"))
    place = next(iter(writer.user.access.departments()))
    open_draft = actions.write_article(writer, place, draft("草稿"))
    shown = published(writer, head)
    actions.remark(actor_of(other.user, Role.CLERK), "wrong", article_id=shown.article_id, text="错了")
    readers = [writer.user, head.user, other.user, factories.citizen()]
    readers += [factories.staff(role) for role in (Role.HOTLINE_OPERATOR, Role.HOTLINE_DISPATCHER, Role.AUDITOR)]
    for reader in (User.objects.get(pk=one.pk) for one in readers):
        seen = set(ArticleVersion.objects.visible_to(reader))
        assert seen == {one for one in (open_draft, shown) if policies.may_see(reader, one)}, reader
        remarks = set(Feedback.objects.visible_to(reader))
        assert remarks == {one for one in Feedback.objects.all() if policies.may_see_feedback(reader, one)}, reader


@pytest.mark.once
def test_only_the_portal_replaces_and_expires():
    assert {code for code, step in ARTICLE.transitions.items() if step.by_portal} == {"replace", "expire"}
