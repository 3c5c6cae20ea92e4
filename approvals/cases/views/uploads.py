"""The materials of a draft: uploads by plain form posts, several files each; what was good is kept whatever else fails."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals.cases import actions, draft, sources
from approvals.cases.forms_citizen import UploadForm
from approvals.cases.models import Case, SupplementRequest
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
        finished = not missing and "later" not in request.POST
        actions.save_step(actor_for(request), case.pk, draft.MATERIALS, {}, done=finished)
        if not missing:
            return onwards(request, case, draft.MATERIALS)
    titles = titles_of(case, content)
    rows = shown(case, form, request=request)
    context = {"case": case, "form": form, "titles": titles, "current": len(titles) - 1, "rows": rows}
    return render(request, "cases/citizen/materials.html", context, status=422 if form.errors else 200)


def taken(request: HttpRequest, case: Case) -> tuple[UploadForm, bool]:
    """Store what was sent and remove what was crossed out: (form with the errors, whether the page stays)."""
    rows = draft.brought(case)
    form = UploadForm(sent(request), request.FILES if request.method == "POST" else None, rows=rows)
    if request.method != "POST":
        return form, False
    form.is_valid()
    count = _take_uploads(request, case, form, rows)
    unwanted = request.POST.get("remove", "")
    stays = bool(unwanted) or "add" in request.POST
    if count and (stays or form.errors):
        said = ngettext("%(n)s file has been added.", "%(n)s files have been added.", count)
        messages.success(request, said % {"n": count})
    if unwanted.isdecimal():
        actions.remove_material(actor_for(request), case.pk, int(unwanted))
        messages.success(request, _("The file has been removed."))
    return form, stays


def _take_uploads(request: HttpRequest, case: Case, form: UploadForm, rows: list[draft.Brought]) -> int:
    """Store each file and hang it to its material; a refused one becomes an error beside its field."""
    actor, count = actor_for(request), 0
    for row in rows:
        for uploaded in request.FILES.getlist(row.code) if row.code in form.fields else ():
            try:
                stored = files.store(uploaded, owner=actor, kind=FILE_KIND)
                actions.add_material(
                    actor, case.pk, stored, material=row.material, power_of_attorney=row.power_of_attorney
                )
                count += 1
            except Invalid as error:
                form.add_error(row.code, f"{uploaded.name}: {error.message}")
    return count


def _mark_missing(form: UploadForm, rows: list[draft.Brought]) -> list[draft.Brought]:
    missing = [row for row in rows if row.missing]
    for row in missing:
        form.add_error(row.code, _("“%(material)s” is required. Please upload it.") % {"material": row.name})
    return missing


@dataclass(frozen=True)
class Shown:
    """One material on a page of uploads; `named` in a supplement notice, `fresh` when it got a file since."""

    row: draft.Brought
    upload: BoundField | None
    named: bool = False
    fresh: bool = False
    ways: Sequence[str] = ()  # what other rooms offer in place of an upload, as pieces of page


def shown(
    case: Case, form: UploadForm, asked: SupplementRequest | None = None, *, request: HttpRequest | None = None
) -> list[Shown]:
    """The materials with their upload fields and other ways to bring them, those that a notice names first."""
    named = set(asked.missing) if asked else set()
    found = [_shown(row, form, named, asked, sources.ways(request, case, row)) for row in draft.brought(case)]
    return sorted(found, key=lambda one: not one.named)


def _shown(
    row: draft.Brought, form: UploadForm, named: set[int], asked: SupplementRequest | None, ways: Sequence[str]
) -> Shown:
    if row.code in form.fields and row.required:
        form.fields[row.code].required = True  # for the label; what is missing is said once everything is stored
    return Shown(
        row,
        form[row.code] if row.code in form.fields else None,
        named=row.material is not None and row.material.pk in named,
        fresh=asked is not None and any(one.added_at > asked.asked_at for one in row.files),
        ways=ways,
    )
