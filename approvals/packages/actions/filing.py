"""Filing a package: one case for each part in one transaction; and withdrawing it, or parts of it."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from approvals.cases.actions.steps import locked as locked_case
from approvals.cases.actions.steps import take
from approvals.cases.actions.together import Plan, Wanted, file_together, plan_together
from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case
from approvals.packages import given, later, policies, signing, window
from approvals.packages.actions.drafting import locked
from approvals.packages.draft import Draft
from approvals.packages.following import bring_in_line, cases_of
from approvals.packages.lifecycle import FILING
from approvals.packages.measures import PACKAGE_MEASURES
from approvals.packages.models import PackageFiling, PackagePart
from portal.core import statistics
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import record, record_new
from portal.core.numbers import next_numbers, query_code
from portal.core.time import local_date, today

if TYPE_CHECKING:
    from portal.core.lifecycle import Step

PREFIX = "YJS"  # 一件事


@action
def submit(
    actor: Actor, filing_id: int, *, state_version: int, confirmation: str = "", place: str = ""
) -> PackageFiling:
    """File every part, all or none. The number of statements does not grow with the number of parts.

    At the window `confirmation` says how the person confirmed what is written, and `place` where originals are kept.
    Raises NotFound, Stale, WrongState for a package or a part that is closed or has changed (naming it), for pages that
    are not done, for a certificate that has ended, a promise that no longer fits and a commitment whose text was replaced;
    Barred for a promise or a signature against which a credit record stands; Invalid at the window without a confirmation.
    """
    filing = locked(actor, filing_id, may=policies.may_fill_in)
    step = FILING.begin(filing, "submit", actor, state_version=state_version)
    draft = Draft(filing)
    _refuse(filing, draft)
    given.refuse_ended(draft)
    later.refuse(draft)
    signing.refuse(draft)
    intake = window.confirmed(actor, filing, confirmation)
    answers = draft.form.definition.keep_visible(draft.answers) if draft.form.definition else {}
    wanted = [
        Wanted(
            part.item, part.item_version_id, draft.form.answers_for(part.item.code, answers),
            draft.papers_for(part), draft.kept_for(part), draft.later_for(part), draft.signed_for(part),
        )
        for part in draft.parts
    ]  # fmt: skip
    plan = plan_together(window.applicant_of(filing, draft, intake), wanted, way=window.way_of(actor, intake))
    cases = file_parts(actor, filing, step, draft.parts, plan)
    given.note_uses(draft, cases)
    later.note(draft, later.promised_in(draft), cases, at_window=intake is not None)
    signing.note(actor, draft, cases)
    if intake is not None:
        window.close(actor, intake, filing, draft, cases, place)
    return filing


def file_parts(
    actor: Actor, filing: PackageFiling, step: "Step[PackageFiling]", parts: Sequence[PackagePart], plan: Plan
) -> list[Case]:
    """Take the numbers, make the cases and write what follows for the filing; inside the caller's transaction."""
    *numbers, number = next_numbers([*plan.counters, (PREFIX, filing.department.code)], today())
    cases = file_together(actor, plan, numbers)
    before, after = step.apply()
    filing.submitted_at, filing.submitted_on = step.moment, local_date(step.moment)
    filing.promised_days, filing.parts_filed = filing.version.promised_days, len(cases)
    filing.query_code, filing.number = query_code(), number
    filing.save()
    for part, case in zip(parts, cases, strict=True):
        part.case, part.filing = case, filing
    if all(part.pk for part in parts):
        PackagePart.objects.bulk_update(parts, ["case"])
    else:
        PackagePart.objects.bulk_create(parts)
    statistics.mark_new(PACKAGE_MEASURES, filing)
    data = {"number": filing.number, "package": filing.package.code, "cases": [case.number for case in cases]}
    record_new(filing, "package.submit", actor, from_state=before, to_state=after, data=data)
    return cases


def _refuse(filing: PackageFiling, draft: Draft) -> None:
    if not filing.package.is_open:
        raise WrongState(
            _("This package is not open at present. Your draft is kept; each item can be applied for on its own."),
            code="package_closed",
        )
    if filing.version_id != filing.package.current_id:
        raise WrongState(
            _(
                "The package has changed since you began. Please go through the questions once more; your answers are kept."
            ),
            code="package_changed",
        )
    if problems := draft.problems_of_parts():
        raise WrongState(" ".join(one.sentence for one in problems), code="part_not_filed")
    if points := draft.open_points():
        raise WrongState(" ".join(sentence for _code, sentence in points), code="incomplete")


@action
def withdraw(
    actor: Actor, filing_id: int, *, parts: Collection[int] | None = None, reason: str = "", state_version: int
) -> PackageFiling:
    """Withdraw these parts (their keys), or everything that is not decided yet; the other parts go on.

    Raises NotFound, Stale, WrongState when a part is decided already or nothing is left to withdraw, Invalid when no
    part is chosen.
    """
    rows = PackagePart.objects.filter(filing=filing_id, case__isnull=False)
    if parts is not None:
        if not parts:
            raise Invalid(fields={"parts": _("Please choose at least one part.")})
        rows = rows.filter(pk__in=parts)
    # Cases are locked before their package, in the order of their keys, as the cases' own steps do.
    case_ids = sorted(rows.values_list("case_id", flat=True))
    cases = [locked_case(pk, actor) for pk in case_ids]
    filing = locked(actor, filing_id)
    if parts is not None and len(cases) != len(set(parts)):
        raise NotFound()
    step = FILING.begin(filing, "withdraw", actor, {"reason": reason}, state_version=state_version)
    wanted = cases if parts is not None else [one for one in cases if _withdrawable(one)]
    for case in wanted:
        if not _withdrawable(case):
            words = _("“%(item)s” has been decided or ended already and cannot be withdrawn.")
            raise WrongState(words, item=case.item.local_name)
    if not wanted:
        raise WrongState(_("Every part has been decided or ended already. There is nothing to withdraw."))
    for case in wanted:
        take(case, "withdraw", actor, {"reason": step.inputs["reason"]}, state_version=None)
    before, after = step.apply()
    data = {"cases": [case.number for case in wanted], "reason": step.inputs["reason"]}
    filing.save(update_fields=["state_version"])
    record(filing, "package.withdraw", actor, from_state=before, to_state=after, data=data)
    return bring_in_line(filing, cases_of(filing))


def _withdrawable(case: Case) -> bool:
    return CASE.transitions["withdraw"].possible(case)
