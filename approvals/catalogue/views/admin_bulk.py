"""Completing many drafts: a table of fifty rows a page, and the same as an Excel file out and in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from approvals.catalogue import completion
from approvals.catalogue.adminlist import NO_FIGURES, with_drafts
from approvals.catalogue.forms_admin import ANY, AdminFilter, FiguresForm
from approvals.catalogue.models import Item, ItemVersion
from approvals.catalogue.querysets import ItemQuerySet
from approvals.catalogue.readiness import missing_for_publication
from approvals.catalogue.sheets import as_csv, workbook
from approvals.catalogue.views.admin_common import actor_of_page, administrators, guarded
from portal.core.errors import DomainError, Invalid
from portal.core.exchange import actions as exchange
from portal.core.forms import PortalForm
from portal.core.search import search
from portal.core.time import now
from portal.people.models import Department

PAGE_ROWS = 50
WORK = ("figures", gettext_lazy("Days, fee or visits missing"))


class BulkFilter(AdminFilter):
    """Which drafts the table shows."""

    status = None  # type: ignore[assignment]  # all of them are drafts
    work = forms.ChoiceField(label=gettext_lazy("Show"), required=False, choices=[ANY, WORK])


class SheetForm(PortalForm):
    """The file that comes back."""

    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("The Excel file of this page, or a mended error file.")
    )


def _drafts(request: HttpRequest) -> ItemQuerySet:
    """Items that the reader may write, never published, with an open draft."""
    draft = ItemVersion.objects.filter(item=OuterRef("pk"), state=ItemVersion.State.DRAFT)
    return Item.objects.editable_by(request.user).filter(Exists(draft), status=Item.Status.DRAFT)


def _filter(request: HttpRequest) -> tuple[BulkFilter, dict[str, str]]:
    departments = Department.objects.filter(pk__in=_drafts(request).values("department_id")).order_by("level", "code")
    form = BulkFilter(request.GET, departments=departments)
    return form, form.chosen()


def _chosen_items(request: HttpRequest, chosen: dict[str, str]) -> ItemQuerySet:
    items = _drafts(request)
    if department := chosen.get("department"):
        items = items.filter(department__code=department)
    if chosen.get("work"):
        unknown = ItemVersion.objects.filter(NO_FIGURES, item=OuterRef("pk"), state=ItemVersion.State.DRAFT)
        items = items.filter(Exists(unknown))
    if text := chosen.get("q"):
        items = search(items, text).rows  # type: ignore[assignment]
    return items.order_by("code")


@require_http_methods(["GET", "POST"])
@guarded
def table(request: HttpRequest) -> HttpResponse:
    """Fifty drafts with their figures. Good rows are saved, the others stay as typed with a sentence each."""
    form, chosen = _filter(request)
    items = _chosen_items(request, chosen)
    if after := request.GET.get("cursor", ""):
        items = items.filter(code__gt=after.replace("\x00", ""))
    if request.method == "POST":
        sent = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal()][:PAGE_ROWS]
        items = _drafts(request).filter(pk__in=sent).order_by("code")
    found: list[Any] = list(with_drafts(items)[: PAGE_ROWS + 1])
    rows = [_row(request, item) for item in found[:PAGE_ROWS]]
    bad = [row for row in rows if row["form"].is_bound and row["form"].errors]
    if saved := sum(row["saved"] for row in rows):
        messages.success(request, ngettext("%(n)s row saved.", "%(n)s rows saved.", saved) % {"n": saved})
    if request.method == "POST" and not bad:
        return redirect(request.get_full_path())
    context = {
        "form": form, "rows": rows, "filtered": bool(chosen), "bad": [row["form"] for row in bad],
        "next": found[PAGE_ROWS - 1].code if found[PAGE_ROWS:] else None, "columns": rows[0]["form"].cells() if rows else [],
    }  # fmt: skip
    return render(request, "catalogue/admin/bulk.html", context, status=422 if bad else 200)


def _row(request: HttpRequest, item: Any) -> dict[str, Any]:
    """One row: saved when it was sent, changed and good; bound with its errors when it was not."""
    draft = item.drafts[0]
    prefix, saved = f"v{draft.pk}", False
    if request.method == "POST":
        form = FiguresForm(request.POST, prefix=prefix)
        if form.was_touched and form.is_valid():
            saved = _saved(request, draft, form)
        if form.was_touched and not saved:
            return {"item": item, "form": form, "saved": False, "gaps": None}
        draft.refresh_from_db()
    initial = completion.shown(draft) | {"was": completion.fingerprint(draft), "online": draft.online}
    gaps = len(missing_for_publication(item, draft))
    return {"item": item, "form": FiguresForm(initial=initial, prefix=prefix), "saved": saved, "gaps": gaps}


def _saved(request: HttpRequest, draft: ItemVersion, form: FiguresForm) -> bool:
    figures = {name: form.cleaned_data[name] for name in FiguresForm.FIGURES}
    try:
        completion.complete(actor_of_page(request), draft.pk, figures, was=form.cleaned_data["was"])
    except Invalid as error:
        form.add_domain_error(error)
        return False
    except DomainError as error:
        form.add_error("kind", error.message)
        return False
    return True


@require_GET
@guarded
def export(request: HttpRequest) -> HttpResponse:
    """The drafts that the filters leave, as an Excel file to be completed outside."""
    _form, chosen = _filter(request)
    kinds = [str(label) for _code, label in ItemVersion.Kind.choices]
    items: Any = with_drafts(_chosen_items(request, chosen))
    content = workbook(completion.export_rows(items.iterator(chunk_size=500)), kinds)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="drafts-{now():%Y%m%d}.xlsx"'
    return response


@require_http_methods(["GET", "POST"])
@administrators
def upload(request: HttpRequest) -> HttpResponse:
    """Take the file back: it becomes an import with preview, progress and error file."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if form.is_bound and form.is_valid():
        source = f"{now():%Y%m%d-%H%M%S}-{request.user.pk}"
        try:
            job = exchange.receive(
                actor_of_page(request), as_csv(form.cleaned_data["file"]),
                form_name=completion.CompletionForm.name, source=source, timezone="Asia/Shanghai",
            )  # fmt: skip
        except Invalid as error:
            text = [str(message) for message in error.fields.values()] or [error.message]
            form.add_error("file", " ".join(text))
        else:
            return redirect("core:import", job.pk)
    return render(request, "catalogue/admin/bulk_upload.html", {"form": form}, status=422 if form.errors else 200)
