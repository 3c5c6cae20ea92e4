"""Articles: written, changed while a draft, handed in, published by somebody else, withdrawn."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hotline.knowledge import notices, policies
from hotline.knowledge.lifecycle import ARTICLE
from hotline.knowledge.models import Article, ArticleVersion, Topic, VersionItem
from hotline.knowledge.rules import REVIEW
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record, record_new
from portal.core.numbers import next_number
from portal.core.registries import item_by_code
from portal.core.rules import rule
from portal.core.search import document
from portal.core.time import now, today
from portal.people.models import Department

PREFIX = "ZS"
LONGEST_ANSWER = 8000
MOST_ITEMS = 20


@dataclass(frozen=True, kw_only=True)
class ArticleDraft:
    """What a version says. `item_codes` are codes of the catalogue; days are inclusive."""

    topic_id: int | None
    title: str
    title_en: str = ""
    answer: str
    answer_en: str = ""
    keywords: str = ""
    item_codes: tuple[str, ...] = ()
    public: bool = True
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    review_on: dt.date | None = None


@action
def write_article(actor: Actor, department_id: int, draft: ArticleDraft) -> ArticleVersion:
    """A new article with its first draft. Raises NotAllowed, Invalid with `fields`."""
    _only_writer(actor, department_id)
    department = Department.objects.open_on(today()).filter(pk=department_id).first()
    if department is None:
        raise Invalid(fields={"department": _("Choose a department that is open.")})
    _checked(draft)
    article = Article(department=department, made_at=now(), number=next_number(PREFIX, department.code, today()))
    article.save()
    version = ArticleVersion(article=article, number=1, department=department, author=actor.user)
    _fill(version, draft)
    record_new(version, "article.written", actor, to_state="draft", data={"number": 1})
    return version


@action
def begin_version(actor: Actor, article_id: int) -> ArticleVersion:
    """A new draft copied from the newest version; the one that is being written already, if there is one."""
    article = _locked_article(article_id)
    _only_writer(actor, article.department_id)
    versions = ArticleVersion.objects.filter(article=article).select_related("article").order_by("-number")
    newest = versions.first()
    if newest is None:
        raise NotFound()
    if newest.state in {"draft", "review"}:
        return newest
    codes = tuple(newest.items.values_list("code", flat=True))
    version = ArticleVersion(
        article=article, number=newest.number + 1, department_id=article.department_id, author=actor.user
    )
    _fill(
        version,
        ArticleDraft(
            topic_id=newest.topic_id, title=newest.title, title_en=newest.title_en, answer=newest.answer,
            answer_en=newest.answer_en, keywords=newest.keywords, item_codes=codes, public=newest.public,
        ),
    )  # fmt: skip
    record_new(version, "article.begun", actor, to_state="draft", data={"number": version.number})
    return version


@action
def save_version(actor: Actor, version_id: int, draft: ArticleDraft, *, state_version: int) -> ArticleVersion:
    """Change a draft. Raises Stale when somebody else saved meanwhile, WrongState for what is no draft any more."""
    version = _locked(actor, version_id)
    if actor.user is None or not policies.may_edit(actor.user, version):
        raise NotAllowed()
    if version.state != "draft":
        raise WrongState(_("Only a draft can be changed: begin a new version."))
    if version.state_version != state_version:
        raise Stale()
    _checked(draft)
    version.state_version += 1
    version.author = actor.user
    _fill(version, draft)
    record(version, "article.saved", actor)
    return version


@action
def take_step(
    actor: Actor, version_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> ArticleVersion:
    """Hand in, publish, send back, withdraw, give up. Raises what the lifecycle raises."""
    version = _locked(actor, version_id)
    step = ARTICLE.begin(version, code, actor, inputs, state_version=state_version)
    if code == "publish":
        _check_dates(version)
        _replace(version, actor)
    before, after = step.apply()
    version.save()
    event = record(version, f"article.{code}", actor, from_state=before, to_state=after, data=step.data)
    if code == "submit":
        notices.tell(version, notices.HANDED_IN, notices.publishers(version), key=f"event:{event.pk}")
    elif code == "send_back" and version.author is not None:
        notices.tell(version, notices.SENT_BACK, [version.author], key=f"event:{event.pk}")
    return version


@action
def confirm_review(actor: Actor, version_id: int, *, review_on: dt.date | None = None) -> ArticleVersion:
    """The article was read again and still holds; the next review is on the day given, or after the rule's days."""
    version = _locked(actor, version_id)
    if actor.user is None or not policies.may_edit(actor.user, version):
        raise NotAllowed()
    if version.state != "published":
        raise WrongState()
    if review_on is not None and review_on <= today():
        raise Invalid(fields={"review_on": _("Choose a day to come.")})
    version.review_on = review_on or _usual_review(today())
    version.review_told_on = None
    version.save(update_fields=["review_on", "review_told_on"])
    record(version, "article.reviewed", actor, data={"on": version.review_on})
    return version


def _replace(version: ArticleVersion, actor: Actor) -> None:
    """The version in force gives way; the article's row is locked, so that two never publish side by side."""
    _locked_article(version.article_id)
    for old in ArticleVersion.objects.filter(article=version.article_id, state="published"):
        step = ARTICLE.begin(old, "replace", Actor.system("knowledge.publish"), state_version=None)
        before, after = step.apply()
        old.save(update_fields=["state", "state_version", "ended_on"])
        record(old, "article.replace", actor, from_state=before, to_state=after, data={"on": old.ended_on})


def _checked(draft: ArticleDraft) -> None:
    wrong: dict[str, type_of_message] = {}
    if not Topic.objects.filter(pk=draft.topic_id or 0).exists():
        wrong["topic"] = _("Choose a topic.")
    if not draft.title.strip():
        wrong["title"] = _("Enter the question as people ask it.")
    if not draft.answer.strip():
        wrong["answer"] = _("Enter the answer.")
    if max(len(draft.answer), len(draft.answer_en)) > LONGEST_ANSWER:
        wrong["answer"] = _("Please use at most %(n)s characters.") % {"n": LONGEST_ANSWER}
    begins = draft.valid_from or today()
    if draft.valid_until is not None and draft.valid_until < max(begins, today()):
        wrong["valid_until"] = _("The validity ends before it begins, or in the past.")
    if draft.review_on is not None and draft.review_on <= today():
        wrong["review_on"] = _("Choose a day to come.")
    if len(draft.item_codes) > MOST_ITEMS:
        wrong["item_codes"] = _("Name at most %(n)s items.") % {"n": MOST_ITEMS}
    elif unknown := [code for code in draft.item_codes if item_by_code(code) is None]:
        wrong["item_codes"] = _("The catalogue has no item %(codes)s.") % {"codes": ", ".join(unknown)}
    if wrong:
        raise Invalid(fields=wrong)


def _check_dates(version: ArticleVersion) -> None:
    """What waited long for its publishing may have run out meanwhile."""
    if version.valid_until is not None and version.valid_until < today():
        raise WrongState(_("Its validity has ended meanwhile. Send it back so that the dates are corrected."))


def _fill(version: ArticleVersion, draft: ArticleDraft) -> None:
    version.topic_id = draft.topic_id or 0
    version.title, version.title_en = draft.title.strip(), draft.title_en.strip()
    version.answer, version.answer_en = draft.answer.strip(), draft.answer_en.strip()
    version.keywords, version.public = draft.keywords.strip(), draft.public
    version.valid_from = draft.valid_from or today()
    version.valid_until = draft.valid_until
    version.review_on = draft.review_on or _usual_review(today())
    version.written_at = now()
    version.search = document(
        names=[version.title, version.keywords], texts=[version.title_en, version.answer, version.answer_en]
    )
    version.save()
    version.items.all().delete()
    VersionItem.objects.bulk_create(VersionItem(version=version, code=code) for code in dict.fromkeys(draft.item_codes))


def _usual_review(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=rule(REVIEW, day).days)


def _only_writer(actor: Actor, department_id: int) -> None:
    if actor.user is not None and not policies.may_write_for(actor.user, department_id):
        raise NotAllowed()


def _locked_article(article_id: int) -> Article:
    try:
        return db.lock_row(Article.objects.all(), article_id)
    except Article.DoesNotExist:
        raise NotFound() from None


def _locked(actor: Actor, version_id: int) -> ArticleVersion:
    """The version under its lock; the article's row first, for that is the order of the tables."""
    seen = ArticleVersion.objects.filter(pk=version_id).values_list("article", flat=True).first()
    if seen is None:
        raise NotFound()
    _locked_article(seen)
    version = db.lock_row(ArticleVersion.objects.select_related("article", "author", "department"), version_id)
    if actor.user is None or not policies.may_see(actor.user, version):
        raise NotFound()
    return version
