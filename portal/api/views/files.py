"""Materials of a case in and out, and its documents."""

from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.cases.actions import add_material, remove_material
from approvals.cases.catalogue_memory import asked_of
from approvals.cases.models import CaseMaterial
from approvals.cases.policies import may_file
from approvals.cases.registrations import FILE_KIND
from portal.api import inputs, shapes
from portal.api.documents import documents_of
from portal.api.representations import material_row, moment
from portal.api.views.cases import STREAM, case_for
from portal.core import access, files
from portal.core.errors import Invalid, NotFound, WrongState
from portal.people.clients.views import ClientView, account_of, actor_for

TAG = "documents"
EDITABLE = frozenset({"draft", "supplement"})


class AnyType(BaseContentNegotiation):
    """A download is what it is, whatever the reader says it likes."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Materials(ClientView):
    """GET what was brought; POST a file for a draft or a supplement."""

    scopes = {"GET": "cases:read", "POST": "cases:write"}
    parser_classes = (MultiPartParser,)

    @shapes.described(
        "materials_list", "What was brought", TAG, ok=shapes.listed("MaterialList", shapes.BROUGHT), refuses=(404,)
    )
    def get(self, request: Request, case_id: int) -> Response:
        case = case_for(request, case_id)
        rows = case.materials.select_related("material", "file").order_by("id")
        return Response({"results": [material_row(row) for row in rows]})

    @shapes.described(
        "materials_upload", "Upload a file for a material", TAG,
        ok=shapes.BROUGHT, status=201, request={"multipart/form-data": inputs.MaterialInput},
        refuses=(400, 404, 409, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request, case_id: int) -> Response:
        case, actor, user = case_for(request, case_id), actor_for(request), account_of(request)
        if not may_file(user, case) or case.state not in EDITABLE:  # before anything is stored
            raise WrongState
        given = inputs.checked(inputs.MaterialInput, request)
        material = asked_of(case).material(given["material"]) if given.get("material") else None
        if given.get("material") and material is None:
            raise Invalid(fields={"material": inputs.NO_MATERIAL})
        stored = files.store(given["file"], owner=actor, kind=FILE_KIND)
        return Response(material_row(add_material(actor, case.pk, stored, material=material)), status=201)


class OneMaterial(ClientView):
    scopes = {"DELETE": "cases:write"}

    @shapes.described("materials_remove", "Take a file out again", TAG, status=204, refuses=(404, 409))
    def delete(self, request: Request, case_id: int, material_id: int) -> Response:
        remove_material(actor_for(request), case_for(request, case_id).pk, material_id)
        return Response(status=204)


class MaterialFile(ClientView):
    """The content of a file; the viewing is logged."""

    scopes = {"GET": "documents:read"}
    content_negotiation_class = AnyType

    @shapes.described(
        "materials_download", "Download a file", TAG,
        ok={(200, "application/octet-stream"): bytes}, refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, case_id: int, material_id: int) -> HttpResponseBase:
        case = case_for(request, case_id)
        row = CaseMaterial.objects.filter(case=case, pk=material_id).select_related("file").first()
        if row is None or row.file is None or not files.may_read(request.user, row.file):
            raise NotFound
        content = files.open_file(row.file)
        access.log_view(actor_for(request), STREAM, case.pk, f"file:{row.file.kind}", purpose="API")
        return _download(FileResponse(content, as_attachment=True, filename=row.file.name, content_type=row.file.mime))


class Documents(ClientView):
    """Notices and certificates of a case."""

    scopes = {"GET": "documents:read"}

    @shapes.described(
        "documents_list", "Documents of a case", TAG, ok=shapes.listed("DocumentList", shapes.DOCUMENT), refuses=(404,)
    )
    def get(self, request: Request, case_id: int) -> Response:
        found = documents_of(case_for(request, case_id))
        rows = [
            {"code": one.code, "title": one.title, "mime": one.mime, "made_at": moment(one.made_at)} for one in found
        ]
        return Response({"results": rows})


class DocumentFile(ClientView):
    """The content of one; the viewing is logged. One that is still being made answers 409."""

    scopes = {"GET": "documents:read"}
    content_negotiation_class = AnyType

    @shapes.described(
        "documents_download", "Download a document", TAG,
        ok={(200, "application/octet-stream"): bytes}, refuses=(404, 409),
    )  # fmt: skip
    def get(self, request: Request, case_id: int, code: str) -> HttpResponseBase:
        case = case_for(request, case_id)
        found = next((one for one in documents_of(case) if one.code == code), None)
        if found is None:
            raise NotFound
        actor = actor_for(request)
        content = found.open(actor)
        what = found.what or f"document:{code}"
        access.log_view(actor, STREAM, case.pk, what, purpose=f"API: {found.number}" if found.number else "API")
        response = HttpResponse(content, content_type=found.mime)
        response["Content-Disposition"] = f'attachment; filename="{code}"'
        return _download(response)


def _download(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
