"""Questions and answers for everybody: by topic, and by search in everyday words, pinyin initials or English."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hotline.knowledge.models import ArticleVersion, Topic
from hotline.knowledge.querysets import best
from portal.core.registries import item_by_code
from portal.people.lists import page_of

FOUND = 20
LONGEST_QUESTION = 100


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """All questions by topic, or those that a search finds."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    code = request.GET.get("topic", "")[:24]
    rows = ArticleVersion.objects.open_to_public().select_related("article", "department", "topic")
    rows = rows.filter(topic__code=code) if code else rows
    page = None if text else page_of(rows, "title", request.GET.get("cursor", ""))
    context = {
        "text": text,
        "topic": code,
        "topics": Topic.objects.filter(versions__in=ArticleVersion.objects.open_to_public()).distinct(),
        "rows": best(rows, text, FOUND) if page is None else page.rows,
        "page": page,
        "filtered": bool(text or code),
    }
    return render(request, "knowledge/faq.html", context)


@require_safe
def question(request: HttpRequest, number: str) -> HttpResponse:
    """One question with its answer, the items that it is about, and its neighbours."""
    rows = ArticleVersion.objects.open_to_public().select_related("article", "department", "topic")
    shown = get_object_or_404(rows, article__number=number)
    items: list[Any] = [item_by_code(code) for code in shown.items.values_list("code", flat=True)[:5]]
    context = {
        "shown": shown,
        "items": [item for item in items if item],
        "others": rows.filter(topic=shown.topic_id).exclude(pk=shown.pk).order_by("title", "pk")[:5],
    }
    return render(request, "knowledge/question.html", context)
