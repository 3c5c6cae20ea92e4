"""Celery entry points of social supervision: thin, safe to repeat."""

from hall.social import actions
from hall.social.models import Seat, Visit
from portal.celery import app
from portal.core.time import now


@app.task(name="social.advance")
def advance() -> dict[str, int]:
    """Pass on invitations without an answer, and call off visits whose seeds were not revealed in time."""
    late = Seat.objects.filter(state="invited", answer_by__lt=now(), visit__state="drawn").order_by()
    visits = sorted(set(late.values_list("visit", flat=True)[:500]))
    passed = sum(actions.expire_invitations(pk) for pk in visits)
    silent = Visit.objects.filter(state="sealed", reveal_by__lt=now()).order_by("reveal_by")
    lapsed = sum(actions.lapse(pk) for pk in list(silent.values_list("pk", flat=True)[:100]))
    return {"passed_on": passed, "lapsed": lapsed}
