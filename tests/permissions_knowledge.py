"""What each role gets at the addresses of the knowledge base."""

from collections.abc import Mapping
from typing import Any

from hotline.knowledge.models import Article, ArticleVersion, Feedback, Topic
from portal.core.time import now, today
from tests.permissions import STAFF, Cast, everyone, nothing, only


def _version(cast: Cast, state: str = "published") -> ArticleVersion:
    article = Article.objects.create(number="ZS-20261120-D-000001-X", department=cast.department, made_at=now())
    return ArticleVersion.objects.create(
        article=article, number=1, department=cast.department, topic=Topic.objects.first(), state=state, title="问",
        answer="答", valid_from=today(), review_on=today(), written_at=now(), published_at=now(),
    )  # fmt: skip


def published(cast: Cast) -> Mapping[str, Any]:
    return {"number": _version(cast).article.number}


def draft(cast: Cast) -> Mapping[str, Any]:
    return {"number": _version(cast, "draft").article.number}


def version(cast: Cast) -> Mapping[str, Any]:
    return {**published(cast), "version": 1}


def draft_version(cast: Cast) -> Mapping[str, Any]:
    return {**draft(cast), "version": 1}


def remark(cast: Cast) -> Mapping[str, Any]:
    made = Feedback.objects.create(
        kind="missing",
        department=cast.department,
        text="缺",
        given_by=cast.person("clerk"),
        given_at=now(),
        due_on=today(),
    )
    return {"remark_id": made.pk}


staff = only(*STAFF)
here = ("clerk", "reviewer", "department_head")
# Everybody whom the table posts to the department sees its drafts: hall and hotline people too, for they are its staff.
insiders = only(*STAFF)
writers = only(*here)
ROWS: list[tuple] = [
    ("knowledge:faq", nothing, everyone()),
    ("knowledge:question", published, everyone()),
    ("knowledge:question", draft, everyone(404)),
    ("knowledge:articles", nothing, staff),
    ("knowledge:article", published, staff),
    ("knowledge:article", draft, insiders),
    ("knowledge:version", version, staff),
    ("knowledge:version", draft_version, only(*STAFF, status=422), "post"),
    ("knowledge:new", nothing, writers),
    ("knowledge:new", nothing, only(*here, status=422), "post"),
    ("knowledge:edit", draft, writers),
    ("knowledge:edit", draft, only(*here, status=422), "post"),
    ("knowledge:begin", published, only(*here, status=302), "post"),
    ("knowledge:review", published, only(*here, status=302), "post"),
    ("knowledge:give", published, only(*STAFF, status=422), "post"),
    ("knowledge:remarks", nothing, staff),
    ("knowledge:remark", remark, insiders),
    ("knowledge:missing", nothing, staff),
    ("knowledge:missing", nothing, only(*STAFF, status=422), "post"),
]
