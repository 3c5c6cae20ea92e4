"""The portal decides a filing, or leaves it to a person. It never refuses, and never asks for a supplement.

It does so in a job and not in the filing's own transaction: a source that is slow or broken must not keep anybody from
filing, and the law's clock and the receipt are the same either way.
"""

import hashlib

from django.db import transaction
from django.utils.translation import gettext, override

from approvals.cases.actions.steps import take
from approvals.cases.models import Case
from approvals.instant import notices
from approvals.instant.evaluating import Examined, examine
from approvals.instant.measures import INSTANT_MEASURES
from approvals.instant.models import BrokenCheck, InstantDecision, RuleSet
from portal.core import db, statistics
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import DomainError
from portal.core.events import record
from portal.core.rules import rule
from portal.core.time import local_date, now

PORTAL = Actor.system("instant")
DRAWN_OF = 2**48


def decide(case_id: int) -> InstantDecision | None:
    """Called by the job after a filing. Safe to repeat; an item without rules in force costs one query.

    Two filings of one applicant for one item are looked at one after the other, so that a check for other cases sees
    what the portal has just approved.
    """
    found = Case.objects.filter(pk=case_id, state="submitted", supplement_notices=0, imported=False).values_list(
        "item_id", "organisation_id", "applicant_id"
    )
    for item_id, organisation_id, applicant_id in found:
        rules = RuleSet.objects.filter(item=item_id, state="in_force").first()
        if rules is None:
            return None
        db.lock_name(f"instant:{item_id}:{organisation_id or 0}:{0 if organisation_id else applicant_id}")
        return _decide(rules, case_id)
    return None


def _decide(rules: RuleSet, case_id: int) -> InstantDecision | None:
    named = Case.objects.select_related(
        "principal", "item", "version__form", "department", "applicant__citizen", "organisation"
    )
    case = db.lock_row(named, case_id)
    if case.state != "submitted" or InstantDecision.objects.filter(case=case).exists():
        return None  # a person was faster, or this ran before
    examined = examine(rules, case, local_date(now()))
    for code, error in examined.broken.items():
        _switch_off(code, error, case)
    approved = examined.passed and _approved(case, examined)
    moment = now()
    decision = InstantDecision(
        case=case, rule_set=rules, counted_for_id=case.department_id, item_id=case.item_id,
        outcome="approved" if approved else "person", results=examined.results, decided_at=moment,
        decided_on=local_date(moment),
        seconds=max(0, int((moment - case.submitted_at).total_seconds())) if case.submitted_at else 0,
    )  # fmt: skip
    if approved:
        _draw(decision, rules)
    with statistics.watch(INSTANT_MEASURES, decision):
        decision.save(force_insert=True)
    told = {
        "rules": rules.number,
        "checks": [f"{one['check']}:{'+' if one['passed'] else '-'}" for one in examined.results],
    }
    event = "case.decided_instantly" if approved else "case.left_to_person"
    record(case, event, PORTAL, from_state=case.state, to_state=case.state, data=told)
    return decision


def _approved(case: Case, examined: Examined) -> bool:
    """Accept and approve, both or neither; what a step refuses is left to a person, with the sentence."""
    steps = case.review_steps
    try:
        with transaction.atomic():
            case.review_steps = 0
            take(case, "accept", PORTAL, state_version=None)
            with override("zh-hans"):
                text = gettext("Approved by the portal: every check of the item's rules was passed.")
            take(case, "approve", PORTAL, {"text": text}, state_version=None)
    except DomainError as error:
        case.review_steps = steps
        case.refresh_from_db()
        examined.results.append(
            {"check": "ground", "passed": False, "found": "refused", "words": {"why": error.message}}
        )
        return False
    return True


def _draw(decision: InstantDecision, rules: RuleSet) -> None:
    """Whether a person looks at it later: random for everybody who lacks the seed, and replayable with it."""
    share = rule("instant.sample_share", decision.decided_on).share
    decision.draw, decision.share = drawn(rules.seed, str(decision.case.number)), str(share)
    if decision.draw < share * DRAWN_OF:
        decision.review = InstantDecision.Review.WAITING
        days = rule("instant.review_days", decision.decided_on).days
        decision.review_due_on = workdays().add(decision.decided_on, days)


def drawn(seed: str, number: str) -> int:
    """The draw of a case: the first 48 bits of SHA-256 over seed and case number."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:6])


def _switch_off(code: str, error: str, case: Case) -> None:
    """A check that broke decides nothing any more, and the administrators are told at once."""
    broken = BrokenCheck(code=code, error=error, off_at=now(), case=case)
    if db.insert_once(broken):
        notices.tell_broken(code, error)
