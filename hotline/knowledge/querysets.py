"""Which articles somebody sees, and the search that operators, citizens and other rooms use."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from portal.core import search
from portal.core.time import today
from portal.people.roles import Role

if TYPE_CHECKING:
    from hotline.knowledge.models import ArticleVersion, Feedback  # noqa: F401 - named in the base classes
    from portal.people.models import User

CANDIDATES = 60  # of those that match, the best are chosen among so many
ENTIRE, WORD, BEGINS = 100, 10, 20  # how much a question's wording counts: all of it, a pair of it, the beginning


class ArticleVersionQuerySet(QuerySet["ArticleVersion"]):
    """Reads of versions. `visible_to` is the same rule as `policies.may_see`."""

    def visible_to(self, user: "User") -> "ArticleVersionQuerySet":
        """Staff see what is or was published; drafts are for the department's people and the centre-wide roles."""
        if user.access.centre_wide:
            return self
        if not user.access.is_staff:
            return self.none()
        return self.filter(~Q(state__in=("draft", "review")) | Q(department__in=user.access.departments()))

    def in_force(self, on: dt.date | None = None) -> "ArticleVersionQuerySet":
        """Published, and valid on the day."""
        on = on or today()
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), state="published", valid_from__lte=on)

    def open_to_public(self) -> "ArticleVersionQuerySet":
        return self.in_force().filter(public=True)


class FeedbackQuerySet(QuerySet["Feedback"]):
    """Reads of remarks. `visible_to` is the same rule as `policies.may_see_feedback`."""

    def visible_to(self, user: "User") -> "FeedbackQuerySet":
        """One's own, those of one's department, all for the centre-wide roles and the dispatchers."""
        if user.access.centre_wide or user.access.has(Role.HOTLINE_DISPATCHER):
            return self
        return self.filter(Q(given_by=user) | Q(department__in=user.access.departments()))

    def tasks(self) -> "FeedbackQuerySet":
        return self.exclude(kind="helpful")


def suggest(text: str, limit: int = 5) -> "list[ArticleVersion]":
    """The articles in force that answer `text` best, the best first; two queries at most.

    What comes back has `id`, `title` and `answer` in both languages, `display_title`, `extract` (the beginning of the
    answer, in the reader's language) and `url`. Nothing is found for an empty question.
    """
    from hotline.knowledge.models import ArticleVersion

    return best(ArticleVersion.objects.in_force().select_related("article", "department"), text, limit)


def best(rows: "ArticleVersionQuerySet", text: str, limit: int) -> "list[ArticleVersion]":
    """Of the rows those that answer the question best; all words matched, or else the nearest."""
    text = text.replace("\x00", "").strip()
    if not text or limit < 1:
        return []
    found = search.ranked(rows, text, CANDIDATES)
    return sorted(found, key=lambda row: -nearness(row, text))[:limit]


def nearness(row: Any, text: str) -> int:
    """How well the question of an article answers what was asked; a stable order keeps the search's own among equals."""
    asked = search.normalise(text)
    titles = [search.normalise(row.title), search.normalise(row.title_en), search.normalise(row.keywords)]
    score = sum(ENTIRE for title in titles if asked in title)
    score += sum(BEGINS for title in titles if title.startswith(asked))
    pairs = {pair for run in search.runs(text) for pair in ([run] if run.isascii() else search.bigrams(run)[:-1])}
    body = " ".join(titles)
    return score + sum(WORD for pair in pairs if pair in body)
