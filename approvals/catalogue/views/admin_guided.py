"""Guided questions behind the scenes: the list, the outline editor, taking one away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.catalogue.forms_admin import RevisionForm
from approvals.catalogue.guided import outline_of
from approvals.catalogue.guided_actions import GuidedDraft, remove_guided, save_guided
from approvals.catalogue.models import GuidedPath, LifeEvent
from approvals.catalogue.views.admin_common import actor_of_page, administrators, refused
from portal.core.errors import Invalid, Stale

EXAMPLE = """您要办哪一种？ | Which one do you need?
- 第一种 | The first one
  是新办吗？ | Is it new?
  - 是 | Yes => CODE-1
  - 否 | No => CODE-2
- 第二种 | The second one => CODE-3"""


class GuidedForm(RevisionForm):
    """One set of questions; its tree is written as an outline."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200, required=False)
    code = forms.SlugField(label=gettext_lazy("Code for the address"), max_length=40)
    life_event = forms.ChoiceField(label=gettext_lazy("Life event"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Everyday words"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Separated by spaces. Whoever searches for one of them is offered these questions."),
    )
    outline = forms.CharField(
        label=gettext_lazy("Questions and answers"),
        max_length=20_000,
        help_text=gettext_lazy(
            "A question, below it its answers, each after a dash. An answer ends with => and item codes, or the next"
            " question follows, indented by two spaces. English stands after a bar."
        ),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "govuk-textarea outline"}),
    )
    shown = forms.BooleanField(label=gettext_lazy("Open to the public"), required=False)
    widths = {"code": "m", "life_event": "m"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = [(e.code, e.local_name) for e in LifeEvent.objects.all()]
        self.fields["life_event"].choices = [("", _("none")), *events]  # type: ignore[attr-defined]


@require_GET
@administrators
def listing(request: HttpRequest) -> HttpResponse:
    """All sets of questions."""
    paths = GuidedPath.objects.select_related("life_event", "updated_by").defer("tree")
    return render(request, "catalogue/admin/guided_list.html", {"paths": paths})


@require_http_methods(["GET", "POST"])
@administrators
def edit(request: HttpRequest, path_id: int | None = None) -> HttpResponse:
    """Write a set of questions; a line that is wrong is named, and nothing typed is lost."""
    path = get_object_or_404(GuidedPath.objects.select_related("life_event"), pk=path_id) if path_id else None
    form = GuidedForm(request.POST if request.method == "POST" else None, initial=_initial(path))
    if form.is_bound and form.is_valid():
        draft = GuidedDraft(**form.rest())
        try:
            save_guided(actor_of_page(request), draft, path_id=path_id, revision=form.cleaned_data["revision"])
        except (Invalid, Stale) as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:admin-guided")
    context = {"form": form, "path": path, "example": EXAMPLE}
    return render(request, "catalogue/admin/guided_edit.html", context, status=422 if form.errors else 200)


def _initial(path: GuidedPath | None) -> dict[str, Any]:
    if path is None:
        return {}
    plain = {name: getattr(path, name) for name in ("title", "title_en", "code", "words", "shown", "revision")}
    return plain | {
        "outline": outline_of(path.tree),
        "life_event": path.life_event.code if path.life_event else "",
    }


@require_POST
@administrators
def remove(request: HttpRequest, path_id: int) -> HttpResponse:
    """Take a set of questions away."""
    remove_guided(actor_of_page(request), path_id)
    messages.success(request, _("The questions have been taken away."))
    return redirect("catalogue:admin-guided")
