"""Celery entry points of bids: thin, safe to repeat."""

from portal.celery import app
from procurement.bids import actions, own, vault, watch
from procurement.bids.actions.decrypting import running


@app.task(name="bids.advance")
def advance() -> dict[str, int]:
    """The watch, keys for tenders that take bids, closed books past the deadline, records whose objections are over."""
    watch.look()
    behind = actions.waiting()
    for project_id in behind:
        actions.follow(project_id)
    for project_id in running():
        own.carry_on(project_id)
    recorded = 0
    while done := actions.settle_due():
        recorded += done
    return {"followed": len(behind), "recorded": recorded}


@app.task(name="bids.sweep")
def sweep() -> int:
    """Throw away what broken uploads left behind."""
    return vault.sweep_drafts()
