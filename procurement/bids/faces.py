"""The pieces that bids hang into the pages of a tender: where to bid, who opens, whether anything is missing."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.registries import register_panel
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bids import policies
from procurement.bids.actions.again import refusal
from procurement.bids.actions.watching import outages_of
from procurement.bids.lifecycle import OPENING, TONES
from procurement.bids.models import Consortium, Opening
from procurement.tenders.lifecycle import TENDER
from procurement.tenders.lifecycle import TONES as TENDER_TONES
from procurement.tenders.models import Project

RECENT = 20
WAITING = ("named", "receiving", "closed")  # states of an opening that has not begun
BEHIND = frozenset({"opened", "evaluated", "publicity", "awarded", "contracted", "completed", "failed", "repeated",
                    "terminated"})  # fmt: skip


def connect() -> None:
    register_panel("tenders.tender", "bids", public_panel, order=10)
    register_panel("tenders.mine", "consortia", consortia_panel, order=20)
    register_panel("tenders.project", "bids", inner_panel, order=10)


def opening_of(project: Project) -> Opening | None:
    """The tender's opening with its officers, or None."""
    found = Opening.objects.filter(project=project).prefetch_related("openers__user", "openers__key").first()
    if found is not None:
        found.project = project
    return found


def is_past(opening: Opening) -> bool:
    """The tender went on without this opening (a sale's result is recorded, a result was taken over)."""
    return opening.state in WAITING and opening.project.state in BEHIND


def face(opening: Opening) -> tuple[Any, str]:
    """Label and tone of an opening; where its tender is further, those of the tender."""
    if is_past(opening):
        state = opening.project.state
        return TENDER.states[state].label, TENDER_TONES[state]
    return OPENING.states[opening.state].label, TONES[opening.state]


def public_panel(request: HttpRequest, project: Project) -> str:
    """Bid here, see the opening; nothing for tenders that are not that far."""
    opening = opening_of(project)
    taking = project.state == "receiving"
    joining = project.joint_allowed and project.state in ("announced", "receiving")
    if opening is None and not taking and not joining:
        return ""
    label, tone = face(opening) if opening else ("", "")
    context = {
        "tender": project,
        "opening": opening,
        "taking": taking,
        "joining": joining,
        "sealed": opening is not None and opening.state == "receiving",
        "again": opening.taken_again.last() if opening is not None else None,
        "lots": list(project.lots.all()) if taking else [],
        "label": label,
        "tone": tone,
    }
    return render_to_string("bids/_public_panel.html", context, request)


def consortia_panel(request: HttpRequest, user: Any) -> str:
    """The way to one's sealed bids, and the consortia in which one's firms have a place, the latest first."""
    rows = Consortium.objects.of_firms(user).select_related("project", "lead__organisation").order_by("-made_at")
    found = list(rows[:RECENT])
    return render_to_string("bids/_consortia.html", {"rows": found}, request)


def inner_panel(request: HttpRequest, project: Project) -> str:
    """Who opens, and a lamp while they or their keys are missing."""
    if project.announced_at is None:
        return ""
    opening = opening_of(project)
    label, tone = face(opening) if opening else ("", "")
    held = sum(one.key is not None and one.key.ended_at is None for one in opening.openers.all()) if opening else 0
    context = {
        "tender": project,
        "opening": opening,
        "label": label,
        "tone": tone,
        "held": held,
        "lamp": lamp(project, opening, held),
        "outages": outages_of(project) if may_see_trading(request.user) else [],
        "can_take_again": can_take_again(request, opening),
        "may_name": may_manage_trading(request.user)
        and policies.may_name_openers(request.user, project)  # type: ignore[arg-type]
        and project.state in ("announced", "receiving")
        and (opening is None or opening.state == "named"),
    }
    return render_to_string("bids/_inner_panel.html", context, request)


def can_take_again(request: HttpRequest, opening: Opening | None) -> str:
    """Who looks after trading reads that bids can be taken again (`told`); who decides it gets the link (`decides`)."""
    if opening is None or opening.state != "closed" or not may_see_trading(request.user) or refusal(opening):
        return ""
    return "decides" if policies.may_take_again(request.user, opening) else "told"


def lamp(project: Project, opening: Opening | None, held: int) -> str:
    """green, amber or red: can bids be taken, and can they be opened?"""
    if opening is None or opening.state == "named":
        return "red" if project.state == "receiving" else "amber" if project.state == "announced" else ""
    if is_past(opening) or opening.state not in ("receiving", "closed", "opening"):
        return ""
    return {3: "green", 2: "amber"}.get(held, "red")
