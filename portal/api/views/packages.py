"""Packages (一件事) for departments' systems: list, guide, filing for whoever came there, and how far each part is."""

from typing import Any

from drf_spectacular.types import OpenApiTypes as Types
from drf_spectacular.utils import OpenApiParameter as Parameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.formschema import to_json_schema
from approvals.packages.actions.sent_along import FRESH
from approvals.packages.actions.sent_in import Chosen, choose, send_in
from approvals.packages.guide import questions_of
from approvals.packages.later import last_days
from approvals.packages.models import Package, PackageFiling, PackagePart
from portal.api import inputs, shapes
from portal.core import files
from portal.core.api import queries
from portal.core.api.cursors import Asked
from portal.core.api.etags import tagged
from portal.core.errors import NotFound
from portal.people.clients.views import ClientView, account_of, actor_for, client_of, once_key

TAG = "packages"
COLUMNS = (
    "code", "audience", "department__code", "current__name", "current__name_en", "current__number",
    "current__promised_days", "current__visits",
)  # fmt: skip
STATES = ("filed", "running", "concluded", "withdrawn")
FILTERS: dict[str, queries.Parser] = {
    "state": queries.one_of(STATES),
    "package": queries.text(40),
    "number": queries.text(40),
    "external_id": queries.text(80),
}


def package_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "audience": row["audience"],
        "department": row["department__code"],
        "name": row["current__name"],
        "name_en": row["current__name_en"],
        "version": row["current__number"],
        "promised_days": row["current__promised_days"],
        "visits": row["current__visits"],
    }


def offered(code: str) -> Package:
    """A package that can be filed today. Raises NotFound for all others."""
    found = Package.objects.offered().select_related("current", "department").filter(code=code).first()
    if found is None:
        raise NotFound
    return found


class Packages(ClientView):
    """All packages that are open to filing."""

    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "packages_list", "Packages that are open to filing", TAG,
        ok=shapes.paged("PackagePage", shapes.PACKAGE), parameters=shapes.CURSOR, refuses=(422,),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        queries.read(request.query_params, {}, paged=True)
        place = Asked.of("packages", request.query_params, {})
        found = place.slice(Package.objects.offered().values(*COLUMNS), "code")
        results = [package_row(row) for row in found.rows]
        return tagged(request, {"results": results, "next_cursor": found.next_cursor})


class OnePackage(ClientView):
    """One of them with the questions of its guide and all its items."""

    scopes = {"GET": "catalogue:read"}

    @shapes.described(
        "packages_read", "One package, its questions and items", TAG, ok=shapes.PACKAGE_READ, refuses=(404,)
    )
    def get(self, request: Request, code: str) -> Response:
        package = offered(code)
        version: Any = package.current
        entries = version.entries.select_related("item__department")
        row = Package.objects.filter(pk=package.pk).values(*COLUMNS).get()
        return tagged(
            request,
            {
                **package_row(row),
                "questions": [
                    {"code": one.code, "text": one.text, "choices": [{"value": v, "label": w} for v, w in one.choices]}
                    for one in questions_of(version)
                ],
                "items": [
                    {
                        "item": one.item.code,
                        "name": one.item.name,
                        "department": one.item.department.code,
                        "condition": [{"question": question, "values": list(some)} for question, some in one.condition],
                    }
                    for one in entries
                ],
            },
        )


class Guide(ClientView):
    """What the answers pick, and what then is asked: one form, one set of materials."""

    scopes = {"POST": "catalogue:read"}

    @shapes.described(
        "packages_guide", "What applies, and what is asked for it", TAG, ok=shapes.PACKAGE_GUIDE,
        request=inputs.GuideInput, refuses=(400, 404, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        package = offered(code)
        given = inputs.checked(inputs.GuideInput, request)
        return Response(guide_row(choose(package, given.get("guide", {}), given.get("without", ()))))


def guide_row(chosen: Chosen) -> dict[str, Any]:
    picked = {part.item.code for part in chosen.parts}
    days = last_days(chosen)
    return {
        "items": [
            {
                "item": one.entry.item.code,
                "name": one.entry.item.name,
                "department": one.entry.item.department.code,
                "applies": one.applies,
                "filed": one.entry.item.code in picked,
                "reasons": list(one.reasons),
            }
            for one in chosen.verdicts
        ],
        "materials": [
            {
                "key": one.key,
                "name": one.material.name,
                "required": one.required,
                "kind": one.material.kind,
                "items": [code for code, _material in one.asked],
                "follows_until": days.get(one.key),
            }
            for one in chosen.materials
        ],
        "form_schema": to_json_schema(chosen.form.definition) if chosen.form.definition else None,
    }


class Uploads(ClientView):
    """Files that a filing names afterwards; what no filing names is erased."""

    scopes = {"POST": "cases:write"}
    parser_classes = (MultiPartParser,)

    @shapes.described(
        "uploads_create", "Upload a file for a package that is filed next", TAG, ok=shapes.UPLOAD, status=201,
        request={"multipart/form-data": inputs.UploadInput}, refuses=(400, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = inputs.checked(inputs.UploadInput, request)
        stored = files.store(given["file"], owner=actor_for(request), kind=FILE_KIND)
        row = {name: getattr(stored, name) for name in ("id", "name", "mime", "size", "sha256")}
        return Response({**row, "until": (stored.created_at + FRESH).isoformat()}, status=201)


class Filings(ClientView):
    """GET what the department's packages were filed with; POST a filing."""

    scopes = {"GET": "cases:read", "POST": "cases:write"}

    @shapes.described(
        "package_filings_list", "Filings of the packages that the department leads, newest first", TAG,
        ok=shapes.paged("PackageFilingPage", shapes.PACKAGE_FILING), refuses=(422,),
        parameters=[
            *shapes.CURSOR,
            Parameter("state", Types.STR, enum=STATES),
            Parameter("package", Types.STR),
            Parameter("number", Types.STR),
            Parameter("external_id", Types.STR, description="The sender's own number."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = queries.read(request.query_params, FILTERS, paged=True)
        department = client_of(request).department_id
        place = Asked.of("package_filings", request.query_params, {**asked, "department": department})
        rows = PackageFiling.objects.seen_at_work(account_of(request)).filter(department=department)
        if "package" in asked:
            rows = rows.filter(package__code=asked.pop("package"))
        found = place.slice(rows.filter(**asked).values(*FILING_COLUMNS), "-id")
        return Response({"results": [filing_row(row) for row in found.rows], "next_cursor": found.next_cursor})

    @shapes.described(
        "package_filings_create", "File a package: one case for each item, all or none", TAG,
        ok=shapes.PACKAGE_MADE, status=201, request=inputs.PackageFilingInput, parameters=[shapes.ONCE],
        refuses=(400, 404, 409, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        sending = inputs.sending_of(inputs.checked(inputs.PackageFilingInput, request))
        made = send_in(actor_for(request), sending, once_key=once_key(request))
        response = Response(made, status=201)
        response["Location"] = f"/api/v1/package-filings/{made['id']}"
        return response


FILING_COLUMNS = (
    "id", "number", "external_id", "package__code", "channel", "state", "outcome", "submitted_at", "promised_days",
    "due_on", "ended_on", "parts_filed",
)  # fmt: skip


def filing_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("id", "number", "external_id", "channel", "state", "promised_days", "due_on")},
        "ended_on": row["ended_on"],
        "parts_filed": row["parts_filed"],
        "package": row["package__code"],
        "outcome": row["outcome"] or None,
        "submitted_at": row["submitted_at"].isoformat() if row["submitted_at"] else None,
    }


class OneFiling(ClientView):
    """One filing with the state of each part."""

    scopes = {"GET": "cases:read"}

    @shapes.described("package_filings_read", "One filing and its parts", TAG, ok=shapes.PACKAGE_STATUS, refuses=(404,))
    def get(self, request: Request, filing_id: int) -> Response:
        rows = PackageFiling.objects.seen_at_work(account_of(request)).filter(pk=filing_id)
        row = rows.values(*FILING_COLUMNS).first()
        if row is None:
            raise NotFound
        parts = PackagePart.objects.filter(filing=filing_id, case__isnull=False).order_by("order", "pk")
        named = ("item__code", "case_id", "case__number", "case__department__code", "case__state", "case__outcome")
        return Response({**filing_row(row), "parts": [part_row(part) for part in parts.values(*named)]})


def part_row(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "item": part["item__code"],
        "case": part["case_id"],
        "number": part["case__number"],
        "department": part["case__department__code"],
        "state": part["case__state"],
        "outcome": part["case__outcome"] or None,
    }
