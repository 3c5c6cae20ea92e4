"""The catalogue of open data: its list, a dataset with its dictionary, downloads, files that are prepared."""

import csv
import datetime as dt
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.datasets import Dataset, Span, dataset, datasets
from portal.supervision.opengov import actions, catalogue, throttling
from portal.supervision.opengov.models import DatasetEdition, PreparedFile
from portal.supervision.opengov.reading import (
    DIRECT_ROWS,
    FORMATS,
    PREVIEW_ROWS,
    PeriodForm,
    asked_for,
    dataset_called,
    default_span,
    file_name,
    format_called,
    is_large,
    mime_of,
    presets,
    preview,
    written,
)
from portal.supervision.opengov.writers import TooManyRows, as_text

JSON = {"ensure_ascii": False}


def editions() -> dict[str, DatasetEdition]:
    """The last edition of each dataset; one query."""
    return {one.code: one for one in DatasetEdition.objects.newest()}


@require_safe
def data_list(request: HttpRequest) -> HttpResponse:
    """All datasets, or those that the words and the cycle leave; one query."""
    words, cycle = request.GET.get("q", "").strip().lower(), request.GET.get("cycle", "")
    known = editions()
    found = [
        (one, catalogue.CYCLES[one.cycle], known.get(one.code))
        for one in datasets()
        if (not cycle or one.cycle == cycle) and all(word in _text(one) for word in words.split())
    ]
    context = {
        "rows": found, "q": request.GET.get("q", ""), "cycle": cycle, "cycles": catalogue.CYCLES.items(),
        "filtered": bool(words or cycle), "formats": FORMATS.values(), "licence": catalogue.LICENCE,
    }  # fmt: skip
    return render(request, "opengov/data.html", context)


def _text(one: Dataset) -> str:
    columns = " ".join(f"{column.name} {column.title}" for column in one.columns)
    return f"{one.code} {one.title} {one.about} {columns}".lower()


@require_safe
def data_page(request: HttpRequest, code: str) -> HttpResponse:
    """One dataset: what it is, its dictionary, a preview, the period and the downloads."""
    return _data_page(request, dataset_called(code), asked_for(request.GET))


def _data_page(request: HttpRequest, one: Dataset, form: PeriodForm, *, status: int = 200, **more: Any) -> HttpResponse:
    good = form.is_valid()
    span = form.span() if good else default_span()
    rows, there_are_more = preview(one, span)
    edition = DatasetEdition.objects.filter(code=one.code).order_by("-changed_at", "-pk").first()
    context = {
        "dataset": one, "form": form, "span": span, "large": is_large(one, span), "edition": edition,
        "changed": one.changed() or (edition.changed_at if edition else None),
        "cycle": catalogue.CYCLES[one.cycle], "dictionary": list(catalogue.dictionary_rows(one)),
        "rows": [[as_text(value) for value in row] for row in rows], "more": there_are_more,
        "preview_rows": PREVIEW_ROWS, "presets": presets(span), "formats": FORMATS.items(),
        "licence": catalogue.LICENCE,
    }  # fmt: skip
    return render(request, "opengov/dataset.html", context | more, status=status if good else 422)


@require_safe
def download(request: HttpRequest, code: str, format: str) -> HttpResponseBase:
    """The rows of a period as a file, for whoever waits; what is too large is offered to be prepared."""
    one, format = dataset_called(code), format_called(format)
    form = asked_for(request.GET)
    if not form.is_valid():
        return _data_page(request, one, form)
    span, bom = form.span(), request.GET.get("bom") == "1"
    throttling.count_file(request)
    if is_large(one, span):
        return _data_page(request, one, form, wanted=format, bom=bom)
    try:
        file = written(one, span, format, bom=bom, most=DIRECT_ROWS)
    except TooManyRows:
        return _data_page(request, one, form, wanted=format, bom=bom, large=True)
    tag = f"{file.digest}-{format}-{get_language()}{'-bom' if bom else ''}"
    return _sent(request, file.file, file_name(one, span, format), tag, changed=one.changed(), size=file.size)


def _sent(
    request: HttpRequest, file: IO[bytes], name: str, tag: str, *, changed: dt.datetime | None = None, size: int = 0
) -> HttpResponseBase:
    """The file with an ETag of what is in it; 304 for a reader who has it already."""
    seconds = int(changed.timestamp()) if changed else None
    unchanged = get_conditional_response(request, etag=f'"{tag}"', last_modified=seconds)
    if unchanged is not None:
        file.close()
        unchanged["ETag"] = f'"{tag}"'
        return unchanged
    mime = mime_of(name.rpartition(".")[2])
    response = FileResponse(file, as_attachment=True, filename=name, content_type=mime)
    response["ETag"], response["Cache-Control"] = f'"{tag}"', "no-cache"
    if size:
        response["Content-Length"] = str(size)
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_POST
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    """Have a large file written; the same asked for again is the same file."""
    one, format = dataset_called(code), format_called(request.POST.get("format", ""))
    form = PeriodForm({name: request.POST.get(name, "") for name in ("first", "last")})
    if not form.is_valid():
        return _data_page(request, one, form)
    throttling.count_prepared(request)
    file = actions.prepare(one, form.span(), format, bom=request.POST.get("bom") == "1")
    return redirect("opengov:file", uid=file.uid)


@never_cache
@require_safe
def file_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a file has come; the page loads itself again until it is there."""
    file = get_object_or_404(PreparedFile.objects.visible_to(request.user), uid=uid)
    return render(request, "opengov/file.html", {"file": file, "dataset": dataset(file.code)})


@require_safe
def file_content(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The file itself, from the storage."""
    file = get_object_or_404(PreparedFile.objects.visible_to(request.user), uid=uid, state="ready")
    throttling.count_file(request)
    name = f"{file.code}_{file.first}_{file.last}.{file.format}"
    return _sent(request, default_storage.open(file.stored_as), name, f"{file.content_digest}-{file.uid.hex}")


# --- for programs ---------------------------------------------------------------------------------------------------------


@require_safe
def dictionary_json(_request: HttpRequest, code: str) -> HttpResponse:
    """The dictionary of a dataset."""
    one = dataset_called(code)
    found = {"dataset": one.code, "title": str(one.title), "columns": catalogue.dictionary(one)}
    return JsonResponse(found, json_dumps_params=JSON)


@require_safe
def dictionary_csv(_request: HttpRequest, code: str) -> HttpResponse:
    """The dictionary of a dataset, for a spreadsheet."""
    one = dataset_called(code)
    response = HttpResponse("\ufeff", content_type=mime_of("csv"))
    response["Content-Disposition"] = f'attachment; filename="{one.code}-dictionary.csv"'
    out = csv.writer(response)
    out.writerow(["name", "title", "type", "unit", "note"])
    for column, _type, note in catalogue.dictionary_rows(one):
        out.writerow([as_text(str(part)) for part in (column.name, column.title, column.type, column.unit, note)])
    return response


@require_safe
def datapackage(request: HttpRequest, code: str) -> HttpResponse:
    """The dataset as a Frictionless data package."""
    one, form = dataset_called(code), asked_for(request.GET)
    span: Span = form.span() if form.is_valid() else default_span()
    return JsonResponse(catalogue.datapackage(one, span), json_dumps_params=JSON)


@require_safe
def catalog(_request: HttpRequest) -> HttpResponse:
    """The whole catalogue as DCAT; one query."""
    return JsonResponse(
        catalogue.dcat(datasets(), editions()), content_type="application/ld+json", json_dumps_params=JSON
    )
