"""A case that goes through every step which issues a paper, by the real actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals.cases import actions
from approvals.cases.models import Case, CaseMaterial
from approvals.catalogue.models import Item
from portal.core.actors import Actor
from portal.core.models import Document
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import pdf

FRIDAY = "2026-11-20 10:00"
GROUNDS = "经营场所与幼儿园距离不足，不符合《海州市食品经营管理办法》第十二条的规定。\n建议另行选址后重新申请。"


@dataclass
class Team:
    """Everybody who handles a case of one department."""

    department: Department
    clerk: Actor
    reviewer: Actor
    head: Actor
    supervisor: Actor


def team() -> Team:
    dept = factories.department()

    def of(role: Role, name: str) -> Actor:
        return actor_of(factories.staff(role, dept, name=name), role)

    return Team(
        dept, of(Role.CLERK, "李晓燕"), of(Role.REVIEWER, "陈志远"), of(Role.DEPARTMENT_HEAD, "赵明华"),
        of(Role.SUPERVISOR, "周海涛"),
    )  # fmt: skip


def permit(dept: Department, **version: Any) -> Item:
    """A permit with legal grounds, decided by the clerk unless `version` says otherwise."""
    grounds = [{"law": "《中华人民共和国食品安全法》", "article": "第三十五条"}]
    made = factories.item(dept=dept, **{"review_steps": 0, "legal_grounds": grounds, **version})
    Item.objects.filter(pk=made.pk).update(
        type=Item.Type.PERMIT, name="食品经营许可（新办）", name_en="Food business licence"
    )
    made.refresh_from_db()
    return made


def step(actor: Actor, case: Case, code: str, **inputs: Any) -> Case:
    return actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)


def second_eyes(case: Case, by: Actor, code: str, confirmed_by: Actor, **inputs: Any) -> Case:
    proposal = actions.propose(by, case.pk, code, inputs, state_version=case.state_version)
    case.refresh_from_db()
    return actions.decide_proposal(confirmed_by, proposal.pk, confirm=True, note="", state_version=case.state_version)


def paper(case: Case, kind: str) -> Document:
    """The newest paper of this kind."""
    return Document.objects.filter(stream="cases.case", stream_id=case.pk, kind=f"cases.{kind}").latest("pk")


def filed(on: Item, applicant: User | None = None, *, files: int = 1) -> Case:
    """Filed with some files and a paper original."""
    from portal.core import files as stored

    person = applicant or factories.citizen()
    actor = actor_of(person)
    draft = actions.start_draft(actor, on)
    materials = list(on.current.materials.all()) if on.current else []
    for n in range(files):
        upload = stored.store(pdf(f"第{n + 1}页.pdf"), owner=actor, kind="cases.material")
        actions.add_material(actor, draft.pk, upload, material=materials[0])
    CaseMaterial.objects.create(case=draft, material=materials[1], on_paper=True, title="材料1")
    return actions.take_step(actor, draft.pk, "submit", state_version=draft.state_version)


def every_paper(t: Team) -> dict[str, Document]:
    """One paper of each kind, each from a case of its own where the steps exclude one another."""
    with driven_clock(factories.moment(FRIDAY)):
        return {kind: make(t) for kind, make in MAKERS.items()}


def _supplement(t: Team) -> Document:
    case = filed(permit(t.department))
    wanted = [str(one.pk) for one in case.version.materials.all()]
    case = step(
        t.clerk,
        case,
        "ask_supplement",
        text="平面图请标明面积和功能分区。\n健康证明须在有效期内。",
        missing=wanted,
        limit_days=5,
    )
    return paper(case, "supplement")


def _returned(t: Team) -> Document:
    case = filed(permit(t.department))
    case = step(t.clerk, case, "ask_supplement", text="补平面图", missing=[], limit_days=5)
    with driven_clock(factories.moment("2026-12-20 10:00")):
        assert actions.return_unsupplemented()
    return paper(case, "returned")


def _accepted(t: Team) -> Case:
    return step(t.clerk, filed(permit(t.department)), "accept")


def _decided(t: Team) -> Case:
    return step(t.clerk, _accepted(t), "approve", text="准予从事热食类食品制售，有效期五年。")


def _delivered(t: Team) -> Case:
    return step(t.clerk, _decided(t), "deliver", way="window", proof="张三 本人签收")


def _confirmed(code: str, kind: str, by_head: bool = True, **inputs: Any) -> Callable[[Team], Document]:
    def make(t: Team) -> Document:
        case = filed(permit(t.department)) if code == "not_accept" else _accepted(t)
        return paper(second_eyes(case, t.clerk, code, t.head, **inputs), kind)

    return make


def _withdrawn(t: Team) -> Document:
    person = factories.citizen()
    case = filed(permit(t.department), person)
    return paper(step(actor_of(person), case, "withdraw", reason="经营计划有变"), "withdrawal")


def _revoked(t: Team) -> Document:
    case = second_eyes(_decided(t), t.clerk, "revoke", t.head, cause="commitment", grounds=GROUNDS)
    return paper(case, "revocation")


def _given_back(t: Team) -> Document:
    from django.db import transaction

    from approvals.cases.papers import Handed, proof_of_return

    case = _accepted(t)
    with transaction.atomic():
        return proof_of_return(
            case, t.clerk, [Handed("营业执照", "Business licence", copies=2)], to="张三", reason="原件核对后退还"
        )


MAKERS: dict[str, Callable[[Team], Document]] = {
    "receipt": lambda t: paper(filed(permit(t.department), files=2), "receipt"),
    "acceptance": lambda t: paper(_accepted(t), "acceptance"),
    "non_acceptance": _confirmed("not_accept", "non_acceptance", grounds=GROUNDS, authority="海州市城市管理局"),
    "supplement": _supplement,
    "returned": _returned,
    "special": _confirmed(
        "suspend", "special", ground="expert_review", announced_days=10, grounds="需要专家现场评审。"
    ),
    "extension": _confirmed("extend", "extension", days=5, grounds="需核实经营场所产权，材料调取需要时间。"),
    "decision": lambda t: paper(_decided(t), "decision"),
    "refusal": _confirmed("refuse", "refusal", grounds=GROUNDS),
    "withdrawal": _withdrawn,
    "termination": _confirmed("terminate", "termination", grounds="申请人已经注销。"),
    "delivery": lambda t: paper(_delivered(t), "delivery"),
    "revocation": _revoked,
    "return_proof": _given_back,
}
