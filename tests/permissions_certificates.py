"""What each role gets at the addresses of certificates. The table's citizen holds them."""

from collections.abc import Mapping
from typing import Any

from approvals.cases import actions as cases
from approvals.certificates import actions
from approvals.certificates.models import Certificate
from portal.core.jobs import run_due_jobs
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import make_type
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, only

OWNER = "citizen"
WORKING = ("clerk", "reviewer", "department_head")
DESK = (*WORKING, "supervisor", "auditor", "administrator")
EDITORS = ("department_head", "administrator")


def _certificate(cast: Cast) -> Certificate:
    item = factories.item(dept=cast.department, review_steps=0, materials=0)
    code = f"T{item.pk}"
    make_type(code, dept=cast.department, items=(item.code,), renewal=item.code)
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    case = factories.accepted(clerk, cast.person(OWNER), item)
    case = cases.take_step(clerk, case.pk, "approve", {"text": ""}, state_version=case.state_version)
    cases.take_step(clerk, case.pk, "issue", {"document_number": "1"}, state_version=case.state_version)
    while run_due_jobs():
        pass
    return Certificate.objects.get(case=case)


def certificate(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _certificate(cast).pk}


def suspending(cast: Cast) -> Mapping[str, Any]:
    return {**certificate(cast), "step": "suspend"}


def printing(cast: Cast) -> Mapping[str, Any]:
    return {**certificate(cast), "act": "printed"}


def proposed(cast: Cast) -> Mapping[str, Any]:
    """By a colleague: whoever the row asks is the second person."""
    row = _certificate(cast)
    colleague = actor_of(factories.staff(Role.CLERK, cast.department), Role.CLERK)
    made = actions.propose(colleague, row.pk, "suspend", {"reason": "x"}, state_version=row.state_version)
    return {"pk": row.pk, "proposal": made.pk}


def usable(cast: Cast) -> Mapping[str, Any]:
    row = _certificate(cast)
    item = factories.item(dept=cast.department, review_steps=0, materials=1)
    material = item.current.materials.get()
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    actions.set_links(boss, row.type_id, items=[row.case.item.code], materials=[(item.code, material.code)])
    case = cases.start_draft(actor_of(cast.person(OWNER)), item)
    return {"case_pk": case.pk, "material_pk": material.pk, "pk": row.pk}


def kind(cast: Cast) -> Mapping[str, Any]:
    return {"pk": make_type(dept=cast.department).pk}


def own(status: int) -> dict[str, int]:
    return {**everyone(404), ANONYMOUS: 302, OWNER: status}


def editing(status: int) -> dict[str, int]:
    """The head and the administrator edit; who sees types and may not is told so."""
    return {**only(*DESK, status=403), **dict.fromkeys(EDITORS, status)}


LINKS = {"links-items": "", "links-materials": ""}
VERSION = {
    "version-valid_from": "2099-01-01", "version-word": "新", "version-validity": "none", "version-layout": "portrait",
}  # fmt: skip
SIGNED_IN = {**everyone(200), ANONYMOUS: 302}

ROWS: list[tuple] = [
    ("certificates:mine", nothing, SIGNED_IN),
    ("certificates:mine-one", certificate, own(200)),
    ("certificates:renew", certificate, own(302), "post"),
    ("certificates:use", usable, own(200)),
    ("certificates:use", usable, own(422), "post"),
    ("certificates:register", nothing, only(*DESK)),
    ("certificates:certificate", certificate, only(*DESK)),
    (
        "certificates:propose", suspending, {**only(*DESK, status=403), **dict.fromkeys(WORKING, 302)}, "post",
        {"suspend-reason": "待核查", "suspend-state_version": "0"},
    ),
    (
        "certificates:decide", proposed,
        {**only(*DESK, status=403), "reviewer": 302, "department_head": 302}, "post", {"choice": "confirm"},
    ),
    ("certificates:overview", nothing, only(*DESK)),
    ("certificates:behind", nothing, only(*DESK)),
    ("certificates:queue", nothing, only(*DESK)),
    ("certificates:print", certificate, only(*DESK)),
    ("certificates:print-act", printing, {**only(*DESK, status=403), "clerk": 302}, "post"),
    ("certificates:types", nothing, only(*DESK)),
    ("certificates:type-new", nothing, only(*EDITORS)),
    ("certificates:type", kind, only(*DESK)),
    ("certificates:type-version", kind, editing(302), "post", VERSION),
    ("certificates:type-links", kind, editing(302), "post", LINKS),
    ("certificates:type-close", kind, editing(302), "post"),
]  # fmt: skip
