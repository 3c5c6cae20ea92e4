"""Remarks on the knowledge base: given by operators, answered by the owners."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline.knowledge import actions
from hotline.knowledge.forms import MissingForm
from hotline.knowledge.lifecycle import FEEDBACK, FEEDBACK_TONES
from hotline.knowledge.models import ArticleVersion, Feedback
from hotline.knowledge.views.articles import actor_of_page, readers
from portal.core.calendar import workdays
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted


def light_of(row: Feedback, index: Any) -> str:
    """Green, amber from the working day before the due one, red past it; none once it is answered."""
    if row.state != "open" or row.due_on is None:
        return ""
    if row.is_overdue:
        return "red"
    return "amber" if index.between(today(), row.due_on) <= 1 else "green"


@never_cache
@require_safe
@readers
def remarks(request: HttpRequest) -> HttpResponse:
    """The remarks that concern the reader: open ones unless all are asked for."""
    user: Any = request.user
    every = request.GET.get("state") == "all"
    rows = Feedback.objects.visible_to(user).tasks().select_related("department", "article", "given_by")
    page = page_of(rows if every else rows.filter(state="open"), "-given_at", request.GET.get("cursor", ""))
    index = workdays()
    titles = _titles(page.rows)
    context = {
        "page": page,
        "rows": [_row(one, titles.get(one.article_id), index) for one in page.rows],
        "every": every,
        "has_department": bool(user.access.departments()),
    }
    return render(request, "knowledge/remarks.html", context)


def _row(one: Feedback, title: str | None, index: Any) -> tuple[Any, ...]:
    return one, title, FEEDBACK.states[one.state].label, FEEDBACK_TONES[one.state], light_of(one, index)


def _titles(rows: list[Feedback]) -> dict[int | None, str]:
    """The newest wording of each article's question; one query."""
    wanted = {row.article_id for row in rows if row.article_id}
    versions = ArticleVersion.objects.filter(article__in=wanted).order_by("number")
    return {one.article_id: one.display_title for one in versions}


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def remark(request: HttpRequest, remark_id: int) -> HttpResponse:
    """One remark, and what the owner does about it."""
    user: Any = request.user
    rows = Feedback.objects.visible_to(user).tasks().select_related("department", "article", "given_by", "answered_by")
    row = get_object_or_404(rows, pk=remark_id)
    wrong = _answer(request, row) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("knowledge:remark", remark_id)
    context = {
        "remark": row,
        "title": _titles([row]).get(row.article_id),
        "state": FEEDBACK.states[row.state],
        "tone": FEEDBACK_TONES[row.state],
        "light": light_of(row, workdays()),
        "steps": FEEDBACK.offered(row, user),
        "history": history_of(row),
        "wrong": wrong,
        "typed": request.POST,
    }
    return render(request, "knowledge/remark.html", context, status=422 if wrong else 200)


def _answer(request: HttpRequest, row: Feedback) -> list[str]:
    code = request.POST.get("step", "")
    if code not in FEEDBACK.transitions:
        return [_("Please choose one of the answers.")]
    try:
        sent = int(request.POST.get("state_version") or -1)
        actor = actor_of_page(request, row.department_id)
        actions.answer_remark(actor, row.pk, code, request.POST, state_version=sent)
    except DomainError as error:
        return [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
    except ValueError:
        return [_("Please go back and try again.")]
    return []


@require_POST
@readers
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Helpful, wrong, or something is missing."""
    user: Any = request.user
    shown = ArticleVersion.objects.visible_to(user).filter(article__number=number).order_by("-number").first()
    if shown is None:
        raise NotFound()
    try:
        actions.remark(
            actor_of_page(request), request.POST.get("kind", ""), article_id=shown.article_id,
            text=request.POST.get("text", ""),
        )  # fmt: skip
    except Invalid as error:
        context = {"number": number, "wrong": error.fields.values(), "typed": request.POST, "kinds": Feedback.Kind}
        return render(request, "knowledge/give.html", context, status=422)
    messages.success(request, _("Thank you. The department has been told."))
    return redirect("knowledge:article", number)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def missing(request: HttpRequest) -> HttpResponse:
    """No article answers the question: the department that should is told."""
    form = MissingForm(posted(request), initial={"text": request.GET.get("q", "")[:100]})

    def act() -> HttpResponse:
        data = form.cleaned_data
        actions.remark(actor_of_page(request), "missing", department_id=data["department"].pk, text=data["text"])
        messages.success(request, _("Thank you. The department has been told."))
        return redirect("knowledge:remarks")

    return form_page(request, form, act, {}, template="knowledge/missing.html")
