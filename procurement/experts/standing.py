"""Keeping an expert out and letting them in again: plain functions for the actions of this room and of conduct."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core import db
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState, type_of_message
from portal.core.events import record
from portal.core.templatetags.portal import day as written
from portal.core.time import now, today
from procurement.experts import notices
from procurement.experts.models import Expert, Standing
from procurement.fixed import facts

OPEN_END = _("until it is lifted")
REQUIRED = ("ground", "source", "authority", "appeal")
WORDS = _(
    "%(kind)s, decided by %(authority)s. Ground: %(ground)s. Source: %(source)s. It ends: %(until)s. How to object:"
    " %(appeal)s"
)


@dataclass(frozen=True, kw_only=True)
class StandingDraft:
    """A decision as it lies before who records it; `ends_on` is the last day, None until it is lifted."""

    kind: str
    ground: str
    source: str
    authority: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    appeal: str = ""


def keep_out(actor: Actor, expert: Expert, draft: StandingDraft) -> Standing:
    """Write the block and tell the expert, in the caller's transaction. Raises Invalid with `fields`."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in vars(draft).items()}
    wrong: dict[str, type_of_message] = {name: _("Please fill this in.") for name in REQUIRED if not values[name]}
    if draft.kind not in Standing.Kind.values:
        wrong["kind"] = _("Please choose one of the answers.")
    if draft.kind == Standing.Kind.SUSPENDED and draft.ends_on is None:
        wrong["ends_on"] = _("A suspension has an end.")
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        wrong["ends_on"] = _("The end lies before the beginning.")
    if wrong:
        raise Invalid(fields=wrong)
    made = Standing.objects.create(expert=expert, recorded_at=now(), recorded_by=actor.user, **values)
    data = {"kind": made.kind, "from": made.starts_on, "reason": made.ground, **facts(made)}
    record(expert, "expert.blocked", actor, data=data)
    notices.tell_blocked(made)
    return made


def let_in(actor: Actor, standing_id: int, *, note: str) -> Standing:
    """End a block from today on, in the caller's transaction. Raises NotFound, WrongState, Invalid."""
    try:
        one = db.lock_row(Standing.objects.select_related("expert__user"), standing_id)
    except Standing.DoesNotExist:
        raise NotFound() from None
    if one.lifted_on is not None:
        raise WrongState()
    if not note.strip():
        raise Invalid(fields={"note": _("Write why it is lifted.")})
    one.lifted_on, one.lifted_note = today(), note.strip()
    one.save(update_fields=["lifted_on", "lifted_note"])
    record(one.expert, "expert.unblocked", actor, data={"reason": one.lifted_note, **facts(one)})
    notices.tell_unblocked(one)
    return one


def words_of(one: Standing) -> str:
    """The whole explanation of a block in one sentence: kind, ground, source, end, how to object."""
    return str(WORDS) % {
        "kind": one.get_kind_display(),
        "authority": one.authority,
        "ground": one.ground.rstrip("。."),
        "source": one.source,
        "until": written(one.ends_on) if one.ends_on else OPEN_END,
        "appeal": one.appeal,
    }


def blocks_of(expert: Expert, on: dt.date) -> list[Standing]:
    """What keeps the expert out on the day. One query."""
    return list(Standing.objects.holding(on).filter(expert=expert).order_by("-starts_on", "-pk"))
