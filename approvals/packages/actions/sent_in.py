"""A department's own system files a package for whoever came there: one case for each part, all or none.

The system of the leading department sends it; every case carries its code, so that it goes on speaking for the
applicant in each of them, whichever department decides. What comes with it (files, the principal of an agent, promises to
bring a material later) is looked at in `sent_along.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.sent_in import Applicant, Duplicate, checked_applicant, read_pages, sender_of
from approvals.cases.actions.together import OnPaper, Wanted, Way, Who, plan_together
from approvals.cases.models import ApplicantType, Channel
from approvals.packages import later, policies
from approvals.packages.actions.filing import file_parts
from approvals.packages.actions.sent_along import Along, Later, PrincipalGiven, look_at
from approvals.packages.draft import sources_of
from approvals.packages.guide import Verdict, evaluate, questions_of, valid_answers
from approvals.packages.lifecycle import FILING
from approvals.packages.merging import MergedForm, MergedMaterial, merge, merge_materials
from approvals.packages.models import Package, PackageFiling, PackagePart, PackagePrincipal
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, type_of_message
from portal.core.idempotency import body_hash, keep_outcome, outcome_of
from portal.people.models import Organisation

Outcome = dict[str, Any]
Faults = dict[str, type_of_message]
SEND = "packages.send_in"


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What is sent in. Answers by the names of the merged form, `on_paper`, `files` and `later` by the keys of the merged
    materials; `without` names items that apply and are left out. `files` are uploads of the same system."""

    external_id: str
    package_code: str
    applicant: Applicant
    guide: Mapping[str, str] = field(default_factory=dict)
    without: Sequence[str] = ()
    channel: str = Channel.COUNTER
    answers: Mapping[str, Any] = field(default_factory=dict)
    on_paper: Sequence[str] = ()
    files: Mapping[str, Sequence[int]] = field(default_factory=dict)
    later: Sequence[Later] = ()
    principal: PrincipalGiven | None = None

    def digest(self) -> str:
        """What makes two sendings the same one, for the promise of Idempotency-Key."""
        who = self.applicant
        along: dict[str, Any] = {}  # only what is there: what was sent before these members came keeps its digest
        if self.files:
            along["files"] = {key: list(some) for key, some in self.files.items()}
        if self.later:
            along["later"] = [[one.key, one.due_on.isoformat(), one.agreed] for one in self.later]
        if (one := self.principal) is not None:
            along["principal"] = [one.name, one.resident_number, one.phone, one.relation, list(one.power_of_attorney)]
        return body_hash(
            {
                **along,
                "external_id": self.external_id,
                "package": self.package_code,
                "guide": dict(self.guide),
                "without": list(self.without),
                "channel": self.channel,
                "applicant": [who.type, who.name, who.phone, who.resident_number, who.uscc],
                "answers": dict(self.answers),
                "on_paper": list(self.on_paper),
            }
        )


@dataclass(frozen=True)
class Chosen:
    """What the guide's answers pick today: the items, their one form and their one set of materials."""

    verdicts: list[Verdict]
    parts: list[PackagePart]
    form: MergedForm
    materials: list[MergedMaterial]


def choose(package: Package, guide: Mapping[str, str], without: Sequence[str] = ()) -> Chosen:
    """The items that apply, less those left out. Reads only. Raises NotFound for a package that is not open, Invalid
    with places for unanswered questions and for items that do not apply or are closed."""
    version = package.current
    if version is None or not package.is_open:
        raise NotFound()
    given, wrong = valid_answers(version, guide), Faults()
    for one in questions_of(version):
        if one.code not in given:
            wrong[f"guide.{one.code}"] = _("Please choose one of the answers.")
    verdicts = evaluate(version, version.entries.select_related("item__current", "item__department"), given)
    applying = [one.entry for one in verdicts if one.applies]
    codes = {entry.item.code for entry in applying}
    for n, code in enumerate(without):
        if code not in codes:
            wrong[f"without.{n}"] = _("With these answers the package has no such item.")
    wanted = [entry for entry in applying if entry.item.code not in without]
    for entry in wanted:
        if entry.item.current is None or not entry.item.is_open_to_filing or not entry.item.current.online:
            words = _("“%(item)s” can no longer be applied for online. You can file the other parts without it.")
            wrong["without"] = str(words) % {"item": entry.item.local_name}
    if not wanted and not wrong:
        wrong["without"] = _("With these answers no item of the package is left to file.")
    if wrong:
        raise Invalid(fields=wrong)
    parts = [PackagePart(item=one.item, item_version=one.item.current, order=one.order) for one in wanted]
    sources = sources_of([one.item for one in wanted])
    return Chosen(verdicts, parts, merge(sources), merge_materials(sources))


def send_in(actor: Actor, sending: Sending, *, once_key: str = "") -> Outcome:
    """File a package; the same key with the same content gives the stored outcome.

    Raises NotAllowed, Invalid with places, Barred for a promise against which a credit record stands, NotFiled (a part that
    cannot be filed), Duplicate, KeyReused.
    """
    digest = sending.digest()
    try:
        return _send_in(actor, sending, once_key=once_key, digest=digest)
    except IntegrityError:
        # The sender's own number is there: sent again, or another filing under it.
        if (kept := outcome_of(actor, SEND, once_key, digest)) is not None:
            return kept
        source = actor.user.access.system if actor.user else ""
        if PackageFiling.objects.filter(source=source, external_id=sending.external_id).exists():
            raise Duplicate from None
        raise


@action
def _send_in(actor: Actor, sending: Sending, *, once_key: str, digest: str) -> Outcome:
    source, _department = sender_of(actor)
    applicant = checked_applicant(sending.applicant)
    package = _package(actor, sending.package_code)
    chosen = choose(package, sending.guide, sending.without)
    wrong = Faults()
    along = look_at(actor, chosen, applicant, sending, wrong)
    wanted = _wanted(sending, chosen, along, wrong)
    who = _who(applicant, along)
    way = Way(channel=sending.channel, source=source, external_id=sending.external_id)
    filing = PackageFiling(
        package=package, version=package.current, department=package.department, applicant=who.user,
        organisation=who.organisation, applicant_type=applicant.type, applicant_name=who.name,
        channel=sending.channel, source=source, external_id=sending.external_id,
        guide=valid_answers(package.current, sending.guide) if package.current else {},
    )  # fmt: skip
    step = FILING.begin(filing, "submit", actor, state_version=0)
    plan = plan_together(who, wanted, way=way)
    cases = file_parts(actor, filing, step, chosen.parts, plan)
    if along.principal is not None:
        along.principal.write(PackagePrincipal(filing=filing)).save()
    later.note(chosen, along.promises, cases, at_window=sending.channel == Channel.COUNTER)
    outcome: Outcome = {
        "id": filing.pk,
        "number": filing.number,
        "query_code": filing.query_code,
        "parts": [{"item": case.item.code, "case": case.pk, "number": case.number} for case in cases],
    }
    keep_outcome(actor, SEND, once_key, digest, outcome)
    return outcome


def _package(actor: Actor, code: str) -> Package:
    package = Package.objects.offered().select_related("current", "department").filter(code=code).first()
    if package is None or actor.user is None:
        raise NotFound()
    if not policies.may_send_in(actor.user, package):
        raise NotAllowed(_("This package is filed by the system of its leading department."))
    return package


def _who(applicant: Applicant, along: Along) -> Who:
    if (person := along.principal) is not None:
        return Who(
            along.account, None, person.name, person.phone, person.resident_number, person, along.power_of_attorney
        )  # fmt: skip
    firm = None
    if applicant.type == ApplicantType.ORGANISATION:
        firm = Organisation.objects.get_or_create(uscc=applicant.uscc, defaults={"name": applicant.name})[0]
    return Who(along.account, firm, applicant.name, applicant.phone, applicant.resident_number)


def _wanted(sending: Sending, chosen: Chosen, along: Along, wrong: Faults) -> list[Wanted]:
    """Each item with its share of the answers. Raises Invalid with the place of every fault."""
    read_pages(chosen.form.definition, sending.answers, wrong, complete=True)
    keys = {one.key: one for one in chosen.materials}
    for n, key in enumerate(sending.on_paper):
        if key not in keys:
            wrong[f"on_paper.{n}"] = _("The package asks for no material with this key.")
    held, promised = set(sending.on_paper), {one.merged.key for one in along.promises}
    there = held | along.files.keys() | {one.key for one in sending.later}
    if any(one.required and not one.on_paper_only and one.key not in there for one in chosen.materials):
        words = _(
            "Required materials are missing. Name those that you hold on paper, by their keys, or upload their files."
        )
        wrong.setdefault("on_paper", words)
    if wrong:
        raise Invalid(fields=wrong)
    kept = chosen.form.definition.keep_visible(sending.answers) if chosen.form.definition else {}
    return [
        Wanted(
            part.item, part.item_version_id, chosen.form.answers_for(part.item.code, kept),
            papers={
                m.code: files
                for key, files in along.files.items() for code, m in keys[key].asked if code == part.item.code
            },
            on_paper={
                m.code: OnPaper() for key in held for code, m in keys[key].asked if code == part.item.code
            },
            later=frozenset(
                m.code
                for key in promised for code, m in keys[key].asked if code == part.item.code and m.required
            ),
        )
        for part in chosen.parts
    ]  # fmt: skip
