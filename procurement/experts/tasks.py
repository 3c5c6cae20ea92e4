"""Celery entry points of experts: thin, safe to repeat."""

from portal.celery import app
from portal.core.time import now
from procurement.experts import actions
from procurement.experts.models import Draw, PanelMember


@app.task(name="experts.advance")
def advance() -> dict[str, int]:
    """Pass on calls without an answer, and end draws whose seeds were not revealed in time."""
    late = PanelMember.objects.filter(state="called", answer_by__lt=now(), draw__isnull=False).order_by()
    draws = sorted(set(late.values_list("draw", flat=True)[:500]))
    passed = sum(actions.expire_calls(pk) for pk in draws)
    silent = Draw.objects.filter(state="sealed", reveal_by__lt=now()).order_by("reveal_by")
    lapsed = sum(actions.lapse(pk) for pk in list(silent.values_list("pk", flat=True)[:100]))
    return {"passed_on": passed, "lapsed": lapsed}
