"""The checklist with its versions, and the areas of the hall."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.patrols import actions, policies
from hall.patrols.forms import AreaForm
from hall.patrols.models import Area, Checklist
from hall.patrols.views.tours import actor_of_page, inspectors, readers
from portal.core.errors import Invalid
from portal.people.views.common import form_page, posted


@require_safe
@readers
def checklist(request: HttpRequest) -> HttpResponse:
    """The version in force, and those before it."""
    current = Checklist.objects.filter(state=Checklist.State.PUBLISHED).first()
    context = {
        "current": current,
        "chapters": list(current.chapters.prefetch_related("points")) if current else [],
        "versions": Checklist.objects.all()[:20],
        "draft": Checklist.objects.filter(state=Checklist.State.DRAFT).first(),
        "may_edit": policies.may_patrol(request.user),
    }
    return render(request, "patrols/checklist.html", context)


@require_POST
@inspectors
def begin(request: HttpRequest) -> HttpResponse:
    return redirect("patrols:checklist-edit", actions.begin_draft(actor_of_page(request)).pk)


@require_http_methods(["GET", "POST"])
@inspectors
def edit(request: HttpRequest, checklist_id: int) -> HttpResponse:
    """The points of a draft, a line each; saved, or saved and published."""
    draft = get_object_or_404(Checklist, pk=checklist_id, state=Checklist.State.DRAFT)
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            actions.save_draft(actor_of_page(request), checklist_id, request.POST)
        except Invalid as error:
            wrong = dict(error.fields)
        else:
            return _saved(request, checklist_id)
    rows = []
    for chapter in draft.chapters.prefetch_related("points"):
        lines = [f"{one.text} | {one.text_en}" if one.text_en else one.text for one in chapter.points.all()]
        rows.append((chapter, request.POST.get(chapter.code, "\n".join(lines)), wrong.get(chapter.code, "")))
    context = {"draft": draft, "rows": rows, "wrong": wrong}
    return render(request, "patrols/checklist_edit.html", context, status=422 if wrong else 200)


def _saved(request: HttpRequest, checklist_id: int) -> HttpResponse:
    if "publish" not in request.POST:
        messages.success(request, _("The draft was saved."))
        return redirect("patrols:checklist-edit", checklist_id)
    actions.publish_draft(actor_of_page(request), checklist_id)
    messages.success(request, _("The new version is in force."))
    return redirect("patrols:checklist")


@require_http_methods(["GET", "POST"])
@inspectors
def areas(request: HttpRequest) -> HttpResponse:
    """The areas in the order of the tour; a new one is entered below."""
    form = AreaForm(posted(request))

    def act() -> HttpResponse:
        actions.make_area(actor_of_page(request), **form.cleaned_data)
        messages.success(request, _("The area was created."))
        return redirect("patrols:areas")

    return form_page(request, form, act, {"areas": list(Area.objects.all()[:200])}, template="patrols/areas.html")


@require_POST
@inspectors
def area_close(request: HttpRequest, area_id: int) -> HttpResponse:
    actions.close_area(actor_of_page(request), area_id)
    messages.success(request, _("The area was closed."))
    return redirect("patrols:areas")
