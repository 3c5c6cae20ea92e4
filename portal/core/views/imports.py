"""The administrators' pages of imports: list, upload, preview, progress, the file of rejected rows."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.exchange import actions
from portal.core.exchange.errorfile import error_file_name, error_lines
from portal.core.exchange.forms import all_forms, form_named
from portal.core.forms import PortalForm
from portal.core.models.exchange import ImportJob, ImportState

SHOWN = 50
SHOWN_NOTES = 200


class UploadForm(PortalForm):
    """What the page asks for: the same as the command's options."""

    form = forms.ChoiceField(label=_("What the file holds"))
    source = forms.CharField(
        label=_("Source"),
        max_length=40,
        help_text=_("The system that the rows come from. Always use the same name for the same system."),
    )
    timezone = forms.CharField(
        label=_("Time zone"),
        initial="Asia/Shanghai",
        max_length=64,
        help_text=_("Of times without an offset, and of all dates."),
    )
    file = forms.FileField(label=_("File"), help_text=_("CSV in UTF-8, or NDJSON"))
    widths = {"source": "m", "timezone": "m"}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [(form.name, form.label) for form in all_forms()]  # type: ignore[attr-defined]


def administrator(request: HttpRequest) -> Actor:
    """The signed-in administrator. Raises NotAllowed."""
    if not actions.may_import(request.user):
        raise NotAllowed()
    return Actor(user=request.user, role="administrator", name=request.user.name)  # type: ignore[union-attr, arg-type]


@require_safe
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    """The newest imports, of pages and commands alike."""
    administrator(request)
    jobs = ImportJob.objects.select_related("owner").order_by("-created_at", "-id")[:SHOWN]
    rows = [(job, form_label(job)) for job in jobs]
    return render(request, "core/imports.html", {"rows": rows, "shown": SHOWN})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Send a file; what it would become is shown before anything is taken in."""
    actor = administrator(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            job = actions.receive(
                actor, data["file"], form_name=data["form"], source=data["source"], timezone=data["timezone"]
            )
        except Invalid as error:
            form.add_domain_error(error)
        else:
            return redirect("core:import", job.pk)
    kinds = [(each.label, [column.name for column in each.columns]) for each in all_forms()]
    return render(
        request, "core/imports_upload.html", {"form": form, "kinds": kinds}, status=422 if form.errors else 200
    )


@require_safe
@login_required
def import_page(request: HttpRequest, job_id: int) -> HttpResponse:
    """Preview, progress or result, as the import stands; htmx asks for the changing part alone."""
    administrator(request)
    job = get_object_or_404(ImportJob.objects.select_related("owner"), pk=job_id)
    context = {"job": job, "label": form_label(job), "counts": job.counts(), "percent": job.percent()}
    if job.state == ImportState.UPLOADED and job.stored_as:
        context["preview"] = actions.preview(job)
    else:
        context["notes"] = job.notes.all()[:SHOWN_NOTES]
        context["rejects"] = job.rejects.order_by("line", "id")[:10]
    part = request.headers.get("HX-Request") == "true"
    return render(request, "core/_import_state.html" if part else "core/imports_job.html", context)


@require_POST
@login_required
def start(request: HttpRequest, job_id: int) -> HttpResponse:
    actions.start(administrator(request), job_id)
    return redirect("core:import", job_id)


@require_POST
@login_required
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    actions.cancel(administrator(request), job_id)
    return redirect("core:import", job_id)


@require_safe
@login_required
def errors(request: HttpRequest, job_id: int) -> StreamingHttpResponse:
    """The rejected rows in the form they came in, with line and reason."""
    administrator(request)
    job = get_object_or_404(ImportJob, pk=job_id)
    kind = "text/csv" if job.kind == "csv" else "application/x-ndjson"
    response = StreamingHttpResponse(error_lines(job), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{error_file_name(job)}"'
    return response


def form_label(job: ImportJob) -> str:
    """What the form is called; its bare name when no app knows it any more."""
    try:
        return str(form_named(job.form).label)
    except NotFound:
        return job.form
