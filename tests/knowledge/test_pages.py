"""The pages of the knowledge base: bounded queries, and forms that lose nothing."""

import pytest
from django.urls import reverse

from hotline.knowledge import actions
from hotline.knowledge.models import ArticleVersion, Topic
from portal.people.roles import Role
from tests import factories
from tests.knowledge.objects import draft, people, published

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def sign_in(client, person):
    client.force_login(person, backend="portal.people.backends.AccountBackend")


def test_pages_need_as_many_queries_for_many_as_for_few(client, django_assert_max_num_queries):
    writer, head = people()
    for n in range(2):
        version = published(writer, head, title=f"问题{n}怎么办？")
    sign_in(client, head.user)
    urls = [
        reverse("knowledge:faq"),
        reverse("knowledge:faq") + "?q=问题",
        reverse("knowledge:articles"),
        reverse("knowledge:articles") + "?q=问题",
        reverse("knowledge:remarks"),
        reverse("knowledge:article", args=[version.article.number]),
    ]
    for url in urls:  # sessions and rules are read once
        client.get(url)
    few = {}
    for url in urls:
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url).status_code == 200
        few[url] = len(counted)
    for n in range(2, 12):
        more = published(writer, head, title=f"问题{n}怎么办？")
        actions.remark(writer, "wrong", article_id=more.article_id, text="过时")
    for url in urls:
        with django_assert_max_num_queries(few[url] + (1 if "remarks" in url else 0)):
            assert client.get(url).status_code == 200


def test_an_article_with_errors_keeps_what_was_typed(client):
    writer, _head = people()
    sign_in(client, writer.user)
    place = next(iter(writer.user.access.departments()))
    topic = Topic.objects.get(code="tax")
    sent = {"department": place, "topic": topic.pk, "title": "怎么缴税？", "answer": "", "valid_until": "2020-01-01"}
    answer = client.post(reverse("knowledge:new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "怎么缴税？" in page and "2020-01-01" in page
    answer = client.post(reverse("knowledge:new"), {**sent, "answer": "线上缴。"})
    assert answer.status_code == 422 and "线上缴。" in answer.content.decode()  # the dates are wrong
    answer = client.post(reverse("knowledge:new"), {**sent, "answer": "线上缴。", "valid_until": "", "submit": "1"})
    assert answer.status_code == 302
    assert ArticleVersion.objects.get().state == "review"


def test_a_stale_draft_says_so_and_keeps_the_text(client):
    writer, _head = people()
    sign_in(client, writer.user)
    place = next(iter(writer.user.access.departments()))
    version = actions.write_article(writer, place, draft())
    actions.save_version(writer, version.pk, draft(answer="同事改的"), state_version=0)
    url = reverse("knowledge:edit", args=[version.article.number])
    sent = {"state_version": 0, "topic": version.topic_id, "title": "新问题", "answer": "我改的"}
    answer = client.post(url, sent)
    assert answer.status_code == 422 and "我改的" in answer.content.decode()


def test_a_step_that_is_refused_keeps_its_reason(client):
    writer, head = people()
    version = published(writer, head)
    sign_in(client, head.user)
    url = reverse("knowledge:version", args=[version.article.number, 1])
    answer = client.post(url, {"step": "withdraw", "note": "误" * 501, "state_version": version.state_version})
    assert answer.status_code == 422 and "误误误" in answer.content.decode()
    assert client.post(url, {"step": "nonsense"}).status_code == 422
    assert client.post(url, {"step": "withdraw", "note": "政策已调整", "state_version": 2}).status_code == 302
    assert client.get(reverse("knowledge:question", args=[version.article.number])).status_code == 404


def test_the_guide_of_an_item_shows_its_questions(client):
    writer, head = people()
    item = factories.item("XK-001")
    version = published(writer, head, item_codes=("XK-001",))
    page = client.get(reverse("catalogue:guide", args=[item.code])).content.decode()
    assert version.title in page
    question = client.get(reverse("knowledge:question", args=[version.article.number])).content.decode()
    assert item.name in question


def test_a_remark_without_words_is_shown_again(client):
    writer, head = people()
    version = published(writer, head)
    sign_in(client, factories.staff(Role.HOTLINE_OPERATOR))
    url = reverse("knowledge:give", args=[version.article.number])
    assert client.post(url, {"kind": "wrong", "text": ""}).status_code == 422
    assert client.post(url, {"kind": "wrong", "text": "过时了"}).status_code == 302
    assert client.post(url, {"kind": "helpful"}).status_code == 302
