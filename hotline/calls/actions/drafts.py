"""The operator's draft: saved after every pause, found again after a crash or a sign-out, swept when forgotten."""

import datetime as dt
import json
from collections.abc import Mapping

from hotline.calls import policies
from hotline.calls.models import Call, Draft
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotAllowed, NotFound
from portal.core.time import now

FIELDS = (
    "kind", "category", "grade", "title", "content", "address", "street_code", "lat", "lon", "name", "phone",
    "home_address", "secret", "department", "answer", "parent", "life_danger", "once_key",
)  # fmt: skip
LONGEST = 6000  # characters of one field: a little more than a form takes, so that what is too long is kept, too
KEPT_DAYS = 30


@action
def save_draft(actor: Actor, call_id: int | None, given: Mapping[str, str]) -> Draft:
    """Keep what is typed for a call of one's own, or without a call. Raises NotFound for somebody else's call."""
    if actor.user is None or not policies.may_use_desk(actor.user):
        raise NotAllowed()
    if call_id is not None:
        call = Call.objects.filter(pk=call_id).first()
        if call is None or not policies.may_work_on(actor.user, call):
            raise NotFound()
    fields = {name: str(given[name])[:LONGEST] for name in FIELDS if given.get(name)}
    text = json.dumps(fields, ensure_ascii=False)
    fresh = Draft(operator=actor.user, call_id=call_id, fields=text, saved_at=now())
    if db.insert_once(fresh):
        return fresh
    pk = Draft.objects.values_list("pk", flat=True).get(operator=actor.user, call=call_id)
    row = db.lock_row(Draft.objects.all(), pk)
    row.fields, row.saved_at = text, now()
    row.save(update_fields=["fields", "saved_at"])
    return row


@action
def discard_draft(actor: Actor, call_id: int | None) -> None:
    """Throw one's draft away: it was recorded, or the operator says so."""
    Draft.objects.filter(operator_id=actor.user_id, call=call_id).delete()


@action
def sweep_drafts() -> int:
    """Drafts nobody has touched for a month hold a stranger's words for nothing. Returns how many went."""
    return Draft.objects.filter(saved_at__lt=now() - dt.timedelta(days=KEPT_DAYS)).delete()[0]
