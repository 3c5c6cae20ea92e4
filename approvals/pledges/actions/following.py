"""Promises and commitments follow their case: filed, decided, revoked or ended otherwise. Called by a job."""

from approvals.cases.models import Case, Proposal
from approvals.cases.papers.steps import papers_about
from approvals.pledges import papers
from approvals.pledges.actions.credit import put_on_record
from approvals.pledges.actions.steps import PORTAL, take_commitment, take_material
from approvals.pledges.measures import COMMITMENT_MEASURES, PROMISED_MEASURES
from approvals.pledges.models import Commitment, PromisedMaterial
from portal.core import db, statistics
from portal.core.actors import Actor

OPEN = ("promised", "brought", "lapsed")
GOES_ON = ("signed", "checking", "correcting", "suspected")


def follow(case_id: int) -> None:
    """Compare the case with what was promised for it. Safe to repeat; a case without a promise costs one query."""
    if not Case.objects.filter(pk=case_id, pledged=True).exclude(state="draft").exists():
        return
    rows = Case.objects.select_related("item", "department", "version", "applicant", "organisation", "principal")
    case = db.lock_row(rows, case_id)
    ids = PromisedMaterial.objects.filter(case=case).standing().values_list("pk", flat=True)
    promises = db.lock_rows(PromisedMaterial.objects.select_related("material"), ids)
    for promise in promises:
        promise.case = case
    found = Commitment.objects.filter(case=case).values_list("pk", flat=True)
    commitment = next(
        iter(db.lock_rows(Commitment.objects.select_related("text", "signed_by", "certified_by"), found)), None
    )
    if commitment is not None:
        commitment.case = case
    promises = _filed(case, promises, commitment)
    if case.state == "revoked":
        _revoked(case, promises, commitment)
    elif case.ended_on is not None and case.outcome != "approved":
        _ended(case, promises, commitment)
    elif commitment is not None:
        _decided(case, commitment)


def _filed(case: Case, promises: list[PromisedMaterial], commitment: Commitment | None) -> list[PromisedMaterial]:
    """From the day of the filing on a promise counts; what was brought with it, or is asked no longer, falls away."""
    brought = set(case.materials.filter(replaced_at__isnull=True).values_list("material_id", flat=True))
    kept = []
    for promise in promises:
        if promise.promised_on is not None:
            kept.append(promise)
        elif promise.material_id in brought or promise.material.version_id != case.version_id:
            promise.delete()  # it never counted
        else:
            with statistics.watch(PROMISED_MEASURES, promise):
                promise.promised_on = case.submitted_on
                promise.counted_for_id = case.department_id
                promise.save(update_fields=["promised_on", "counted_for"])
            kept.append(promise)
    if commitment is not None and commitment.filed_on is None:
        with statistics.watch(COMMITMENT_MEASURES, commitment):
            commitment.filed_on = case.submitted_on
            commitment.counted_for_id = case.department_id
            commitment.document = papers.issue(commitment)
            commitment.save(update_fields=["filed_on", "counted_for", "document"])
    return kept


def _decided(case: Case, commitment: Commitment) -> None:
    if case.outcome == "approved" and commitment.state == "signed":
        take_commitment(commitment, "decide", PORTAL)
    elif case.decided_on is None and commitment.state == "checking":
        take_commitment(commitment, "undecide", PORTAL)
    elif commitment.state == "suspected" and not _revocation_waits(case):
        take_commitment(commitment, "clear", PORTAL)


def _revocation_waits(case: Case) -> bool:
    return case.proposals.filter(step="revoke", outcome=Proposal.Outcome.WAITING).exists()


def _revoked(case: Case, promises: list[PromisedMaterial], commitment: Commitment | None) -> None:
    """A broken commitment and a promise that lapsed go on record; a decision that was wrong from the start does not."""
    cause = _cause(case)
    if cause == "material":
        _record_lapse(case, promises, "revoke")
    if commitment is not None and commitment.state in GOES_ON:
        broken = cause == "commitment" and commitment.state != "signed"
        take_commitment(commitment, "break" if broken else "void", PORTAL)
        if broken:
            put_on_record(
                case, "commitment", facts=commitment.finding or _grounds(case), source=_source(case, "revoke"),
                actor=PORTAL,
            )  # fmt: skip
    _void(promises)


def _ended(case: Case, promises: list[PromisedMaterial], commitment: Commitment | None) -> None:
    """The head ended the proceedings after a promise had lapsed: that goes on record. A withdrawal or a refusal does not."""
    if case.outcome == "terminated":
        _record_lapse(case, promises, "terminate")
    _void(promises)
    if commitment is not None and commitment.state in GOES_ON:
        take_commitment(commitment, "void", PORTAL)


def _record_lapse(case: Case, promises: list[PromisedMaterial], occasion: str, actor: Actor = PORTAL) -> None:
    lapsed = [one for one in promises if one.state == "lapsed"]
    if not lapsed:
        return
    names = "、".join(one.material.name for one in lapsed)
    facts = f"未在{lapsed[0].due_on.isoformat()}前补齐承诺的申请材料：{names}"
    put_on_record(case, "material", facts=facts, source=_source(case, occasion), actor=actor)


def _void(promises: list[PromisedMaterial]) -> None:
    for promise in promises:
        if promise.state in OPEN:
            take_material(promise, "void", PORTAL)


def _source(case: Case, occasion: str) -> str:
    """The paper that the record rests on, by title and number."""
    paper = papers_about(case).filter(occasion=occasion).order_by("-pk").first()
    return f"{paper.title}（{paper.number}）" if paper is not None else str(case.number)


def _confirmed(case: Case) -> Proposal | None:
    rows = case.proposals.filter(step="revoke", outcome=Proposal.Outcome.CONFIRMED)
    return rows.order_by("-decided_at").first()


def _cause(case: Case) -> str:
    confirmed = _confirmed(case)
    return str(confirmed.inputs.get("cause", "")) if confirmed else ""


def _grounds(case: Case) -> str:
    confirmed = _confirmed(case)
    return confirmed.grounds if confirmed else ""
