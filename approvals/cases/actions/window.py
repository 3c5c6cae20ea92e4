"""What a clerk does while the applicant stands at the window: correct an error, conclude an immediate item."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases import policies
from approvals.cases.actions.steps import locked, take
from approvals.cases.answers import SPOT, changed_fields, definition_of, is_page
from approvals.cases.models import Case, CaseContent, Kind
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, Stale, WrongState
from portal.core.events import record


@action
def correct_on_the_spot(
    actor: Actor, case_id: int, page: str, answers: Mapping[str, Any], *, state_version: int
) -> Case:
    """Write one page of a filed application anew, with the applicant present (permit law, article 32(1)(3)).

    What stood there before is kept. Raises NotFound, NotAllowed, Stale, WrongState once it has been answered or when
    nothing changes.
    """
    case = locked(case_id, actor)
    if actor.user is None or policies.is_applicant(actor.user, case):
        raise NotAllowed()
    if not policies.may_bring_supplement(actor.user, case):
        raise NotAllowed()
    if state_version != case.state_version:
        raise Stale()
    if case.state != "submitted":
        raise WrongState(_("Errors can be corrected on the spot only until the application is answered."))
    content = CaseContent.objects.get(case=case)
    kept = json.loads(content.answers or "{}")
    before = {code: kept[code] for code in kept if is_page(code)}
    if before.get(page) == dict(answers):
        raise WrongState(_("Nothing on this page has been changed."))
    kept[f"{SPOT}{sum(code.startswith(SPOT) for code in kept) + 1}"] = before
    kept[page] = dict(answers)
    content.answers = json.dumps(kept, ensure_ascii=False, default=str)
    content.save()
    case.state_version += 1
    case.save(update_fields=["state_version"])
    definition = definition_of(case)
    fields = changed_fields(definition, before.get(page, {}), answers) if definition else []
    record(
        case,
        "case.corrected_on_spot",
        actor,
        from_state=case.state,
        to_state=case.state,
        data={"page": page, "fields": fields},
        personal={"before": before.get(page, {})},
    )
    return case


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What is said when an immediate item is concluded on the spot; empty = not done in this sitting."""

    text: str = ""
    document_number: str = ""
    received_by: str = ""


@action
def conclude_at_once(actor: Actor, case_id: int, conclusion: Conclusion, *, state_version: int) -> Case:
    """Accept, approve, record the document and its handing over: one sitting, all or nothing (即办件当场办结).

    Raises NotFound, Stale, WrongState (also for an item with a promised time), NotAllowed, Invalid.
    """
    case = locked(case_id, actor)
    if case.kind != Kind.IMMEDIATE:
        raise WrongState(_("Only an immediate item can be concluded on the spot."))
    if conclusion.received_by.strip() and not conclusion.document_number.strip():
        raise Invalid(fields={"document_number": _("Please give the number of the document that is handed over.")})
    if case.state == "submitted":
        case = take(case, "accept", actor, state_version=state_version)
        state_version = case.state_version
    case = take(case, "approve", actor, {"text": conclusion.text}, state_version=state_version)
    if conclusion.document_number.strip():
        number = {"document_number": conclusion.document_number}
        case = take(case, "issue", actor, number, state_version=case.state_version)
    if conclusion.received_by.strip():
        delivery = {"way": "window", "proof": conclusion.received_by}
        case = take(case, "deliver", actor, delivery, state_version=case.state_version)
    return case
