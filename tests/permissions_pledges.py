"""What each role gets at the addresses of promises, commitments and credit records. The table's citizen applies."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.catalogue.models import Material
from approvals.pledges import actions
from approvals.pledges.models import Commitment, CommitmentText, CreditRecord, PromisedMaterial
from portal.core.time import now, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, only
from tests.pledges.objects import WORDS

OWNER = "citizen"
WORKING = ("clerk", "reviewer", "department_head")
DESK = (*WORKING, "supervisor", "auditor", "administrator")
EDITORS = ("department_head", "administrator")
SIGNED_IN = {**everyone(200), ANONYMOUS: 302}


def _item(cast: Cast) -> Any:
    item = factories.item(dept=cast.department, materials=0)
    extra = Material(version=item.current, code="t", name="材料", name_en="Material", tolerable=True, committable=True)
    Material._base_manager.bulk_create([extra])
    return item


def _draft(cast: Cast) -> Case:
    return cases.start_draft(actor_of(cast.person(OWNER)), _item(cast))


def _filed(cast: Cast) -> Case:
    case = _draft(cast)
    return cases.take_step(actor_of(cast.person(OWNER)), case.pk, "submit", state_version=case.state_version)


def draft(cast: Cast) -> Mapping[str, Any]:
    return {"case_pk": _draft(cast).pk}


def later(cast: Cast) -> Mapping[str, Any]:
    case = _draft(cast)
    return {"case_pk": case.pk, "material_pk": case.version.materials.get().pk}


def _promise(cast: Cast) -> PromisedMaterial:
    case = _filed(cast)
    Case.objects.filter(pk=case.pk).update(pledged=True)
    return PromisedMaterial.objects.create(
        case=case, material=case.version.materials.get(), item_id=case.item_id, counted_for_id=case.department_id,
        due_on=today() + dt.timedelta(days=3), promised_on=today(), state="brought", brought_on=today(),
    )  # fmt: skip


def promise(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _promise(cast).pk}


def settling(cast: Cast) -> Mapping[str, Any]:
    return {**promise(cast), "act": "settle"}


def _text(cast: Cast, item: Any) -> CommitmentText:
    return CommitmentText.objects.create(
        item=item, number=1, state="in_force", made_by=cast.person("administrator"),
        published_by=cast.person("department_head"), published_on=today(),
        **{name: WORDS[name] for name in ("conditions", "checked", "consequences")},
    )  # fmt: skip


def signing(cast: Cast) -> Mapping[str, Any]:
    case = _draft(cast)
    _text(cast, case.item)
    return {"case_pk": case.pk}


def _commitment(cast: Cast) -> Commitment:
    case = _filed(cast)
    return Commitment.objects.create(
        case=case, text=_text(cast, case.item), item_id=case.item_id, counted_for_id=case.department_id, words="{}",
        digest="0" * 64, signed_name="张三", signed_at=now(), signed_by=cast.person(OWNER), signed_with="password",
        state="checking", filed_on=today(), due_on=today(), amber_on=today(),
    )  # fmt: skip


def commitment(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _commitment(cast).pk}


def keeping(cast: Cast) -> Mapping[str, Any]:
    return {**commitment(cast), "act": "keep"}


def _record(cast: Cast) -> CreditRecord:
    case = _filed(cast)
    return CreditRecord.objects.create(
        case=case, department=cast.department, person=cast.person(OWNER), subject_name="张三", ground="commitment",
        facts="x", source="y", from_on=today(), until_on=today() + dt.timedelta(days=9),
    )  # fmt: skip


def record(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _record(cast).pk}


def request(cast: Cast) -> Mapping[str, Any]:
    row = _record(cast)
    return {"pk": actions.ask(actor_of(cast.person(OWNER)), row.pk, kind="repair", text="已整改").pk}


def number(cast: Cast) -> Mapping[str, Any]:
    return {"number": _filed(cast).number}


def code(cast: Cast) -> Mapping[str, Any]:
    return {"code": _item(cast).code}


def drafted(cast: Cast) -> Mapping[str, Any]:
    """By a colleague: whoever the row asks is the second person."""
    text = _text(cast, _item(cast))
    CommitmentText.objects.filter(pk=text.pk).update(
        state="draft", made_by=factories.user(), published_by=None, published_on=None
    )
    return {"pk": text.pk}


def in_force(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _text(cast, _item(cast)).pk}


def own(status: int) -> dict[str, int]:
    return {**everyone(404), ANONYMOUS: 302, OWNER: status}


def working(status: int, *, see: tuple[str, ...] = DESK) -> dict[str, int]:
    """Who works on it gets the status; who sees it only is told that the role does not allow it."""
    return {**only(*see, status=403), **dict.fromkeys(WORKING, status)}


def editing(status: int) -> dict[str, int]:
    return {**only(*DESK, status=403), **dict.fromkeys(EDITORS, status)}


TEXT = {name: WORDS[name] for name in ("conditions", "checked", "consequences")}


def at_window(cast: Cast) -> Mapping[str, Any]:
    """A draft that the clerk takes in, of an item that is decided on a commitment."""
    from approvals.counter import actions as counter
    from tests.counter.objects import visitor

    item = _item(cast)
    _text(cast, item)
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    intake = counter.begin_intake(clerk, visitor(511))
    return {"case_pk": counter.choose_item(clerk, intake.pk, item).case_id}


CERTIFIES = {**everyone(404), ANONYMOUS: 302, "clerk": 200}

ROWS: list[tuple] = [
    ("pledges:promise", later, own(200)),
    ("pledges:promise", later, own(422), "post"),
    ("pledges:promise-back", later, own(302), "post"),
    ("pledges:sign", signing, own(200)),
    ("pledges:sign", signing, own(422), "post"),
    ("pledges:sign-back", draft, own(302), "post"),
    ("pledges:mine", nothing, SIGNED_IN),
    ("pledges:bring", promise, own(200)),
    ("pledges:bring", promise, own(422), "post"),
    ("pledges:records", nothing, SIGNED_IN),
    ("pledges:record", record, own(200)),
    ("pledges:record", record, own(302), "post", {"kind": "repair", "text": "已整改"}),
    ("pledges:tolerate", number, {**only(*DESK, status=403), "clerk": 200}),
    ("pledges:tolerate", number, {**only(*DESK, status=403), "clerk": 422}, "post"),
    ("pledges:certify", at_window, CERTIFIES),
    ("pledges:certify", at_window, {**CERTIFIES, "clerk": 422}, "post"),
    ("pledges:form", at_window, CERTIFIES),
    ("pledges:due", nothing, only(*DESK)),
    ("pledges:material", promise, only(*DESK)),
    ("pledges:material-act", settling, {**only(*DESK, status=403), "clerk": 302}, "post", {"settle-state_version": "0"}),
    ("pledges:checks", nothing, only(*DESK)),
    ("pledges:check", commitment, only(*DESK)),
    (
        "pledges:check-act", keeping, {**only(*DESK, status=403), "clerk": 302, "reviewer": 302}, "post",
        {"keep-state_version": "0", "keep-finding": "一致"},
    ),
    ("pledges:credit", nothing, only(*DESK)),
    ("pledges:credit-record", record, only(*DESK)),
    (
        "pledges:credit-answer", request, {**only(*DESK, status=403), "supervisor": 302}, "post",
        {"grant": "yes", "answer": "同意"},
    ),
    ("pledges:texts", nothing, only(*DESK)),
    ("pledges:text", code, only(*DESK)),
    ("pledges:text", code, editing(302), "post", TEXT),
    ("pledges:terms", code, editing(302), "post", {"decides_first": "yes", "ground": "海政办〔2026〕1号"}),
    ("pledges:text-publish", drafted, editing(302), "post"),
    ("pledges:text-retire", in_force, editing(302), "post"),
]  # fmt: skip
