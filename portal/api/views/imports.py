"""Files of records: upload, progress, the file of rejected rows. The same forms and rules as the page and the command."""

from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import inputs, shapes
from portal.api.representations import moment
from portal.api.views.files import AnyType
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.exchange import actions, all_forms
from portal.core.exchange.errorfile import error_file_name, error_lines
from portal.core.models.exchange import ImportJob
from portal.people.clients.views import ClientView, actor_for, client_of

TAG = "imports"


def own_job(request: Request, job_id: int) -> ImportJob:
    """An import that this system sent. Raises NotFound."""
    user: Any = request.user
    job = ImportJob.objects.filter(pk=job_id, owner=user).first()
    if job is None:
        raise NotFound
    return job


def job_row(job: ImportJob) -> dict[str, Any]:
    return {
        "id": job.pk,
        "form": job.form,
        "source": job.source,
        "file_name": job.file_name,
        "state": str(job.state),
        "percent": job.percent(),
        "counts": job.counts(),
        "failure": job.failure,
        "created_at": moment(job.created_at),
        "finished_at": moment(job.finished_at),
    }


class Imports(ClientView):
    scopes = {"GET": "imports:write", "POST": "imports:write"}
    parser_classes = (MultiPartParser,)

    @shapes.described(
        "imports_list", "Files that this system sent, newest first", TAG,
        ok=shapes.listed("ImportList", shapes.IMPORT), refuses=(422,), parameters=shapes.CURSOR[:1],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        queries.read(request.query_params, {"limit": str})
        place = Asked.of("imports", request.query_params, {})
        user: Any = request.user
        rows = ImportJob.objects.filter(owner=user).order_by("-created_at", "-id")[: min(place.limit, 20)]
        return Response({"results": [job_row(job) for job in rows]})

    @shapes.described(
        "imports_create", "Send a CSV or NDJSON file", TAG,
        ok=shapes.IMPORT, status=201, request={"multipart/form-data": inputs.ImportInput},
        refuses=(400, 404, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        client, actor = client_of(request), actor_for(request)
        if client.department is None:
            raise NotAllowed
        given = inputs.checked(inputs.ImportInput, request)
        if given["form"] not in {form.name for form in all_forms()}:
            raise Invalid(fields={"form": inputs.NO_FORM})
        job = actions.receive(
            actor,
            given["file"],
            form_name=given["form"],
            source=client.code,
            timezone=given["timezone"],
            only_department=client.department.code,
        )
        if given["start"]:
            job = actions.start(actor, job.pk)
        response = Response(job_row(job), status=201)
        response["Location"] = f"/api/v1/imports/{job.pk}"
        return response


class OneImport(ClientView):
    scopes = {"GET": "imports:write"}

    @shapes.described("imports_read", "How far an import is", TAG, ok=shapes.IMPORT, refuses=(404,))
    def get(self, request: Request, job_id: int) -> Response:
        return Response(job_row(own_job(request, job_id)))


class StartImport(ClientView):
    scopes = {"POST": "imports:write"}

    @shapes.described(
        "imports_start",
        "Let a file that waits run, or one that broke off go on",
        TAG,
        ok=shapes.IMPORT,
        refuses=(404, 409),
    )
    def post(self, request: Request, job_id: int) -> Response:
        return Response(job_row(actions.start(actor_for(request), own_job(request, job_id).pk)))


class CancelImport(ClientView):
    scopes = {"POST": "imports:write"}

    @shapes.described(
        "imports_cancel",
        "Stop after the chunk it is at; what is in stays in",
        TAG,
        ok=shapes.IMPORT,
        refuses=(404, 409),
    )
    def post(self, request: Request, job_id: int) -> Response:
        return Response(job_row(actions.cancel(actor_for(request), own_job(request, job_id).pk)))


class ImportErrors(ClientView):
    """The rejected rows in the form they came in, with line and reason: to be mended and sent again."""

    scopes = {"GET": "imports:write"}
    content_negotiation_class = AnyType

    @shapes.described(
        "imports_errors", "The file of rejected rows", TAG,
        ok={(200, "text/csv"): str, (200, "application/x-ndjson"): str}, refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, job_id: int) -> HttpResponseBase:
        job = own_job(request, job_id)
        kind = "text/csv" if job.kind == "csv" else "application/x-ndjson"
        response = StreamingHttpResponse(error_lines(job), content_type=f"{kind}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{error_file_name(job)}"'
        return response
