"""The materials of a draft: uploads by plain form posts, several files each; what was good is kept whatever else fails."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases import actions, draft
from approvals.cases.forms_citizen import UploadForm
from approvals.cases.models import Case
from approvals.cases.registrations import FILE_KIND
from approvals.cases.views.filing import if_submitted, onwards, own_draft, sent, titles_of
from portal.core import files
from portal.core.errors import Invalid
from portal.people.actors import actor_for


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def draft_materials(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload, remove, go on."""
    case, content = own_draft(request, pk)
    if gone := if_submitted(case):
        return gone
    form, stays = taken(request, case)
    if request.method == "POST" and not form.errors:
        if stays:
            return redirect("cases:draft-materials", pk)
        missing = _mark_missing(form, draft.brought(case)) if "later" not in request.POST else []
        actions.save_step(actor_for(request), case.pk, draft.MATERIALS, {}, done=not missing and "later" not in request.POST)
        if not missing:
            return onwards(request, case, draft.MATERIALS)
    titles = titles_of(case, content)
    context = {"case": case, "form": form, "titles": titles, "current": len(titles) - 1, **shown(case, form)}
    return render(request, "cases/citizen/materials.html", context, status=422 if form.errors else 200)


def taken(request: HttpRequest, case: Case) -> tuple[UploadForm, bool]:
    """Store what was sent and remove what was crossed out: (form with the errors, whether the page stays)."""
    rows = draft.brought(case)
    form = UploadForm(sent(request), request.FILES if request.method == "POST" else None, rows=rows)
    if request.method != "POST":
        return form, False
    form.is_valid()
    count = _take_uploads(request, case, form, rows)
    if count:
        said = ngettext("%(n)s file has been added.", "%(n)s files have been added.", count)
        messages.success(request, said % {"n": count})
    unwanted = request.POST.get("remove", "")
    if unwanted.isdigit():
        actions.remove_material(actor_for(request), case.pk, int(unwanted))
        messages.success(request, _("The file has been removed."))
    return form, bool(unwanted) or "add" in request.POST


def _take_uploads(request: HttpRequest, case: Case, form: UploadForm, rows: list[draft.Brought]) -> int:
    """Store each file and hang it to its material; a refused one becomes an error beside its field."""
    actor, count = actor_for(request), 0
    for row in rows:
        for uploaded in request.FILES.getlist(row.code) if row.code in form.fields else ():
            try:
                stored = files.store(uploaded, owner=actor, kind=FILE_KIND)
                actions.add_material(actor, case.pk, stored, material=row.material)
                count += 1
            except Invalid as error:
                form.add_error(row.code, f"{uploaded.name}: {error.message}")
    return count


def _mark_missing(form: UploadForm, rows: list[draft.Brought]) -> list[draft.Brought]:
    missing = [row for row in rows if row.missing]
    for row in missing:
        form.add_error(row.code, _("“%(material)s” is required. Please upload it.") % {"material": row.name})
    return missing


def shown(case: Case, form: UploadForm, named: frozenset[int] = frozenset()) -> dict[str, Any]:
    """The materials with their upload fields, those that a notice names first."""
    rows = sorted(draft.brought(case), key=lambda row: row.material is None or row.material.pk not in named)
    pairs: list[tuple[draft.Brought, BoundField | None, bool]] = [
        (
            row,
            form[row.code] if row.code in form.fields else None,
            row.material is not None and row.material.pk in named,
        )
        for row in rows
    ]
    return {"rows": pairs}
