"""Exports of whoever is signed in: ask for one, watch it, take the file, call it off."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.access import viewer
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound
from portal.core.exports import actions
from portal.core.exports.purge import KEEP_DAYS
from portal.core.exports.registry import Export, export_named, exports
from portal.core.exports.writers import WRITERS
from portal.core.forms import PortalForm
from portal.core.models.exports import ExportJob, Format
from portal.core.policies import is_member_of_staff
from portal.core.time import local_date
from portal.core.views.guards import allowed_to

SHOWN = 50
GONE = _("This file is no longer here. Files are kept for a few days only; please export the list again.")
staff = allowed_to(is_member_of_staff)


class ExportForm(PortalForm):
    """What is asked before an export: the format, and personal data only with a purpose."""

    format = forms.ChoiceField(label=_("Format"), choices=Format.choices, widget=forms.RadioSelect, initial=Format.XLSX)
    opened = forms.BooleanField(
        label=_("With names and numbers in clear, as far as I may see them. My viewing is put on record."),
        required=False,
    )
    purpose = forms.CharField(
        label=_("What the personal data is needed for"),
        help_text=_("Only if you ask for it in clear. It is written into the access log."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, opening: bool, formats: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = [pair for pair in Format.choices if pair[0] in formats]  # type: ignore[attr-defined]
        self.fields["format"].initial = formats[0]
        if not opening:
            del self.fields["opened"], self.fields["purpose"]


def _own(request: HttpRequest, export_id: int) -> ExportJob:
    """One of the reader's exports. Raises NotFound for everybody else's."""
    found = ExportJob.objects.filter(pk=export_id, owner_id=request.user.pk).first()
    if found is None:
        raise NotFound()
    return found


def maker(request: HttpRequest) -> Actor:
    """The reader in the first of the roles that they hold at work."""
    user: Any = request.user
    at_work = sorted(user.access.roles - {"citizen", "agent"})
    return replace(viewer(request), role=at_work[0] if at_work else "")


def title_of(job: ExportJob) -> str:
    """What the list is called; its code when no app knows it any more."""
    export = exports().get(job.code)
    return str(export.title) if export else job.code


@require_safe
@staff
def export_list(request: HttpRequest) -> HttpResponse:
    """The reader's newest exports; one query."""
    jobs = ExportJob.objects.filter(owner_id=request.user.pk).order_by("-pk")[:SHOWN]
    context = {"rows": [(job, title_of(job)) for job in jobs], "shown": SHOWN, "days": KEEP_DAYS}
    return render(request, "core/exports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: HttpRequest) -> HttpResponse:
    """What would be exported, and in which format; the filters are those of the page that the button stood on."""
    user: Any = request.user
    export = export_named(request.GET.get("list", ""), user)
    sent = request.POST if request.method == "POST" else None
    form = ExportForm(sent, opening=export.offers_opening(user), formats=export.formats)
    if form.is_bound and form.is_valid():
        try:
            job = actions.ask(maker(request), export.code, request.GET, **form.cleaned_data)
        except Invalid as error:
            form.add_domain_error(error)
        else:
            return redirect("core:export", job.pk)
    context = {"form": form, "export": export, "filters": _filters(export, request)}
    return render(request, "core/exports/new.html", context, status=422 if form.errors else 200)


def _filters(export: Export, request: HttpRequest) -> list[tuple[str, str]]:
    return export.described(request.user, actions.filters_of(request.GET))  # type: ignore[arg-type]


@require_safe
@staff
def export_page(request: HttpRequest, export_id: int) -> HttpResponse:
    """Progress or file; htmx asks for the changing part alone."""
    job = _own(request, export_id)
    context = {"job": job, "title": title_of(job), "days": KEEP_DAYS}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "core/exports/_state.html" if part else "core/exports/job.html", context)


@require_POST
@staff
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    actions.cancel(maker(request), export_id)
    return redirect("core:export", export_id)


@require_safe
@login_required
def file(request: HttpRequest, export_id: int) -> FileResponse:
    """The file, for its maker alone, and only while the maker may still see the list."""
    job = _own(request, export_id)
    export = export_named(job.code, request.user)
    if not job.is_ready:
        raise NotFound(GONE)
    try:
        content = default_storage.open(job.stored_as, "rb")
    except FileNotFoundError:
        raise NotFound(GONE) from None
    writer = WRITERS[job.format]
    name = f"{export.title}_{local_date(job.created_at):%Y%m%d}_{job.pk}.{writer.extension}"
    response = FileResponse(content, as_attachment=True, filename=name, content_type=writer.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
