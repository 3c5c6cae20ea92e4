"""The weekly draw of samples, and the review of each."""

import datetime as dt
import secrets
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import record, record_new
from portal.core.rules import rules
from portal.core.time import now, today
from portal.people.models import User
from portal.supervision.monitoring import draw, policies, pools
from portal.supervision.monitoring.actions.acts import ActDraft, issued, most_days, person_of
from portal.supervision.monitoring.lifecycle import SAMPLE, due_after
from portal.supervision.monitoring.models import Act, Sample, SampleDraw
from portal.supervision.monitoring.rules import REVIEW_DAYS, SHARE

SEED_BYTES = 32
FOLLOWING = {Sample.FollowUp.CORRECTION: Act.Kind.CORRECTION, Sample.FollowUp.ORDER: Act.Kind.ORDER}


def last_week(day: dt.date) -> dt.date:
    """The Monday of the week that ended last."""
    return day - dt.timedelta(days=day.weekday() + 7)


@action
def draw_week(actor: Actor, week: dt.date) -> SampleDraw:
    """Draw among the acts of a week that is over; drawn once, whoever asks how often.

    Raises NotAllowed, Invalid for a day that is no Monday or a week that still runs.
    """
    if actor.user is not None and not policies.may_supervise(actor.user):
        raise NotAllowed()
    if week.weekday() or week + dt.timedelta(days=7) > today():
        raise Invalid(gettext("A draw is held about a week that is over, from its Monday."))
    db.lock_name(f"monitoring.draw:{week}")
    if held := SampleDraw.objects.filter(week=week).first():
        return held
    found = pools.of_week(week)
    pool = [(one.key, one.department_id) for one in found]
    known = rules([SHARE, REVIEW_DAYS], today())
    share = known[SHARE].share
    row = SampleDraw(
        week=week, drawn_at=now(), seed=secrets.token_hex(SEED_BYTES), share=str(share),
        pool=[list(one) for one in sorted(pool)], pool_digest=draw.digest_of(pool),
    )  # fmt: skip
    chosen = set(draw.drawn(pool, row.seed, Fraction(row.share)))
    row.drawn = len(chosen)
    row.save(force_insert=True)
    due_on = due_after(today(), known[REVIEW_DAYS].days)
    people = set(User.objects.filter(pk__in={one.done_by_id for one in found}).values_list("pk", flat=True))
    Sample.objects.bulk_create(
        Sample(
            draw=row, key=one.key, kind=one.kind, department_id=one.department_id, number=one.number,
            name=one.name[:300], name_en=one.name_en[:300], path=one.path, happened_on=one.happened_on,
            done_by_id=one.done_by_id if one.done_by_id in people else None, due_on=due_on,
        )
        for one in found
        if one.key in chosen
    )  # fmt: skip
    # Into the chain: nobody changes pool or seed afterwards unseen.
    told = {"week": week, "seed": row.seed, "pool": row.pool_digest, "share": row.share, "drawn": sorted(chosen)}
    record_new(row, "samples.drawn", actor, data=told)
    return row


def replayed(row: SampleDraw) -> list[str]:
    """Draw again from what was kept: codes of what does not follow, empty for an honest draw."""
    published = {"pool": row.pool, "digest": row.pool_digest, "seed": row.seed, "share": row.share}
    return draw.differences(published, list(row.samples.values_list("key", flat=True)))


@action
def review(actor: Actor, sample_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int) -> Sample:
    """Say that it was proper or improper; what follows is issued at once. Raises what the lifecycle raises."""
    user = person_of(actor)
    try:
        sample = db.lock_row(Sample.objects.select_related("department"), sample_id)
    except Sample.DoesNotExist:
        raise NotFound() from None
    if not policies.may_see_sample(user, sample) or code not in SAMPLE.transitions:
        raise NotFound()
    step = SAMPLE.begin(sample, code, actor, inputs, state_version=state_version)
    before, after = step.apply()
    kind = FOLLOWING.get(Sample.FollowUp(sample.follow_up)) if sample.follow_up else None
    if kind is not None:
        sample.act = issued(actor, _following(sample, kind))
        step.data["act"] = sample.act.number
    sample.save()
    record(sample, f"sample.{code}", actor, from_state=before, to_state=after, data=dict(step.data))
    return sample


def _following(sample: Sample, kind: str) -> ActDraft:
    """The act that a finding leads to, in the centre's language."""
    with override(settings.LANGUAGE_CODE):
        title = gettext("Sample review of %(number)s: %(kind)s") % {
            "number": sample.number, "kind": Sample.Kind(sample.kind).label
        }  # fmt: skip
    return ActDraft(kind, sample.department, title[:160], sample.ground, most_days(kind))
