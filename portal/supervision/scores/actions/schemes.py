"""Drafting a version of the indicators, and its steps to being published by somebody else."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState, type_of_message
from portal.core.events import record
from portal.core.time import now, today
from portal.people.models import User
from portal.supervision.scores import policies, weeks
from portal.supervision.scores.figures import problem_with, problem_with_sample, unit_of
from portal.supervision.scores.lifecycle import SCHEME
from portal.supervision.scores.models import Indicator, Scheme

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
MOST = 20  # indicators of a version
ALL = 100


@dataclass(frozen=True)
class IndicatorDraft:
    """One indicator as it is wanted; shares in percent. The direction follows from target and floor."""

    code: str
    block: str
    figure: str
    title: str
    weight: int
    target: Decimal
    floor: Decimal
    minimum: int = 0
    sample: str = ""
    title_en: str = ""
    about: str = ""
    about_en: str = ""
    formula: str = ""
    formula_en: str = ""
    source: str = ""
    source_en: str = ""


def drafts_of(scheme: Scheme) -> list[IndicatorDraft]:
    """The indicators of a version as drafts, to begin another one with."""
    names = list(IndicatorDraft.__dataclass_fields__)
    return [IndicatorDraft(**{name: getattr(one, name) for name in names}) for one in scheme.indicators.all()]


@action
def new_draft(actor: Actor) -> Scheme:
    """A draft with the indicators of the version in force, valid from next week. Raises NotAllowed, WrongState."""
    user = _supervisor(actor)
    if Scheme.objects.filter(drafted_by=user, state="draft").exists():
        raise WrongState(_("You have a draft already. Please finish it or drop it first."))
    start = weeks.monday_of(today()) + weeks.SEVEN_DAYS
    latest = Scheme.objects.in_force(start)
    last = Scheme.objects.order_by("-number").values_list("number", flat=True).first() or 0
    scheme = Scheme(
        number=last + 1, valid_from=start, least_weight=latest.least_weight if latest else 50, drafted_by=user,
        drafted_at=now(),
    )  # fmt: skip
    scheme.save()
    _write(scheme, drafts_of(latest) if latest else [])
    record(scheme, "scheme.drafted", actor, to_state=scheme.state, data={"number": scheme.number})
    return scheme


@action
def rewrite_draft(
    actor: Actor, scheme_id: int, *, valid_from: dt.date, least_weight: int, reason: str,
    indicators: Sequence[IndicatorDraft], state_version: int,
) -> Scheme:  # fmt: skip
    """Put these indicators in the place of the draft's. Raises NotFound, NotAllowed, WrongState, Stale, Invalid.

    What is wrong with an indicator is said under `indicator-<its place from 1>`.
    """
    scheme = _locked(actor, scheme_id)
    if not policies.may_edit_scheme(_supervisor(actor), scheme):
        raise NotAllowed()
    if scheme.state != "draft":
        raise WrongState(_("Only a draft can be changed. A published version never changes; draw up the next one."))
    if scheme.state_version != state_version:
        raise Stale()
    wrong = _faults(indicators)
    if valid_from.weekday() != 0:
        wrong["valid_from"] = _("A version begins with a week: please choose a Monday.")
    if not 1 <= least_weight <= ALL:
        wrong["least_weight"] = _("Please enter a number between 1 and 100.")
    if wrong:
        raise Invalid(fields=wrong)
    scheme.valid_from, scheme.least_weight, scheme.reason = valid_from, least_weight, reason.strip()[:500]
    scheme.state_version += 1
    scheme.save()
    scheme.indicators.all().delete()
    _write(scheme, indicators)
    told = {one.code: [one.weight, str(one.target), str(one.floor)] for one in indicators}
    record(scheme, "scheme.rewritten", actor, data={"valid_from": valid_from.isoformat(), "indicators": told})
    return scheme


def _write(scheme: Scheme, drafts: Sequence[IndicatorDraft]) -> None:
    Indicator.objects.bulk_create(
        Indicator(
            scheme=scheme, position=place, higher_is_better=one.target > one.floor, unit=unit_of(one.block, one.figure),
            unverified=True, **asdict(one),
        )
        for place, one in enumerate(drafts, 1)
    )  # fmt: skip


def _faults(drafts: Sequence[IndicatorDraft]) -> dict[str, type_of_message]:
    """What is wrong with the indicators, each under its own place."""
    wrong: dict[str, type_of_message] = {}
    seen: set[str] = set()
    for place, one in enumerate(drafts, 1):
        found = _fault(one, seen)
        if found:
            wrong[f"indicator-{place}"] = found
        seen.add(one.code)
    total = sum(one.weight for one in drafts)
    if not drafts:
        wrong["indicators"] = _("A version needs at least one indicator.")
    elif len(drafts) > MOST:
        wrong["indicators"] = gettext("A version has at most %(n)s indicators.") % {"n": MOST}
    elif total != ALL:
        wrong["indicators"] = gettext("The weights must be 100 together; now they are %(n)s.") % {"n": total}
    return wrong


def _fault(one: IndicatorDraft, seen: set[str]) -> type_of_message:
    if not CODE.fullmatch(one.code):
        return _("The code begins with a letter and has small letters, digits and underscores only.")
    if one.code in seen:
        return _("Two indicators have the same code.")
    if problem := problem_with(one.block, one.figure) or problem_with_sample(one.block, one.sample):
        return problem
    if not one.title.strip():
        return _("Please give the indicator a title.")
    if not 1 <= one.weight <= ALL:
        return _("Please enter a weight between 1 and 100.")
    if one.target == one.floor:
        return _("Target and floor must differ: the points grow between them.")
    return ""


@action
def take_scheme_step(
    actor: Actor, scheme_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int
) -> Scheme:
    """Lay before the publisher, publish, send back, drop. Raises NotFound, Invalid and what the lifecycle raises."""
    scheme = _locked(actor, scheme_id)
    if code not in SCHEME.transitions:
        raise NotFound()
    step = SCHEME.begin(scheme, code, actor, inputs, state_version=state_version)
    if code in {"submit", "publish"}:
        _check_ready(scheme)
    before, after = step.apply()
    scheme.save()
    record(scheme, f"scheme.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    return scheme


def _check_ready(scheme: Scheme) -> None:
    """The weeks that are over keep the version they were ranked by; what changed downstairs since is looked at anew."""
    if scheme.valid_from <= weeks.last_week():
        raise WrongState(_("The version would begin with a week that is over already. Please set a later Monday."))
    if wrong := _faults(drafts_of(scheme)):
        raise WrongState(str(next(iter(wrong.values()))))


def _supervisor(actor: Actor) -> User:
    if actor.user is None or not policies.may_supervise(actor.user):
        raise NotAllowed()
    return actor.user


def _locked(actor: Actor, scheme_id: int) -> Scheme:
    if actor.user is None or not policies.may_see_versions(actor.user):
        raise NotFound()
    try:
        return db.lock_row(Scheme.objects.all(), scheme_id)
    except Scheme.DoesNotExist:
        raise NotFound() from None
