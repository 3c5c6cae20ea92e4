"""The form editor: pages and questions by plain posts, preview as the applicant sees it, JSON and JSON Schema."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.catalogue import formedit
from approvals.catalogue.editing import save_form
from approvals.catalogue.formbuild import section_form
from approvals.catalogue.formdef import FormDefinition, Section
from approvals.catalogue.forms_editor import TYPE_WORDS, FieldForm, JsonForm, SectionForm, condition_text
from approvals.catalogue.formschema import to_json_schema
from approvals.catalogue.models import ItemVersion
from approvals.catalogue.steps import revision_of
from approvals.catalogue.views.admin_common import actor_of_page, guarded, open_draft, refused
from portal.core.errors import Invalid, NotFound, Stale
from portal.core.forms import PortalForm

EMPTY: dict[str, Any] = {"sections": []}


def _definition(version: ItemVersion) -> dict[str, Any]:
    return version.form.definition if version.form else EMPTY


def _words(error: Invalid, raw: dict[str, Any]) -> list[str]:
    """Each fault with the question or page that it stands at."""
    return [f"{formedit.in_words(raw, place)}: {text}" for place, text in error.fields.items()] or [error.message]


@require_GET
@guarded
def overview(request: HttpRequest, version_id: int) -> HttpResponse:
    """All pages with their questions, and what is wrong at which place."""
    version = open_draft(request, version_id)
    raw = _definition(version)
    faults = formedit.faults_of(raw) if raw["sections"] else {}
    context = {
        "version": version,
        "item": version.item,
        "pages": [_page_row(raw, n, faults) for n in range(len(raw["sections"]))],
        "faults": faults,
        "ready": bool(raw["sections"]) and not faults,
        "revision": revision_of(version.item),
    }
    return render(request, "catalogue/admin/form.html", context)


def _page_row(raw: dict[str, Any], number: int, faults: dict[str, str]) -> dict[str, Any]:
    """One page for the overview: its row, its questions with kind and condition in words."""
    section, kinds = raw["sections"][number], dict(TYPE_WORDS)
    place = f"sections[{number}]"
    rows = [
        {
            "row": row,
            "kind": kinds.get(row.get("type"), row.get("type")),
            "condition": _condition(raw, row, section["code"], row["code"]),
            "fault": faults.get(f"{place}.fields[{n}]"),
            "required": row.get("required", True),
        }
        for n, row in enumerate(section.get("fields", ()))
    ]
    condition = _condition(raw, section, section["code"], "")
    return {"section": section, "rows": rows, "fault": faults.get(place), "condition": condition}


def _condition(raw: dict[str, Any], row: dict[str, Any], section: str, code: str) -> str:
    if not row.get("show_if"):
        return ""
    return condition_text(row["show_if"], formedit.controllers_before(raw, section=section, code=code))


def _save(request: HttpRequest, version: ItemVersion, made: dict[str, Any] | None, revision: int | None) -> None:
    save_form(actor_of_page(request), version.pk, made, revision=revision)


@require_http_methods(["GET", "POST"])
@guarded
def section(request: HttpRequest, version_id: int, section: str = "") -> HttpResponse:
    """Add a page, or change its title, hint, code and condition."""
    version = open_draft(request, version_id)
    raw = _definition(version)
    row = raw["sections"][formedit.section_at(raw, section)] if section else {"code": _free(raw, "page")}
    options: dict[str, Any] = {
        "controllers": formedit.controllers_before(raw, section=section),
        "taken": {s["code"] for s in raw["sections"]} - {section},
        "initial": SectionForm.initial_of(row) | {"revision": revision_of(version.item)},
    }
    form = SectionForm(request.POST, **options) if request.method == "POST" else SectionForm(**options)
    if form.is_bound and form.is_valid():
        made = formedit.put_section(raw, form.spec(), code=section)
        if _kept(request, version, form, made):
            return redirect("catalogue:admin-form", version.pk)
    context = {"form": form, "version": version, "item": version.item, "code": section, "what": "section"}
    return render(request, "catalogue/admin/form_part.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@guarded
def field(request: HttpRequest, version_id: int, section: str, code: str = "") -> HttpResponse:
    """Add a question to a page, or change one."""
    version = open_draft(request, version_id)
    raw = _definition(version)
    page = raw["sections"][formedit.section_at(raw, section)]
    row = page["fields"][formedit.field_at(raw, section, code)[1]] if code else {"code": _free(raw, "field")}
    options: dict[str, Any] = {
        "controllers": formedit.controllers_before(raw, section=section, code=code or "+"),
        "taken": _field_codes(raw) - {code},
        "initial": FieldForm.initial_of(row) | {"revision": revision_of(version.item)},
    }
    form = FieldForm(request.POST, **options) if request.method == "POST" else FieldForm(**options)
    if form.is_bound and form.is_valid():
        made = formedit.put_field(raw, section, form.spec(), code=code)
        if _kept(request, version, form, made):
            return redirect("catalogue:admin-form", version.pk)
    context = {"form": form, "version": version, "item": version.item, "code": code, "what": "field", "page": page}
    return render(request, "catalogue/admin/form_part.html", context, status=422 if form.errors else 200)


def _field_codes(raw: dict[str, Any]) -> set[str]:
    return {str(row.get("code")) for page in raw["sections"] for row in page.get("fields", ())}


def _free(raw: dict[str, Any], stem: str) -> str:
    taken = _field_codes(raw) | {str(s.get("code")) for s in raw["sections"]}
    return next(code for n in range(1, 10_000) if (code := f"{stem}_{n}") not in taken)


def _kept(request: HttpRequest, version: ItemVersion, form: Any, made: dict[str, Any]) -> bool:
    """Save what the form made of the definition; what it would break elsewhere is said on top, nothing is lost."""
    try:
        _save(request, version, made, form.cleaned_data["revision"])
    except Invalid as error:
        for sentence in _words(error, made):
            form.add_error(None, sentence)
        return False
    except Stale as error:
        refused(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
@guarded
def change(request: HttpRequest, version_id: int) -> HttpResponse:
    """Move or take away a page or a question. What would break a condition is refused, and the form stays as it was."""
    version = open_draft(request, version_id)
    raw, post = _definition(version), request.POST
    part = {"section": post.get("section", ""), "code": post.get("code", "")}
    what, revision = post.get("do", ""), post.get("revision", "")
    if what in {"up", "down"}:
        made = formedit.move(raw, **part, up=what == "up")
    elif what == "remove":
        made = formedit.remove(raw, **part)
    else:
        raise NotFound()
    try:
        _save(request, version, made, int(revision) if revision.isdecimal() else None)
    except Invalid as error:
        messages.error(
            request, _("This was not done, because it would break the form.") + " " + " ".join(_words(error, made))
        )
    except Stale as error:
        messages.error(request, error.message)
    return redirect("catalogue:admin-form", version.pk)


# --- the whole of it --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@guarded
def as_json(request: HttpRequest, version_id: int) -> HttpResponse:
    """The definition as text: to copy it, or to take one over from another item."""
    version = open_draft(request, version_id)
    text = json.dumps(_definition(version), ensure_ascii=False, indent=2)
    initial = {"definition": text, "revision": revision_of(version.item)}
    form = JsonForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        made = form.cleaned_data["definition"]
        faults = formedit.faults_of(made)
        for place, sentence in faults.items():
            form.add_error("definition", f"{place}: {sentence}")
        if not faults and _kept(request, version, form, made):
            return redirect("catalogue:admin-form", version.pk)
    context = {"form": form, "version": version, "item": version.item}
    return render(request, "catalogue/admin/form_json.html", context, status=422 if form.errors else 200)


@require_GET
@guarded
def schema(request: HttpRequest, version_id: int) -> HttpResponse:
    """The JSON Schema of the answers. Raises Invalid while the definition has faults."""
    version = open_draft(request, version_id)
    made = to_json_schema(FormDefinition.parse(_definition(version)))
    text = json.dumps(made, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/schema+json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{version.item_id}-{version.number}.schema.json"'
    return response


@require_http_methods(["GET", "POST"])
@guarded
def preview(request: HttpRequest, version_id: int, section: str) -> HttpResponse:
    """One page exactly as the applicant sees it; sending it checks what was typed and keeps nothing."""
    version = open_draft(request, version_id)
    try:
        definition = FormDefinition.parse(_definition(version))
    except Invalid as error:
        messages.error(request, " ".join(_words(error, _definition(version))))
        return redirect("catalogue:admin-form", version.pk)
    codes = [one.code for one in definition.sections]
    if section not in codes:
        raise NotFound()
    page = definition.section(section)
    made = section_form(definition, section)
    data = request.POST if request.method == "POST" else None
    form: PortalForm = made(data, answers=_assumed(definition, page))
    place = codes.index(section)
    context = {
        "form": form, "section": page, "item": version.item, "version": version, "current": place + 1,
        "titles": [*(one.title for one in definition.sections), _("Materials"), _("Check and submit")],
        "before": codes[place - 1] if place else "", "after": codes[place + 1] if codes[place + 1 :] else "",
        "accepted": data is not None and form.is_valid(),
    }  # fmt: skip
    return render(request, "catalogue/admin/preview.html", context, status=422 if form.errors else 200)


def _assumed(definition: FormDefinition, page: Section) -> dict[str, Any]:
    """Answers on earlier pages that make every question of this page appear, as far as they do not contradict."""
    answers: dict[str, Any] = {}
    for condition in (page.show_if, *(question.show_if for question in page.fields)):
        if condition is None:
            continue
        many = definition.field(condition.field).type == "multichoice"
        answers[condition.field] = [*answers.get(condition.field, []), condition.equals] if many else condition.equals
    return answers
