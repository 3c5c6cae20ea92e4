"""The steps that people take with a post left empty."""

from collections.abc import Mapping
from typing import Any

from hall.attendance import policies
from hall.attendance.lifecycle import EMPTY_POST
from hall.attendance.measures import EMPTY_POST_MEASURES
from hall.attendance.models import EmptyPost
from hall.attendance.notices import tell_step
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.core.events import record
from portal.core.statistics import watch


@action
def take_step(
    actor: Actor, post_id: int, code: str, inputs: Mapping[str, Any], *, state_version: int | None
) -> EmptyPost:
    """Explain, accept or not. Raises what the lifecycle raises."""
    try:
        post = db.lock_row(EmptyPost.objects.select_related("window", "staff"), post_id)
    except EmptyPost.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not policies.may_see(actor.user, post):
        raise NotFound()
    step = EMPTY_POST.begin(post, code, actor, inputs, state_version=state_version)
    with watch(EMPTY_POST_MEASURES, post):
        before, after = step.apply()
        post.save()
    record(post, f"empty_post.{code}", actor, from_state=before, to_state=after, data=step.data)
    tell_step(post, code)
    return post
