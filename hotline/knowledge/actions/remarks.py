"""What operators say of the knowledge base, and what the owners answer."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.knowledge import notices, policies
from hotline.knowledge.lifecycle import FEEDBACK
from hotline.knowledge.models import Article, ArticleVersion, Feedback
from hotline.knowledge.rules import FEEDBACK as LIMIT
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, NotFound, type_of_message
from portal.core.events import record, record_new
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Department

LONGEST = 1000


@action
def remark(
    actor: Actor, kind: str, *, article_id: int | None = None, department_id: int | None = None, text: str = ""
) -> Feedback:
    """Say that an article helped, is wrong, or that something is missing (then a department may stand for the article).

    "Helpful" is counted once for each reader; the other two are a task of the owner, due after the rule's working
    days. Raises NotAllowed, NotFound, Invalid with `fields`.
    """
    if actor.user is None or not policies.may_remark(actor.user):
        raise NotAllowed()
    article = _article(actor, article_id) if article_id is not None else None
    wrong = _wrong(kind, article, department_id, text)
    if wrong:
        raise Invalid(fields=wrong)
    owner = article.department_id if article else department_id or 0
    row = Feedback(kind=kind, article=article, department_id=owner, text=text.strip(), given_by=actor.user)
    row.given_at = now()
    if kind == Feedback.Kind.HELPFUL:
        row.state = "mended"
        found, _new = Feedback.objects.get_or_create(
            article=article, given_by=actor.user, kind=kind,
            defaults={"department_id": owner, "given_at": row.given_at, "state": "mended"},
        )  # fmt: skip
        return found
    row.due_on = workdays().add(today(), rule(LIMIT, today()).days)
    row.save()
    record_new(row, "knowledge.remarked", actor, to_state="open", data={"kind": kind, "due": row.due_on})
    author = _author(article)
    people = notices.owners(row.department_id, author)
    notices.tell_of_remark(row, notices.REMARKED, people, title=notices.title_of(row), key="given")
    return row


@action
def answer_remark(
    actor: Actor, remark_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> Feedback:
    """Put right or set aside, with words for the one who remarked. Raises what the lifecycle raises."""
    try:
        row = db.lock_row(Feedback.objects.select_related("department", "given_by"), remark_id)
    except Feedback.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see_feedback(actor.user, row):
        raise NotFound()
    step = FEEDBACK.begin(row, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    row.save()
    event = record(row, f"knowledge.{code}", actor, from_state=before, to_state=after, data=step.data)
    people = [row.given_by] if row.given_by.is_active else []
    notices.tell_of_remark(row, notices.ANSWERED, people, title=notices.title_of(row), key=f"event:{event.pk}")
    return row


def _article(actor: Actor, article_id: int) -> Article:
    """The article, if the reader sees a version of it."""
    visible = ArticleVersion.objects.visible_to(actor.user).filter(article=article_id)  # type: ignore[arg-type]
    found = Article.objects.filter(pk=article_id).first() if visible.exists() else None
    if found is None:
        raise NotFound()
    return found


def _wrong(kind: str, article: Article | None, department_id: int | None, text: str) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if kind not in Feedback.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    elif kind != Feedback.Kind.MISSING and article is None:
        wrong["kind"] = _("Choose the article that is meant.")
    if kind != Feedback.Kind.HELPFUL and not text.strip():
        wrong["text"] = _("Say in a few words what is wrong or missing.")
    if len(text) > LONGEST:
        wrong["text"] = _("Please use at most %(n)s characters.") % {"n": LONGEST}
    open_today = Department.objects.open_on(today())
    if article is None and not open_today.filter(pk=department_id or 0).exists():
        wrong["department"] = _("Choose the department that should answer this.")
    return wrong


def _author(article: Article | None) -> Any:
    if article is None:
        return None
    rows = ArticleVersion.objects.filter(article=article).select_related("author").order_by("-number")
    newest = rows.first()
    return newest.author if newest else None
