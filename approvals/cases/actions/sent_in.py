"""A department's own system sends a filing in: draft or submitted, in one transaction and as few statements as it takes.

The department's window, post room or website took it from the applicant; here it gets number, clock and timeline like
any other. The applicant's account is linked where a verified one has the same identity number.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from approvals.cases import draft as drafts
from approvals.cases import policies, renewal
from approvals.cases.actions.filing import EDITABLE, POWER_OF_ATTORNEY
from approvals.cases.actions.handling import proposed
from approvals.cases.actions.sent_along import (
    Along,
    Faults,
    Later,
    PrincipalGiven,
    authority,
    known_person,
    principal_from,
    taken,
    uploads_of,
)
from approvals.cases.actions.steps import locked, take
from approvals.cases.answers import SENT, is_page
from approvals.cases.catalogue_memory import Asked, asked_by, asked_of
from approvals.cases.effects import content_of
from approvals.cases.lifecycle import CASE
from approvals.cases.measures import CASE_MEASURES
from approvals.cases.models import ApplicantType, Case, CaseContent, CaseMaterial, CasePrincipal, Channel
from approvals.cases.principals import Principal
from approvals.cases.registrations import FILE_KIND
from approvals.catalogue.formbuild import form_problems
from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item, Material
from portal.core import files, statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.crypto import blind
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record_new, stream_of
from portal.core.idempotency import body_hash, keep_outcome, once, outcome_of
from portal.core.identity import check_phone, check_resident_number, check_uscc
from portal.core.models import StoredFile
from portal.core.time import now
from portal.people.models import Citizen, Organisation
from portal.people.roles import Role

Outcome = dict[str, Any]
CREATE, STEP = "cases.send_in", "cases.remote_step"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Duplicate(DomainError):
    """The sender's own number is taken by another filing of the same system."""

    code = "external_id_taken"
    default_message = _("A case with this external_id was sent in before.")


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """Who applies, as the department's system knows them."""

    type: str
    name: str
    phone: str = ""
    resident_number: str = ""
    uscc: str = ""

    def __repr__(self) -> str:
        return "<applicant>"


@dataclass(frozen=True, kw_only=True)
class Filing:
    """What is sent in. `on_paper` names the materials that the department holds on paper, `files` are uploads of the same
    system by the code of their material, `later` what follows by a promise (a room above looks at it)."""

    external_id: str
    item_code: str
    applicant: Applicant
    channel: str = Channel.COUNTER
    answers: Mapping[str, Any] = field(default_factory=dict)
    on_paper: Sequence[str] = ()
    submit: bool = True
    files: Mapping[str, Sequence[int]] = field(default_factory=dict)
    principal: PrincipalGiven | None = None
    later: Later | None = None

    def digest(self) -> str:
        """What makes two filings the same one, for the promise of Idempotency-Key."""
        who = self.applicant
        along: dict[str, Any] = {}  # only what is there: what was sent before these members came keeps its digest
        if self.files:
            along["files"] = {code: list(some) for code, some in self.files.items()}
        if (one := self.principal) is not None:
            along["principal"] = [one.name, one.resident_number, one.phone, one.relation, list(one.power_of_attorney)]
        if self.later is not None:
            along["later"] = self.later.content()
        return body_hash(
            {
                **along,
                "external_id": self.external_id,
                "item": self.item_code,
                "channel": self.channel,
                "applicant": [who.type, who.name, who.phone, who.resident_number, who.uscc],
                "answers": dict(self.answers),
                "on_paper": list(self.on_paper),
                "submit": self.submit,
            }
        )


def send_in(actor: Actor, filing: Filing, *, once_key: str = "") -> Outcome:
    """File or draft a case; the same key with the same content gives the stored outcome.

    Raises NotAllowed, Invalid with places, WrongState (closed item), Barred for a promise against which a credit record
    stands, Duplicate, KeyReused.
    """
    digest = filing.digest()
    try:
        return _send_in(actor, filing, once_key=once_key, digest=digest)
    except IntegrityError:
        # The sender's own number is there: sent again, or another filing under it.
        kept = outcome_of(actor, CREATE, once_key, digest)
        if kept is not None:
            return kept
        if _taken(actor, filing):
            raise Duplicate from None
        raise


def _taken(actor: Actor, filing: Filing) -> bool:
    source = actor.user.access.system if actor.user else ""
    return Case.objects.filter(source=source, external_id=filing.external_id).exists()


@action
def _send_in(actor: Actor, filing: Filing, *, once_key: str, digest: str) -> Outcome:
    source, department_id = sender_of(actor)
    who = checked_applicant(filing.applicant)
    item = _item(filing.item_code, department_id, who)
    version = item.current
    if version is None or not item.is_open_to_filing:
        raise WrongState(_("This item cannot be applied for at present."))
    asked = asked_by(version)
    wrong: Faults = {}
    along = _along(actor, item, asked, filing, who, wrong)
    pages, papers = _content(asked, filing, along, wrong)
    if filing.later is not None:
        filing.later.refuse_barred(who, item.known_applicant, along.principal)
    case = Case(
        item=item,
        version=version,
        department=item.department,
        applicant_id=item.known_applicant,
        organisation=_organisation(item, who),
        applicant_type=who.type,
        applicant_name=along.principal.name if along.principal else who.name,
        channel=filing.channel,
        kind=version.kind,
        source=source,
        external_id=filing.external_id,
    )
    step = CASE.begin(case, "submit", actor, state_version=0) if filing.submit else None
    if step is not None:
        step.apply()
        renewal.note_expiry(case, version, lambda: filing.answers)
        case.last_step = "submit"
    case.pledged = bool(along.later)
    case.save(force_insert=True)
    _keep_content(case, along.principal or who, pages, asked)
    _keep_papers(actor, case, asked, papers, along)
    if filing.later is not None:
        filing.later.note(actor, case)
    if step is not None:
        statistics.mark_new(CASE_MEASURES, case)
        record_new(case, "case.submit", actor, from_state="draft", to_state=case.state, data=step.data)
    outcome = {"id": case.pk, "number": case.number, "state_version": case.state_version}
    keep_outcome(actor, CREATE, once_key, digest, outcome)
    return outcome


def sender_of(actor: Actor) -> tuple[str, int]:
    """The system's code and its department. Raises NotAllowed for everybody who is no department's system."""
    access = actor.user.access if actor.user else None
    departments = access.departments(Role.CLERK) if access and access.system else frozenset()
    if access is None or len(departments) != 1:
        raise NotAllowed
    return access.system, next(iter(departments))


def checked_applicant(who: Applicant) -> Applicant:
    """The applicant with everything normalised. Raises Invalid with all that is wrong, by place."""
    wrong: dict[str, type_of_message] = {}

    def take(name: str, check: Any) -> str:
        text = getattr(who, name)
        if not text:
            return ""
        try:
            return str(check(text))
        except Invalid as error:
            wrong[f"applicant.{name}"] = error.message
            return ""

    is_firm = who.type == ApplicantType.ORGANISATION
    good = Applicant(
        type=who.type,
        name=who.name.strip(),
        phone=take("phone", check_phone),
        resident_number=take("resident_number", lambda text: check_resident_number(text).number),
        uscc=take("uscc", check_uscc),
    )
    if not good.name:
        wrong["applicant.name"] = _("Please fill this in.")
    if is_firm and not who.uscc:
        wrong["applicant.uscc"] = _("An organisation is named by its unified social credit code.")
    if not is_firm and who.uscc:
        wrong["applicant.uscc"] = _("A person has no unified social credit code.")
    if wrong:
        raise Invalid(fields=wrong)
    return good


def _item(code: str, department_id: int, who: Applicant) -> Any:
    """The department's item, with the accounts that the applicant is known by: one query. Raises Invalid."""
    person: Any = models.Value(None, output_field=models.BigIntegerField())
    firm: Any = person
    if who.resident_number and who.type == ApplicantType.PERSON:
        known = Citizen.objects.filter(
            resident_blind=blind("resident_number", who.resident_number),
            verified_at__isnull=False,
            user__is_active=True,
        )
        person = Subquery(known.order_by("pk").values("user_id")[:1])
    if who.uscc:
        firm = Subquery(Organisation.objects.filter(uscc=who.uscc).values("pk")[:1])
    rows = Item.objects.select_related("current", "department").annotate(known_applicant=person, known_firm=firm)
    item = rows.filter(code=code, department_id=department_id).exclude(status="draft").first()
    if item is None:
        raise Invalid(fields={"item": _("Your department has no item with this code.")})
    return item


def _organisation(item: Any, who: Applicant) -> Organisation | None:
    if not who.uscc:
        return None
    if item.known_firm is not None:
        return Organisation(pk=item.known_firm)
    return Organisation.objects.get_or_create(uscc=who.uscc, defaults={"name": who.name})[0]


# --- what the applicant says and brings -------------------------------------------------------------------------------


def _along(actor: Actor, item: Item, asked: Asked, filing: Filing, who: Applicant, wrong: Faults) -> Along:
    """What comes along; the place of every fault goes into `wrong`. Reads nothing where nothing does."""
    given = filing.principal
    if not filing.files and given is None and filing.later is None:
        return Along()
    named = {pk for some in filing.files.values() for pk in some} | set(given.power_of_attorney if given else ())
    uploads = uploads_of(actor, named)
    principal = principal_from(given, who, known_person(who), wrong) if given else None
    scan = authority(given, uploads, wrong) if given else []
    found: dict[str, Sequence[StoredFile]] = {}
    for code, pks in filing.files.items():
        if asked.material(code) is None:
            wrong[f"files.{code}"] = _("The item asks for no material with this code.")
        elif some := taken(pks, uploads, f"files.{code}", wrong):
            found[code] = some
    there = {*filing.on_paper, *found}
    later = filing.later.look_at(item, asked, there, wrong) if filing.later is not None else frozenset()
    return Along(found, principal, scan, later)


def _content(
    asked: Asked, filing: Filing, along: Along, wrong: Faults
) -> tuple[dict[str, dict[str, Any]], list[Material]]:
    """Answers page by page, and the materials on paper. Raises Invalid with the place of every fault."""
    pages = read_pages(asked.definition, filing.answers, wrong, complete=filing.submit)
    papers = []
    for number, code in enumerate(dict.fromkeys(filing.on_paper)):
        material = asked.material(code)
        if material is None:
            wrong[f"on_paper.{number}"] = _("The item asks for no material with this code.")
        else:
            papers.append(material)
    if filing.submit:
        there = {*filing.on_paper, *along.files, *along.later}
        for material in asked.materials:
            if material.required and material.kind != Material.Kind.ORIGINAL and material.code not in there:
                wrong.setdefault(
                    "on_paper",
                    _(
                        "Required materials are missing. Name those that you hold on paper, upload their files first and"
                        " name them, or send the case as a draft."
                    ),
                )
    if wrong:
        raise Invalid(fields=wrong)
    return pages, papers


def read_pages(
    definition: FormDefinition | None, answers: Mapping[str, Any], wrong: dict[str, type_of_message], *, complete: bool
) -> dict[str, dict[str, Any]]:
    """The answers page by page; what is wrong goes into `wrong` by its place."""
    kinds = {one.code: one.type for one in definition.fields()} if definition else {}
    for code in answers:
        if code not in kinds:
            wrong[f"answers.{code}"] = _("The form has no such question.")
        elif not _has_shape(kinds[code], answers[code]):
            wrong[f"answers.{code}"] = _("This value is not of the type that the form's schema names.")
    if definition is None or wrong:
        return {}
    found = form_problems(definition, answers) if complete else _faults_of_given(definition, answers)
    wrong.update({f"answers.{code}": sentence for code, sentence in found.items()})
    kept = definition.keep_visible(answers)
    return {
        section.code: {one.code: kept[one.code] for one in section.fields if one.code in kept}
        for section in definition.visible_sections(kept)
    }


def _has_shape(kind: str, value: Any) -> bool:
    """Whether a JSON value is what a page of the form would have kept: the pages' rules take it from there."""
    match kind:
        case "yesno":
            return isinstance(value, bool)
        case "money":
            return type(value) is int and abs(value) < 10**15
        case "number":
            return (type(value) is int and abs(value) < 10**15) or (isinstance(value, str) and len(value) <= 40)
        case "multichoice":
            return isinstance(value, list) and len(value) <= 200 and all(isinstance(one, str) for one in value)
        case "date":
            return isinstance(value, str) and DAY.fullmatch(value) is not None and _is_day(value)
    return isinstance(value, str) and len(value) <= 20_000


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _faults_of_given(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, str]:
    """The faults of what was answered; what is still open is no fault of a draft."""
    return {code: text for code, text in form_problems(definition, answers).items() if code in answers}


def _done(asked: Asked, pages: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The pages of the draft that are complete, by the rules of the pages themselves."""
    if asked.definition is None:
        return [drafts.MATERIALS]
    flat = {code: value for page in pages.values() for code, value in page.items()}
    faulty = set(form_problems(asked.definition, flat))
    whole = [
        section.code
        for section in asked.definition.visible_sections(flat)
        if not faulty & {one.code for one in section.fields}
    ]
    return sorted([*whole, drafts.MATERIALS])


def _keep_content(case: Case, who: Applicant | Principal, pages: Mapping[str, Mapping[str, Any]], asked: Asked) -> None:
    CaseContent(
        case=case,
        answers=json.dumps(pages, ensure_ascii=False, default=str),
        phone=who.phone,
        resident_number=who.resident_number,
        steps_done=sorted([*pages, drafts.MATERIALS]) if not case.is_draft else _done(asked, pages),
    ).save(force_insert=True)


def _keep_papers(actor: Actor, case: Case, asked: Asked, papers: Sequence[Material], along: Along) -> None:
    """What lies there on paper, the files with it, and whom it is for."""
    if (principal := along.principal) is not None:
        principal.write(CasePrincipal(case=case)).save(force_insert=True)
    hung: list[tuple[Material | None, StoredFile]] = [(None, file) for file in along.power_of_attorney]
    hung += [(asked.material(code), file) for code, some in along.files.items() for file in some]
    wanted = [(file, case.pk) for _material, file in hung]
    shared = files.share(wanted, kind=FILE_KIND, stream=stream_of(Case), owner=actor) if hung else []
    rows = [
        CaseMaterial(
            case=case, material=material, file=file, added_by=actor.user, power_of_attorney=material is None,
            title=file.name if material is not None else POWER_OF_ATTORNEY,
        )
        for (material, _source), file in zip(hung, shared, strict=True)
    ]  # fmt: skip
    rows += [
        CaseMaterial(case=case, material=one, title=one.name, on_paper=True, added_by=actor.user) for one in papers
    ]
    if rows:
        CaseMaterial.objects.bulk_create(rows)


# --- afterwards -------------------------------------------------------------------------------------------------------


@action
def write_answers(actor: Actor, case_id: int, answers: Mapping[str, Any], *, state_version: int) -> Case:
    """Put the answers of a draft or of a supplement in the place of those before. Raises NotFound, Stale, WrongState,
    Invalid with places."""
    case = _editable(actor, case_id, state_version)
    content, asked = content_of(case), asked_of(case)
    wrong: dict[str, type_of_message] = {}
    pages = read_pages(asked.definition, answers, wrong, complete=False)
    if wrong:
        raise Invalid(fields=wrong)
    kept = json.loads(content.answers or "{}")
    beside = {code: page for code, page in kept.items() if not is_page(code)}
    if not case.is_draft:
        beside.setdefault(f"{SENT}{case.supplement_notices}", {c: p for c, p in kept.items() if is_page(c)})
    content.answers = json.dumps({**beside, **pages}, ensure_ascii=False, default=str)
    content.steps_done = _done(asked, pages)
    content.save()
    return case


def _editable(actor: Actor, case_id: int, state_version: int) -> Case:
    case = locked(case_id, actor)
    if actor.user is None or not policies.may_file(actor.user, case):
        raise NotFound
    if state_version != case.state_version:
        raise Stale
    if case.state not in EDITABLE:
        raise WrongState(_("This application has been submitted and can no longer be changed."))
    return case


@action
def remote_step(
    actor: Actor, case_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int, once_key: str = ""
) -> Outcome:
    """Take a step of the table, or propose it where a second pair of eyes is needed: a person then confirms it here.

    The same key with the same content gives the stored outcome. Raises NotFound, Stale, WrongState, NotAllowed, Invalid.
    """

    def run() -> Outcome:
        case = locked(case_id, actor)
        transition = CASE.transitions.get(code)
        if transition is None or transition.by_portal:
            raise NotFound
        if transition.proposed:
            proposal = proposed(case, actor, code, inputs, state_version=state_version)
            return _outcome(case, proposal=proposal.pk)
        if code in {"submit", "resubmit"}:
            _must_be_complete(case)
        return _outcome(take(case, code, actor, inputs, state_version=state_version), proposal=None)

    # The state of before is part of the key's content: a step repeated on a newer state is another step.
    digest = body_hash({"case": case_id, "code": code, "inputs": dict(inputs), "version": state_version})
    return once(actor, STEP, once_key, digest, run)


def _must_be_complete(case: Case) -> None:
    open_points = drafts.problems(case, content_of(case)) if case.is_draft else []
    if open_points:
        raise Invalid(fields={f"open.{code}": sentence for code, sentence in open_points})


def _outcome(case: Case, *, proposal: int | None) -> Outcome:
    return {
        "id": case.pk,
        "number": case.number,
        "state": case.state,
        "state_version": case.state_version,
        "proposal": proposal,
        "at": now().astimezone(dt.UTC).isoformat(),
    }
