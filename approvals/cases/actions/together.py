"""Several cases of one applicant, filed in one transaction: what a package of items shares with the single filing.

The checks are those of the single filing (item open, version in force, form valid, materials complete, guards), the
writing is set-based: the number of statements does not grow with the number of cases. What is filed here was never a
draft of its own; whoever calls has kept what the applicant wrote.
"""

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import draft as drafts
from approvals.cases import guards, places, renewal
from approvals.cases.actions.filing import CONTACT, POWER_OF_ATTORNEY
from approvals.cases.catalogue_memory import Asked, asked_by
from approvals.cases.effects import CASE_PREFIX, department_code
from approvals.cases.lifecycle import CASE
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import ApplicantType, Case, CaseContent, CaseMaterial, CasePrincipal, Channel
from approvals.cases.principals import Principal
from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.formbuild import form_problems
from approvals.catalogue.models import Item, ItemVersion, Material
from portal.core import files, statistics
from portal.core.actors import Actor
from portal.core.calendar import steady_calendar
from portal.core.errors import DomainError, NotAllowed, WrongState
from portal.core.events import Record, record_new_many, stream_of
from portal.core.models import StoredFile
from portal.core.rules import steady_rules
from portal.core.time import today

if TYPE_CHECKING:
    from portal.core.lifecycle import Step
    from portal.people.models import Organisation, User


@dataclass(frozen=True)
class Wanted:
    """One case that is to be filed. `item` was read in this transaction, with its version and department.

    `version_id` is the version that the applicant saw; `papers` has the files by the code of their material.
    """

    item: Item
    version_id: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: Mapping[str, Sequence[StoredFile]] = field(default_factory=dict)
    on_paper: Mapping[str, "OnPaper"] = field(default_factory=dict)  # by the code of the material
    later: Set[str] = frozenset()  # codes of materials promised for later; the caller writes the promise down
    signed: Set[str] | None = None  # what a signed commitment stands in for; the caller writes the commitment down


@dataclass(frozen=True)
class OnPaper:
    """A material that lies at the window or with a department: what was kept ("copy", "original", "" = not said)."""

    kept_as: str = ""
    copies: int | None = None


@dataclass(frozen=True)
class Who:
    """For whom is filed. `user` is None for somebody without an account, known to a department's system only."""

    user: "User | None"
    organisation: "Organisation | None"
    name: str
    phone: str = ""
    resident_number: str = ""
    # Whom `user` files for; `name` and the way to reach them are then this person's.
    principal: Principal | None = None
    authority: Sequence[StoredFile] = ()  # the power of attorney, a copy for each case

    def __repr__(self) -> str:
        return "<who>"


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the filing came in: online by the applicant's own account, unless something else is said."""

    channel: str = Channel.ONLINE
    taken_in_by: "User | None" = None
    window_id: int | None = None
    source: str = ""  # code of the system that sends it in
    external_id: str = ""  # its own number; each case has it with the number of its part behind


def who_of(user: "User", organisation: "Organisation | None" = None) -> Who:
    """The person, or the organisation that the person acts for, as the account knows them."""
    citizen = getattr(user, "citizen", None)
    own = citizen.resident_number if citizen and organisation is None else ""
    return Who(user, organisation, organisation.name if organisation else user.name, user.phone, own)


class NotFiled(WrongState):
    """One of the cases cannot be filed, so none was. `item_code` names it, `reason` says why."""

    code = "part_not_filed"

    def __init__(self, item: Item, reason: DomainError) -> None:
        self.item_code, self.reason = item.code, reason
        words = _("“%(item)s” cannot be filed: %(reason)s")
        super().__init__(words, code=reason.code, item=item.local_name, reason=reason.message)


def closed_or_changed(item: Item, version_id: int) -> WrongState | None:
    """What keeps an item from being filed at all: it is closed, not online, or asks for other things than it did."""
    version = item.current
    if version is None or not item.is_open_to_filing:
        return WrongState(_("This item cannot be applied for at present."), code="item_closed")
    if not version.online:
        words = _("This item is applied for at a window. Please bring the materials of the guide.")
        return WrongState(words, code="item_not_online")
    if version.pk != version_id:
        words = _("What this item asks for has changed since you began. Please check your draft once more.")
        return WrongState(words, code="item_changed")
    return None


def incomplete(wanted: Wanted, version: ItemVersion) -> list[str]:
    """The faults of one filing, as the single filing finds them: form, then materials. Empty when it is complete."""
    asked = asked_by(version)
    found = list(form_problems(asked.definition, wanted.answers).values()) if asked.definition else []
    needed = (one for one in asked.materials if one.required and one.kind != Material.Kind.ORIGINAL)
    words = _("“%(material)s” is required. Please upload it.")
    missing = (one for one in needed if not _is_there(wanted, one.code))
    found += [str(words) % {"material": one.local_name} for one in missing]
    return found


def _is_there(wanted: Wanted, code: str) -> bool:
    return bool(wanted.papers.get(code)) or code in {*wanted.on_paper, *wanted.later, *(wanted.signed or ())}


@dataclass(frozen=True)
class Plan:
    """What is to be filed for one applicant, checked as far as it can be before the numbers are taken."""

    who: Who
    wanted: Sequence[Wanted]
    cases: list[tuple[Case, Asked]]

    @property
    def counters(self) -> list[tuple[str, str]]:
        """The counters that give the cases their numbers, in order: for `next_numbers`."""
        return [(CASE_PREFIX, department_code(case)) for case, _asked in self.cases]


def plan_together(who: Who, wanted: Sequence[Wanted], *, way: Way | None = None) -> Plan:
    """Check that these cases can be filed for one applicant, each as a single one would be; inside a transaction.

    Raises NotAllowed for an organisation that the person does not act for (at the window and for a department's system
    the letter of authority was looked at instead), WrongState for a principal without a power of attorney, NotFiled for
    the first case that cannot be filed.
    """
    way = way or Way()
    if who.principal is not None and not who.authority:
        raise WrongState(_("Please upload the power of attorney of the person whom you file for."))
    if way.channel == Channel.ONLINE and not way.source:
        _may_act(who)
    departments = places.unchosen([one.item for one in wanted], today())
    cases = [_planned(who, one, departments[one.item.pk], way, n) for n, one in enumerate(wanted, start=1)]
    return Plan(who, wanted, cases)


def _may_act(who: Who) -> None:
    if who.organisation is not None and (who.user is None or who.organisation.pk not in who.user.acting_for):
        raise NotAllowed(_("You are not registered as an agent of this organisation."))


def file_together(actor: Actor, plan: Plan, numbers: Sequence[str]) -> list[Case]:
    """File what was planned, all or none, inside the same transaction; in the order of the plan.

    The counters are taken last before the writing, all of them at once by the caller, who may need a number too.
    Raises NotFiled.
    """
    steps: list[Step[Case]] = []
    with steady_calendar(), steady_rules():
        for (case, _asked), one, number in zip(plan.cases, plan.wanted, numbers, strict=True):
            case.number = number
            steps.append(_submit(actor, case, one))
    cases = Case.objects.bulk_create([case for case, _asked in plan.cases])
    _keep_contents(plan)
    _keep_principals(plan)
    _keep_papers(actor, plan)
    for case, one in zip(cases, plan.wanted, strict=True):
        if objection := guards.refusal(case, "submit", new=True):
            raise NotFiled(one.item, objection)
    statistics.mark_new(CASE_MEASURES, *cases)
    stream = stream_of(Case)
    record_new_many(
        [Record(stream, step.obj.pk, "case.submit", "draft", step.obj.state, step.data) for step in steps], actor
    )
    return cases


def _planned(who: Who, one: Wanted, department_id: int, way: Way, number: int) -> tuple[Case, Asked]:
    """The unsaved case, once everything that can speak against it has been asked."""
    item, version = one.item, one.item.current
    if problem := closed_or_changed(item, one.version_id):
        raise NotFiled(item, problem)
    if version is None:  # said above, and to the type checker here
        raise NotFiled(item, WrongState())
    if faults := incomplete(one, version):
        raise NotFiled(item, WrongState(" ".join(faults), code="incomplete"))
    case = Case(
        item=item,
        version=version,
        department_id=department_id,
        applicant=who.user,
        organisation=who.organisation,
        applicant_type=ApplicantType.ORGANISATION if who.organisation else ApplicantType.PERSON,
        applicant_name=who.name,
        channel=way.channel,
        kind=version.kind,
        taken_in_by=way.taken_in_by,
        intake_window_id=way.window_id,
        source=way.source,
        external_id=f"{way.external_id}/{number}" if way.external_id else "",
        pledged=bool(one.later) or one.signed is not None,
    )
    if case.department_id == item.department_id:
        case.department = item.department
    return case, asked_by(version)


def _submit(actor: Actor, case: Case, one: Wanted) -> "Step[Case]":
    step = CASE.begin(case, "submit", actor, state_version=0)
    try:
        step.apply()
    except DomainError as error:
        raise NotFiled(one.item, error) from error
    if case.version is not None:
        renewal.note_expiry(case, case.version, lambda: one.answers)
    case.last_step = "submit"
    return step


def _keep_contents(plan: Plan) -> None:
    known = {"phone": plan.who.phone, "resident_number": plan.who.resident_number}
    CaseContent.objects.bulk_create(
        _content(case, asked, one.answers, known) for (case, asked), one in zip(plan.cases, plan.wanted, strict=True)
    )


def _keep_principals(plan: Plan) -> None:
    if (principal := plan.who.principal) is not None:
        CasePrincipal.objects.bulk_create(principal.write(CasePrincipal(case=case)) for case, _asked in plan.cases)


def _content(case: Case, asked: Asked, answers: Mapping[str, Any], known: Mapping[str, str]) -> CaseContent:
    definition, pages, contact = asked.definition, {}, dict(known)
    if definition is not None:
        kept = definition.keep_visible(answers)
        pages = {
            section.code: {one.code: kept[one.code] for one in section.fields if one.code in kept}
            for section in definition.visible_sections(kept)
        }
        for question in definition.fields():
            column = CONTACT.get(question.spec.get("prefill", ""))
            if column and kept.get(question.code):
                contact[column] = kept[question.code]
    return CaseContent(
        case=case,
        answers=json.dumps(pages, ensure_ascii=False, default=str),
        steps_done=sorted([*pages, drafts.MATERIALS]),
        **contact,
    )


def _keep_papers(actor: Actor, plan: Plan) -> None:
    """Each case has its own row of each file and of each paper; the content is stored once."""
    hung = list(_hung(plan))
    stream = stream_of(Case)
    shared = files.share([(file, case.pk) for case, _one, file in hung], kind=FILE_KIND, stream=stream, owner=actor)
    CaseMaterial.objects.bulk_create(
        [
            *(
                CaseMaterial(
                    case=case, material=material, file=file, added_by=actor.user, power_of_attorney=material is None,
                    title=file.name if material is not None else POWER_OF_ATTORNEY,
                )
                for (case, material, _source), file in zip(hung, shared, strict=True)
            ),
            *(
                CaseMaterial(
                    case=case, material=material, title=material.name, on_paper=True, kept_as=paper.kept_as,
                    copies=paper.copies, added_by=actor.user,
                )
                for case, material, paper in _on_paper(plan)
            ),
        ]
    )  # fmt: skip


def _on_paper(plan: Plan) -> Iterator[tuple[Case, Material, OnPaper]]:
    for (case, asked), one in zip(plan.cases, plan.wanted, strict=True):
        for material in asked.materials:
            if (paper := one.on_paper.get(material.code)) is not None:
                yield case, material, paper


def _hung(plan: Plan) -> Iterator[tuple[Case, Material | None, StoredFile]]:
    """(case, its material, file); the power of attorney stands for no material of the item."""
    for (case, asked), one in zip(plan.cases, plan.wanted, strict=True):
        for file in plan.who.authority:
            yield case, None, file
        for material in asked.materials:
            for file in one.papers.get(material.code, ()):
                yield case, material, file
