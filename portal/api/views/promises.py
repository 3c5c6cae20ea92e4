"""Promised materials (容缺受理) of a case: what is to follow, and a system supplies it."""

from typing import Any

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.cases.registrations import FILE_KIND
from approvals.pledges import policies
from approvals.pledges.actions import bring_remotely
from approvals.pledges.models import PromisedMaterial
from portal.api import inputs, shapes
from portal.api.views.cases import case_for
from portal.core import files
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.people.clients.views import ClientView, account_of, actor_for, once_key

TAG = "documents"


def promised_row(one: PromisedMaterial) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in ("id", "due_on", "state", "brought_on", "note", "decides_first")},
        "material": one.material.code,
        "name": one.material.name,
    }


class Promises(ClientView):
    """What was promised for later and what became of it; a wish of a draft is none yet."""

    scopes = {"GET": "cases:read"}

    @shapes.described(
        "promises_list", "Materials that were promised for later", TAG,
        ok=shapes.listed("PromisedMaterialList", shapes.PROMISED), refuses=(404,),
    )  # fmt: skip
    def get(self, request: Request, case_id: int) -> Response:
        rows = PromisedMaterial.objects.filter(case=case_for(request, case_id), promised_on__isnull=False)
        return Response({"results": [promised_row(one) for one in rows.select_related("material").order_by("id")]})


class Bring(ClientView):
    """POST what was promised: the case's clerk looks at it then, as if it had come from the page."""

    scopes = {"POST": "cases:write"}
    parser_classes = (MultiPartParser,)

    @shapes.described(
        "promises_bring", "Bring a promised material", TAG, ok=shapes.PROMISED,
        request={"multipart/form-data": inputs.BringInput}, parameters=[shapes.ONCE],
        refuses=(400, 404, 409, 413, 415, 422),
    )  # fmt: skip
    def post(self, request: Request, case_id: int, promise_id: int) -> Response:
        actor, rows = actor_for(request), PromisedMaterial.objects.select_related("material", "case")
        promise = rows.filter(case=case_for(request, case_id), pk=promise_id, promised_on__isnull=False).first()
        if promise is None:
            raise NotFound
        if not policies.may_bring(account_of(request), promise):  # before anything is stored
            raise NotAllowed
        given = inputs.checked(inputs.BringInput, request)
        if not given.get("file") and not given["on_paper"]:
            raise Invalid(fields={"file": inputs.NO_FILE})
        key = once_key(request)
        stored = [files.store(one, owner=actor, kind=FILE_KIND) for one in given.get("file", ())]
        bring_remotely(actor, case_id, promise_id, stored, on_paper=given["on_paper"], once_key=key)
        return Response(promised_row(rows.get(pk=promise_id)))
