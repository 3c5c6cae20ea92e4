"""Articles for the staff: search and list, one article with its versions, writing and publishing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hotline.knowledge import actions, policies
from hotline.knowledge.forms import ArticleForm, RemarkForm, ReviewForm, values_of
from hotline.knowledge.lifecycle import ARTICLE, TONES
from hotline.knowledge.models import ArticleVersion, Feedback, Topic
from hotline.knowledge.querysets import best
from portal.core.errors import DomainError, NotFound
from portal.core.registries import item_by_code
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import form_page, posted

readers = allowed_to(policies.may_read)
writers = allowed_to(policies.may_write)
FOUND = 25
SHOWN = ("published", "draft", "review", "withdrawn", "expired")


def actor_of_page(request: HttpRequest, department_id: int | None = None) -> Any:
    """Who acts, in the role that they hold for the knowledge base."""
    user: Any = request.user
    order = (Role.DEPARTMENT_HEAD, Role.REVIEWER, Role.CLERK, Role.SUPERVISOR, Role.HOTLINE_DISPATCHER)
    own = [
        role for role in order if user.access.has(role, department_id) or (role in order[3:] and user.access.has(role))
    ]
    fallback = Role.HOTLINE_OPERATOR if user.access.has(Role.HOTLINE_OPERATOR) else min(user.access.roles)
    return actor_for(request, own[0] if own else fallback, department_id=department_id)


def asked_of(params: QueryDict) -> dict[str, str]:
    asked = {name: params.get(name, "")[:100] for name in ("q", "state", "topic", "mine")}
    return {**asked, "state": asked["state"] if asked["state"] in (*SHOWN, "due") else "published"}


def listed(user: Any, asked: dict[str, str]) -> Any:
    """The versions of the page that these filters ask for; the search's words are the page's own."""
    rows = ArticleVersion.objects.visible_to(user).select_related("article", "topic", "department", "author")
    if asked["state"] == "due":
        rows = rows.filter(state="published", review_on__lte=today())
    else:
        rows = rows.filter(state=asked["state"])
    if asked["mine"]:
        rows = rows.filter(department__in=user.access.departments())
    return rows.filter(topic__code=asked["topic"]) if asked["topic"] else rows


@never_cache
@require_safe
@readers
def articles(request: HttpRequest) -> HttpResponse:
    """What operators search and departments keep; the newest first, or the nearest when something is asked."""
    user: Any = request.user
    asked = asked_of(request.GET)
    text = asked["q"].strip()
    page = None if text else page_of(listed(user, asked), "-written_at", request.GET.get("cursor", ""))
    found = best(listed(user, asked), text, FOUND) if page is None else page.rows
    context = {
        "rows": [(one, ARTICLE.states[one.state].label, TONES[one.state]) for one in found],
        "page": page,
        "asked": asked,
        "states": [ARTICLE.states[code] for code in SHOWN],
        "topics": Topic.objects.all(),
        "filtered": bool(text or asked["topic"] or asked["mine"] or asked["state"] != "published"),
        "may_write": policies.may_write(user),
        "has_department": bool(user.access.departments()),
        "day": today(),
    }
    return render(request, "knowledge/articles.html", context)


@never_cache
@require_safe
@readers
def article(request: HttpRequest, number: str) -> HttpResponse:
    """The version that stands for the article: the published one, else the newest that the reader sees."""
    rows = _versions(request, number)
    standing = next((one for one in rows if one.state == "published"), rows[0])
    return _shown(request, standing, rows)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """One version; what is sent is a step of its life."""
    rows = _versions(request, number)
    shown = next((one for one in rows if one.number == version), None)
    if shown is None:
        raise NotFound()
    wrong = _act(request, shown) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("knowledge:version", number, version)
    return _shown(request, shown, rows, wrong)


def _act(request: HttpRequest, shown: ArticleVersion) -> list[str]:
    code = request.POST.get("step", "")
    if code not in ARTICLE.transitions:
        return [_("Please choose one of the answers.")]
    try:
        sent = int(request.POST.get("state_version") or -1)
        actor = actor_of_page(request, shown.department_id)
        actions.take_step(actor, shown.pk, code, request.POST, state_version=sent)
    except DomainError as error:
        return [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
    except ValueError:
        return [_("Please go back and try again.")]
    return []


def _shown(
    request: HttpRequest, shown: ArticleVersion, rows: list[ArticleVersion], wrong: list[str] | None = None
) -> HttpResponse:
    user: Any = request.user
    items: list[Any] = [item_by_code(code) for code in shown.items.values_list("code", flat=True)]
    mine = policies.may_edit(user, shown)
    context = {
        "shown": shown,
        "versions": [(one, ARTICLE.states[one.state].label, TONES[one.state]) for one in rows],
        "state": ARTICLE.states[shown.state],
        "tone": TONES[shown.state],
        "steps": ARTICLE.offered(shown, user),
        "items": [item for item in items if item],
        "helpful": Feedback.objects.filter(article=shown.article_id, kind="helpful").count(),
        "thanked": Feedback.objects.filter(article=shown.article_id, kind="helpful", given_by=user).exists(),
        "remarks": _remarks(user, shown),
        "history": history_of(shown),
        "may_edit": mine,
        "begun": next((one for one in rows if one.state in {"draft", "review"}), None),
        "review": ReviewForm() if mine and shown.state == "published" else None,
        "remark": RemarkForm(),
        "overdue_review": shown.state == "published" and shown.review_on <= today(),
        "wrong": wrong or [],
        "typed": request.POST,
    }
    return render(request, "knowledge/article.html", context, status=422 if wrong else 200)


def _remarks(user: Any, shown: ArticleVersion) -> list[Feedback]:
    rows = Feedback.objects.visible_to(user).tasks().filter(article=shown.article_id, state="open")
    return list(rows.order_by("due_on", "pk")[:10])


@never_cache
@require_http_methods(["GET", "POST"])
@writers
def new(request: HttpRequest) -> HttpResponse:
    """Write an article: saved as a draft, or handed in at once."""
    user: Any = request.user
    form = ArticleForm(posted(request), user=user)

    def act() -> HttpResponse:
        department = form.cleaned_data["department"].pk
        made = actions.write_article(actor_of_page(request, department), department, form.draft())
        return _written(request, made)

    return form_page(request, form, act, _editor(), template="knowledge/edit.html")


@never_cache
@require_http_methods(["GET", "POST"])
@writers
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The draft of an article."""
    user: Any = request.user
    draft = next((one for one in _versions(request, number) if one.state == "draft"), None)
    if draft is None or not policies.may_edit(user, draft):
        raise NotFound()
    form = ArticleForm(posted(request), user=user, new=False, initial=values_of(draft))

    def act() -> HttpResponse:
        actor = actor_of_page(request, draft.department_id)
        sent = form.cleaned_data["state_version"] or 0
        try:
            return _written(request, actions.save_version(actor, draft.pk, form.draft(), state_version=sent))
        except DomainError as error:
            if getattr(error, "fields", None):
                raise
            form.add_error(None, error.message)
        return render(request, "knowledge/edit.html", {"form": form, **_editor(draft)}, status=error_status(form))

    return form_page(request, form, act, _editor(draft), template="knowledge/edit.html")


def error_status(form: Any) -> int:
    return 422 if form.errors else 200


def _editor(draft: ArticleVersion | None = None) -> dict[str, Any]:
    return {"draft": draft}


def _written(request: HttpRequest, made: ArticleVersion) -> HttpResponse:
    if "submit" in request.POST:
        actor = actor_of_page(request, made.department_id)
        actions.take_step(actor, made.pk, "submit", {}, state_version=made.state_version)
        messages.success(request, _("Handed in. A second person publishes it."))
    else:
        messages.success(request, _("The draft was saved."))
    return redirect("knowledge:version", made.article.number, made.number)


@require_POST
@writers
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """A new version of an article, as a draft."""
    standing = _versions(request, number)[0]
    made = actions.begin_version(actor_of_page(request, standing.department_id), standing.article_id)
    return redirect("knowledge:edit" if made.state == "draft" else "knowledge:article", number)


@require_POST
@writers
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The published version was read again and still holds."""
    shown = get_object_or_404(_visible(request), article__number=number, state="published")
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            actor = actor_of_page(request, shown.department_id)
            actions.confirm_review(actor, shown.pk, review_on=form.cleaned_data["review_on"])
        except DomainError as error:
            texts = [str(text) for text in getattr(error, "fields", {}).values()] or [error.message]
            return _shown(request, shown, _versions(request, number), texts)
        messages.success(request, _("Saved."))
        return redirect("knowledge:article", number)
    texts = [str(text) for texts in form.errors.values() for text in texts]
    return _shown(request, shown, _versions(request, number), texts)


def _visible(request: HttpRequest) -> Any:
    user: Any = request.user
    rows = ArticleVersion.objects.visible_to(user)
    return rows.select_related("article", "topic", "department", "author", "publisher")


def _versions(request: HttpRequest, number: str) -> list[ArticleVersion]:
    """The versions that the reader sees, the newest first; 404 when there is none."""
    rows = list(_visible(request).filter(article__number=number).order_by("-number")[:50])
    if not rows:
        raise NotFound()
    return rows
