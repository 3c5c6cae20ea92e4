"""Materials of a package that follow after the filing (容缺受理): which ones may, until when, and what the cases get.

The rules are those of a single case (`pledges`): a merged material may follow when every item that requires it lets it
follow, and its last day is the earliest of theirs. What the draft notes is a wish until the package is filed; then each
case that requires the material has a promise of its own, brought and looked at there.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from approvals.cases.models import Case
from approvals.packages.draft import Draft
from approvals.packages.merging import MergedMaterial
from approvals.packages.models import PackageFiling, PackagePart, principal_of
from approvals.pledges import terms
from approvals.pledges.actions.materials import check_due
from approvals.pledges.measures import PROMISED_MEASURES
from approvals.pledges.models import PromisedMaterial
from approvals.pledges.objections import day_objection
from approvals.pledges.subjects import Subject, bar_of, barred_by, person_subject, refuse_barred
from portal.core import statistics
from portal.core.calendar import steady_calendar
from portal.core.errors import WrongState
from portal.core.time import now


class Asked(Protocol):
    """What is asked for: of a draft, or of what a department's system sends in whole."""

    @property
    def parts(self) -> Sequence[PackagePart]: ...

    @property
    def materials(self) -> Sequence[MergedMaterial]: ...


@dataclass(frozen=True)
class Promise:
    """A merged material that follows by a day; who gave the word for it, and when."""

    merged: MergedMaterial
    due_on: dt.date
    made_by_id: int | None
    made_at: dt.datetime


def tolerable(merged: MergedMaterial) -> bool:
    """Every item that requires it lets it follow. Reads nothing."""
    requiring = [material for _code, material in merged.asked if material.required]
    return bool(requiring) and not merged.on_paper_only and all(one.tolerable for one in requiring)


def last_days(asked: Asked) -> dict[str, dt.date | None]:
    """Key of each material that may follow → the last day for it; None where an item is decided at once.

    One query for all items, none where nothing may follow; the calendar is asked once.
    """
    wanted = [one for one in asked.materials if tolerable(one)]
    asking = {code for one in wanted for code, material in one.asked if material.required}
    parts = {part.item.code: part for part in asked.parts if part.item.code in asking}
    if not parts:
        return {}
    first = terms.first_deciders([part.item_id for part in parts.values()])
    with steady_calendar():
        latest = {code: terms.latest_of(one.item_version, first=one.item_id in first) for code, one in parts.items()}
    return {one.key: _earliest([latest[code] for code, material in one.asked if material.required]) for one in wanted}


def _earliest(days: Sequence[dt.date | None]) -> dt.date | None:
    known = [day for day in days if day is not None]
    return min(known) if len(known) == len(days) else None


def subject_of(filing: PackageFiling) -> Subject:
    """Who is bound by a promise: the organisation, the person filed for, or the applicant; as for a single case."""
    if filing.organisation is not None:
        return Subject(filing.organisation_id, None, filing.organisation.name, filing.organisation.uscc)
    return person_subject(filing.applicant, filing.applicant_name, principal_of(filing))


def bar(filing: PackageFiling) -> str:
    """Why nothing may be promised; empty where nothing stands against it."""
    found = bar_of(subject_of(filing))
    return barred_by(found).message if found else ""


def check(draft: Draft, key: str, due_on: dt.date) -> None:
    """Raises Barred, WrongState for a material that may not follow, Invalid for the day."""
    merged = next(one for one in draft.materials if one.key == key)
    days = last_days(draft)
    if key not in days:
        raise WrongState(_("“%(material)s” may not follow later. Please bring it."), material=merged.name)
    refuse_barred(subject_of(draft.filing))
    check_due(days[key], due_on)


def refuse(draft: Draft) -> None:
    """At the filing: a record that was made meanwhile, a material that may no longer follow, a day that no longer fits.

    Raises Barred, WrongState. Reads nothing where nothing was promised.
    """
    promised = promised_in(draft)
    if not promised:
        return
    refuse_barred(subject_of(draft.filing))
    days = last_days(draft)
    for one in promised:
        if one.merged.key not in days:
            raise WrongState(_("“%(material)s” may not follow later. Please bring it."), material=one.merged.name)
        if found := day_objection(one.merged.name, days[one.merged.key], one.due_on):
            raise found


def promised_in(draft: Draft) -> list[Promise]:
    """What was promised, with its day. Reads nothing that the draft has not read."""
    return [
        Promise(row.merged, row.promise.follows_by, row.promise.authorised_by_id, row.promise.authorised_at or now())
        for row in draft.rows()
        if row.promise is not None and row.promise.follows_by is not None
    ]


def note(asked: Asked, promised: Sequence[Promise], cases: Sequence[Case], *, at_window: bool) -> None:
    """A promise for each case that requires what was promised; it counts from this filing on. Three statements at most."""
    if not promised:
        return
    by_item = {part.item.code: case for part, case in zip(asked.parts, cases, strict=True)}
    first = terms.first_deciders([case.item_id for case in by_item.values()])
    made = [
        PromisedMaterial(
            case=by_item[code], material=material, counted_for_id=by_item[code].department_id,
            item_id=by_item[code].item_id, due_on=one.due_on, decides_first=by_item[code].item_id in first,
            made_by_id=one.made_by_id, made_at=one.made_at, at_window=at_window, promised_on=by_item[code].submitted_on,
        )
        for one in promised
        for code, material in one.merged.asked if material.required and code in by_item
    ]  # fmt: skip
    statistics.mark_new(PROMISED_MEASURES, *PromisedMaterial.objects.bulk_create(made))
