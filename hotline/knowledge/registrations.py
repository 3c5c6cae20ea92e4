"""What the knowledge base hangs into other pages: search, navigation, the questions on an item's guide, history."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.knowledge.lifecycle import ARTICLE, FEEDBACK
from portal.core import search
from portal.core.registries import (
    HOTLINE,
    STAFF,
    ItemReference,
    SearchSource,
    register_nav,
    register_panel,
    register_search_source,
)
from portal.people.history import register_history
from portal.people.roles import STAFF as STAFF_ROLES

MOST_ON_A_GUIDE = 5
SYNONYMS = {
    "噪音": ("噪声",), "漏水": ("渗水",), "停水": ("供水",), "断电": ("停电",), "孩子上学": ("入学",),
    "低保": ("最低生活保障",), "公交卡": ("交通卡",), "开店": ("营业执照",), "退货": ("退款",),
}  # fmt: skip


def connect() -> None:
    """Called once, in the app's ready()."""
    search.register_index("knowledge.ArticleVersion", "search")
    search.register_synonyms(SYNONYMS)
    register_nav(
        STAFF, _("Knowledge base"), "knowledge:articles", {role.value for role in STAFF_ROLES}, order=40, group=HOTLINE
    )
    register_search_source(SearchSource("faq", _("Frequent questions"), find, order=30))
    register_panel("catalogue.guide.where", "knowledge", guide_panel, order=40)
    register_history(
        {
            "article.written": pgettext_lazy("history", "Written"),
            "article.begun": pgettext_lazy("history", "New version begun"),
            "article.saved": pgettext_lazy("history", "Draft changed"),
            "article.reviewed": pgettext_lazy("history", "Read again, it still holds"),
            **{f"article.{code}": step.told for code, step in ARTICLE.transitions.items()},
            "knowledge.remarked": pgettext_lazy("history", "Remarked"),
            **{f"knowledge.{code}": step.told for code, step in FEEDBACK.transitions.items()},
        }
    )


def find(text: str, _user: Any, limit: int) -> Sequence[ItemReference]:
    """The public questions that match, for the search page."""
    from hotline.knowledge.models import ArticleVersion
    from hotline.knowledge.querysets import best

    rows = best(ArticleVersion.objects.open_to_public().select_related("article"), text, limit)
    return [ItemReference(row.article.number, row.display_title, faq_url(row)) for row in rows]


def faq_url(version: Any) -> str:
    return reverse("knowledge:question", args=[version.article.number])


def guide_panel(request: HttpRequest, item: Any) -> str:
    """Questions that were answered about this item; nothing where there are none. One query."""
    from hotline.knowledge.models import ArticleVersion

    rows = ArticleVersion.objects.open_to_public().filter(items__code=item.code).select_related("article")
    found = list(rows.order_by("topic__order", "pk")[:MOST_ON_A_GUIDE])
    if not found:
        return ""
    links = [(row.display_title, faq_url(row)) for row in found]
    return render_to_string("knowledge/panel_guide.html", {"links": links}, request=request)
