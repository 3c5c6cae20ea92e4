"""Articles for the tests of the knowledge base."""

from typing import Any

from hotline.knowledge import actions
from hotline.knowledge.actions import ArticleDraft
from hotline.knowledge.models import ArticleVersion, Topic
from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories


def people(place: Any = None) -> tuple[Actor, Actor]:
    """A clerk who writes and a head who publishes, of one department."""
    place = place or factories.department()
    clerk, head = factories.staff(Role.CLERK, place), factories.staff(Role.DEPARTMENT_HEAD, place)
    return actor_of(clerk, Role.CLERK), actor_of(head, Role.DEPARTMENT_HEAD)


def draft(title: str = "身份证丢了怎么补办？", **more: Any) -> ArticleDraft:
    topic = Topic.objects.get(code=more.pop("topic", "residence"))
    values = {
        "title": title,
        "title_en": "How do I replace a lost identity card?",
        "answer": "持户口簿到任一派出所办证点申请补领，工本费四十元。",
        "answer_en": "Go to any police station with your household register; the fee is 40 yuan.",
        "keywords": "身份证遗失",
    }
    return ArticleDraft(topic_id=topic.pk, **{**values, **more})


def published(writer: Actor, publisher: Actor, **more: Any) -> ArticleVersion:
    department = next(iter(writer.user.access.departments()))  # type: ignore[union-attr]
    version = actions.write_article(writer, department, draft(**more))
    version = actions.take_step(writer, version.pk, "submit", {}, state_version=version.state_version)
    return actions.take_step(publisher, version.pk, "publish", {}, state_version=version.state_version)
