"""Later work: each event that makes something public of a tender asks for its next release."""

from typing import Any

from portal.core.events import on_event
from portal.core.jobs import Job, job
from procurement.awards.models import Contract, Remedy
from procurement.bids.models import Opening
from procurement.opendata import actions
from procurement.tenders.models import Project

OF_TENDER, OF_OPENING, OF_CONTRACT, OF_REMEDY = (
    f"opendata.{name}" for name in ("tender", "opening", "contract", "remedy")
)
EVENTS = {
    OF_TENDER: tuple(
        f"tender.{code}"
        for code in (
            "announce", "change", "documents_added", "receive", "close", "take_again", "open", "evaluate", "publish",
            "lot_awarded", "award", "unaward", "reopen", "contract", "complete", "fail", "terminate", "repeat",
            "lot_failed",
        )
    ),
    OF_OPENING: ("opening.finish", "opening.conclude"),
    OF_CONTRACT: tuple(
        f"contract.{code}"
        for code in ("publish", "change_decided", "milestone_added", "milestone_accepted", "paid", "complete", "terminate",
                     "annul", "refuse", "void")
    ),
    OF_REMEDY: ("remedy.answer", "remedy.decide"),
}  # fmt: skip


@job(OF_TENDER, steps=True)
def tender(payload: dict[str, Any], _job: Job) -> None:
    made = actions.publish(payload["stream_id"])
    if made is not None and made.sequence == 1:  # the tender that this one repeats now names it
        for before in Project.objects.filter(repeated_as=payload["stream_id"]).values_list("pk", flat=True):
            actions.publish(before)


@job(OF_OPENING, steps=True)
def opening(payload: dict[str, Any], _job: Job) -> None:
    """The bids are open: whose they are and what they say is public from this moment."""
    for project_id in Opening.objects.filter(pk=payload["stream_id"]).values_list("project", flat=True):
        actions.publish(project_id)


@job(OF_CONTRACT, steps=True)
def contract(payload: dict[str, Any], _job: Job) -> None:
    for project_id in Contract.objects.filter(pk=payload["stream_id"]).values_list("lot__project", flat=True):
        actions.publish(project_id)


@job(OF_REMEDY, steps=True)
def remedy(payload: dict[str, Any], _job: Job) -> None:
    """A decision is a public notice, and may have taken an award back."""
    for project_id in Remedy.objects.filter(pk=payload["stream_id"]).values_list("project", flat=True):
        actions.publish(project_id)


def connect() -> None:
    """Called in `ready()`."""
    for name, events in EVENTS.items():
        for event in events:
            on_event(event, name)
