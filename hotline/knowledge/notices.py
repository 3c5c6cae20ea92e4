"""What the staff is told about articles and remarks; inside the portal only, for they work here."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.knowledge.models import ArticleVersion, Feedback
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

ARTICLE_WORDS = {"title"}
HANDED_IN = register(
    Template(
        "knowledge.submit",
        _("To be published: %(title)s"),
        _("“%(title)s” was handed in for the knowledge base. Please read and publish it, or send it back."),
        ARTICLE_WORDS,
    )
)
SENT_BACK = register(
    Template(
        "knowledge.send_back",
        _("Sent back: %(title)s"),
        _("“%(title)s” was sent back. Reason: %(note)s"),
        ARTICLE_WORDS | {"note"},
    )
)
EXPIRED = register(
    Template(
        "knowledge.expired",
        _("Expired: %(title)s"),
        _(
            "The validity of “%(title)s” has ended, so it is no longer shown. Write a new version if it is still needed."
        ),
        ARTICLE_WORDS,
    )
)
REVIEW_DUE = register(
    Template(
        "knowledge.review_due",
        _("To be reviewed: %(title)s"),
        _("“%(title)s” was to be reviewed by %(due)s. Please check whether it still holds."),
        ARTICLE_WORDS | {"due"},
    )
)
REMARKED = register(
    Template(
        "knowledge.remarked",
        _("Remark on the knowledge base: %(title)s"),
        _("An operator remarked on “%(title)s”: %(text)s Please answer by %(due)s."),
        {"title", "text", "due"},
    )
)
LATE = register(
    Template(
        "knowledge.late",
        _("Overdue: remark on %(title)s"),
        _("A remark on “%(title)s” was to be answered by %(due)s and is still open."),
        {"title", "due"},
    )
)
ANSWERED = register(
    Template(
        "knowledge.answered",
        _("Your remark was answered: %(title)s"),
        _("Your remark on “%(title)s” was answered: %(note)s"),
        {"title", "note"},
    )
)
MANY = 20  # people of a department who are told


def publishers(version: ArticleVersion) -> list[User]:
    """Who can publish it: reviewers and heads of the department, without the author."""
    people = _people(version.department_id, Role.REVIEWER, Role.DEPARTMENT_HEAD)
    return [person for person in people if person.pk != version.author_id]


def owners(department_id: int, author: User | None = None) -> list[User]:
    """The heads of the department, and the author while they still work there; else everybody there."""
    people = {person.pk: person for person in _people(department_id, Role.DEPARTMENT_HEAD)}
    here = Posting.objects.in_force().filter(department=department_id, user=author) if author else None
    if author is not None and author.is_active and here is not None and here.exists():
        people[author.pk] = author
    return list(people.values()) or _people(department_id)


def _people(department_id: int, *roles: str) -> list[User]:
    rows = Posting.objects.in_force().filter(department=department_id, user__is_active=True)
    rows = rows.filter(role__in=roles) if roles else rows
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")[:MANY]}.values())


def tell(version: ArticleVersion, template: Template, people: Iterable[User], *, key: str) -> None:
    """Once for each key."""
    words: dict[str, Any] = {
        "title": Words(version.title, version.title_en),
        "note": version.note,
        "due": version.review_on,
    }
    for person in people:
        notify(
            person,
            template.code,
            {name: words[name] for name in template.placeholders},
            about=("knowledge.articleversion", version.pk),
            channels=("in_app",),
            path=reverse("knowledge:article", args=[version.article.number]),
            key=f"article:{version.pk}:{key}",
        )


def tell_of_remark(remark: Feedback, template: Template, people: Iterable[User], *, title: Words, key: str) -> None:
    """Once for each key."""
    words: dict[str, Any] = {"title": title, "text": remark.text, "due": remark.due_on, "note": remark.answer}
    for person in people:
        notify(
            person,
            template.code,
            {name: words[name] for name in template.placeholders},
            about=("knowledge.feedback", remark.pk),
            channels=("in_app",),
            path=reverse("knowledge:remark", args=[remark.pk]),
            key=f"remark:{remark.pk}:{key}",
        )


def title_of(remark: Feedback) -> Words:
    """The article's question, or the department where no article exists yet. One query."""
    if remark.article_id is None:
        return Words(remark.department.name, remark.department.name_en)
    latest = ArticleVersion.objects.filter(article=remark.article_id).order_by("-number").first()
    return Words(latest.title, latest.title_en) if latest else Words("", "")
