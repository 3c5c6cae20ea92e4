"""The editor of a draft: days, fee, texts, steps, grounds, channels; and its materials with their files."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.catalogue import editing
from approvals.catalogue.drafts import MaterialDraft
from approvals.catalogue.editing import FILE_KIND
from approvals.catalogue.forms_admin import (
    FeeRow,
    GroundRow,
    MaterialForm,
    Rows,
    StepRow,
    VersionForm,
    fees_of,
    steps_of,
)
from approvals.catalogue.models import ItemVersion, Material
from approvals.catalogue.readiness import missing_for_publication
from approvals.catalogue.steps import revision_of
from approvals.catalogue.views.admin_common import actor_of_page, guarded, open_draft, refused
from portal.core import files
from portal.core.errors import Invalid, NotFound, Stale
from portal.core.models import StoredFile

SLOTS = ("blank", "sample")


@require_http_methods(["GET", "POST"])
@guarded
def contents(request: HttpRequest, version_id: int) -> HttpResponse:
    """Everything of a draft that is neither a material nor the form."""
    version = open_draft(request, version_id)
    data = request.POST if request.method == "POST" else None
    form = VersionForm(data, initial=_initial(version))
    steps = Rows(StepRow, "steps", data, version.steps)
    grounds = Rows(GroundRow, "grounds", data, version.legal_grounds)
    fees = Rows(FeeRow, "fees", data, version.fee_schedule)
    if data is not None and all([form.is_valid(), steps.is_valid(), grounds.is_valid(), fees.is_valid()]):
        columns = form.rest() | {"steps": steps_of(steps), "legal_grounds": grounds.values()}
        columns["fee_schedule"] = fees_of(fees)
        try:
            revision = form.cleaned_data["revision"]
            editing.edit_columns(actor_of_page(request), version.pk, columns, revision=revision)
        except (Invalid, Stale) as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(
                "catalogue:admin-version" if "more" in data else "catalogue:admin-item", _next(data, version)
            )
    context = {"form": form, "version": version, "item": version.item, "steps": steps, "grounds": grounds, "fees": fees}
    context |= {
        "gaps": missing_for_publication(version.item, version),
        "all_forms": [*steps.forms, *grounds.forms, *fees.forms],
    }
    return render(request, "catalogue/admin/version.html", context, status=422 if data is not None else 200)


def _next(data: QueryDict, version: ItemVersion) -> int:
    return version.pk if "more" in data else version.item_id


def _initial(version: ItemVersion) -> dict[str, Any]:
    names = [name for name in VersionForm.base_fields if name != "revision"]
    return {name: getattr(version, name) for name in names} | {"revision": revision_of(version.item)}


# --- materials --------------------------------------------------------------------------------------------------------


@require_GET
@guarded
def materials(request: HttpRequest, version_id: int) -> HttpResponse:
    """The materials in their order."""
    version = open_draft(request, version_id)
    rows = version.materials.select_related("blank_file", "sample_file")
    return render(request, "catalogue/admin/materials.html", {"version": version, "item": version.item, "rows": rows})


@require_http_methods(["GET", "POST"])
@guarded
def material(request: HttpRequest, version_id: int, material_id: int | None = None) -> HttpResponse:
    """Add a material, or change one."""
    version = open_draft(request, version_id)
    row = version.materials.filter(pk=material_id).first() if material_id else None
    if material_id and row is None:
        raise NotFound()
    form = _material_form(request, version, row)
    if form.is_bound and form.is_valid():
        try:
            editing.save_material(
                actor_of_page(request), version.pk, form.draft(),
                material_id=material_id, revision=form.cleaned_data["revision"],
            )  # fmt: skip
        except (Invalid, Stale) as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:admin-materials", version.pk)
    context = {"form": form, "version": version, "item": version.item, "row": row, "kept": _kept(form)}
    return render(request, "catalogue/admin/material.html", context, status=422 if form.errors else 200)


def _material_form(request: HttpRequest, version: ItemVersion, row: Material | None) -> MaterialForm:
    """The form as sent, with uploads already stored, or as the material stands."""
    if request.method != "POST":
        draft = editing.copied_material(row) if row else MaterialDraft(code=_free_code(version), name="")
        initial = {name: getattr(draft, name) for name in draft.__dataclass_fields__}
        initial |= {"kept_blank": draft.blank_file_id, "kept_sample": draft.sample_file_id}
        return MaterialForm(initial=initial | {"revision": revision_of(version.item)})
    data, problems = request.POST.copy(), {}
    for slot in SLOTS:
        upload = request.FILES.get(f"{slot}_file")
        if upload is None:
            continue
        try:
            data[f"kept_{slot}"] = str(files.store(upload, owner=actor_of_page(request), kind=FILE_KIND).pk)
        except Invalid as error:
            problems[f"{slot}_file"] = error.message
    form = MaterialForm(data)
    for name, message in problems.items():
        form.add_error(name, message)
    return form


def _free_code(version: ItemVersion) -> str:
    taken = set(version.materials.values_list("code", flat=True))
    return next(code for n in range(1, 1000) if (code := f"m{n}") not in taken)


def _kept(form: MaterialForm) -> dict[str, StoredFile]:
    """The files that this form holds already, by slot."""
    ids = {slot: form[f"kept_{slot}"].value() for slot in SLOTS}
    wanted = [int(pk) for pk in ids.values() if str(pk or "").isdecimal()]
    found = {str(f.pk): f for f in StoredFile.objects.filter(pk__in=wanted, kind=FILE_KIND)} if wanted else {}
    return {slot: found[str(pk)] for slot, pk in ids.items() if str(pk) in found}


@require_POST
@guarded
def change(request: HttpRequest, version_id: int, material_id: int, change: str) -> HttpResponse:
    """Move a material up or down, or take it away."""
    version, actor = open_draft(request, version_id), actor_of_page(request)
    if change in {"up", "down"}:
        editing.move_material(actor, version.pk, material_id, up=change == "up")
    elif change == "remove":
        editing.remove_material(actor, version.pk, material_id)
        messages.success(request, _("The material has been taken away."))
    else:
        raise NotFound()
    return redirect("catalogue:admin-materials", version.pk)
