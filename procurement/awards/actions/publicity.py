"""From the evaluation to the publicity: the report to the buyer, the candidates in public, the result of a sale."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.calendar import workdays
from portal.core.errors import Invalid, NotAllowed, WrongState, type_of_message
from portal.core.events import record
from portal.core.money import format_yuan
from portal.core.rules import rule
from portal.core.templatetags.portal import day as written
from portal.core.templatetags.portal import money
from portal.core.time import now, today
from procurement.awards import limits, notices, papers, policies, rules
from procurement.awards.actions.common import (
    Stage,
    barred_firms,
    enter,
    locked,
    locked_lot,
    open_procedure,
    person,
    same_version,
)
from procurement.awards.models import Procedure, SaleResult
from procurement.bidders.models import Bidder
from procurement.bidders.standing import check_may_bid
from procurement.bids.models import OpenedBid
from procurement.evaluation.models import Candidate
from procurement.tenders.actions import move
from procurement.tenders.models import Notice, Project
from procurement.tenders.periods import breach
from procurement.tenders.putting_up import put_up

MOST_ROUNDS = 100_000


@action
def begin(project_id: int) -> Procedure | None:
    """The evaluation was concluded: the first limit begins. The portal's own step, safe to repeat."""
    rows = db.lock_rows(Project.objects.select_related("buyer", "agency"), [project_id])
    return open_procedure(rows[0]) if rows and rows[0].state == "evaluated" else None


@action
def report(actor: Actor, project_id: int, *, state_version: int | None) -> Procedure:
    """The report went to the buyer, who now chooses (government procurement). Raises WrongState."""
    project = locked(actor, project_id)
    same_version(project, state_version)
    if not policies.may_review(person(actor), project):
        raise NotAllowed()
    procedure = open_procedure(project)
    if project.state != "evaluated" or procedure.stage != Stage.REPORT:
        raise WrongState()
    procedure.reported_on = today()
    enter(procedure, Stage.CHOOSE, today())
    record(project, "tender.reported", actor, from_state=project.state, to_state=project.state)
    return procedure


@dataclass(frozen=True, kw_only=True)
class SaleDraft:
    """What a listing or an auction ended with, as the officer types it; amounts in fen."""

    bidder_uscc: str
    price_fen: int
    bidders: int
    rounds: int
    held_on: dt.date
    note: str = ""


@action
def record_sale(actor: Actor, lot_id: int, draft: SaleDraft) -> SaleResult:
    """Record the result of a listing or an auction for one lot; typed again it is corrected until it is public.

    Raises Invalid, Blocked for a firm that is kept out, WrongState.
    """
    lot = locked_lot(actor, lot_id)
    project = lot.project
    if not policies.may_review(person(actor), project):
        raise NotAllowed()
    if not project.is_sale or project.state != "closed":
        raise WrongState(_("Results are recorded for listings and auctions whose deadline has passed."))
    bidder = Bidder.objects.select_related("organisation").filter(organisation__uscc=draft.bidder_uscc.upper()).first()
    if wrong := _wrong_sale(draft, lot.budget_fen, bidder):
        raise Invalid(fields=wrong)
    assert bidder is not None  # noqa: S101 - checked above
    check_may_bid(bidder.organisation.uscc, today(), project.category)
    result = SaleResult.objects.filter(lot=lot).first() or SaleResult(lot=lot)
    result.bidder, result.price_fen, result.bidders = bidder, draft.price_fen, draft.bidders
    result.rounds, result.held_on, result.note = draft.rounds, draft.held_on, draft.note.strip()
    result.recorded_at, result.recorded_by = now(), person(actor)
    result.save()
    data = {"lot": lot.number, "bidder": bidder.organisation.uscc, "price_fen": draft.price_fen}
    record(project, "tender.sale_recorded", actor, from_state=project.state, to_state=project.state, data=data)
    return result


def _wrong_sale(draft: SaleDraft, start_fen: int, bidder: Bidder | None) -> dict[str, type_of_message]:
    wrong: dict[str, type_of_message] = {}
    if bidder is None:
        wrong["bidder_uscc"] = _("No registered bidder has this credit code.")
    if draft.price_fen < start_fen:
        wrong["price"] = _("The deal cannot lie under the starting price of %(start)s yuan.") % {
            "start": format_yuan(start_fen)
        }
    if draft.bidders < 1:
        wrong["bidders"] = _("At least one bidder took part.")
    if not 0 <= draft.rounds <= MOST_ROUNDS:
        wrong["rounds"] = _("Enter the number of rounds.")
    if draft.held_on > today():
        wrong["held_on"] = _("This day has not come yet.")
    return wrong


@action
def publish(
    actor: Actor, project_id: int, *, until_on: dt.date, text: str = "", state_version: int | None
) -> Procedure:
    """Publish the candidates, or the result of a sale, until a day. Raises Invalid that names the broken period.

    Three days at least (regulation on the tendering law, article 54), and the last day is a working day. The report
    stands as the committee wrote it: a candidate that is kept out since is public, too, and the notice says that it
    cannot be awarded; the choice passes it over.
    """
    project = locked(actor, project_id)
    same_version(project, state_version)
    if not policies.may_review(person(actor), project):
        raise NotAllowed()
    if limits.is_government(project):
        raise WrongState(
            _(
                "In government procurement the buyer chooses after the report; the result is announced, not the candidates."
            )
        )
    if project.is_sale:
        _sale_to_evaluated(project, actor)
    if project.state != "evaluated":
        raise WrongState()
    procedure = open_procedure(project)
    _check_end(project, until_on)
    rows, sales = _what_is_public(project)
    barred = [one.bidder.organisation.name for one in rows if barred_firms(one.lot, one.bidder)]
    procedure.published_on, procedure.public_until_on = today(), until_on
    enter(procedure, Stage.PUBLICITY)
    procedure.due_on = until_on
    procedure.save(update_fields=["due_on"])
    move(project, "publish", actor, until=until_on.isoformat())
    put_up(project, Notice.Kind.CANDIDATES, _words(rows, sales, barred, text, until_on), actor)
    papers.publicity(procedure, rows, sales, barred)
    bid = OpenedBid.objects.filter(lot__project=project).values_list("bidder__organisation", flat=True).distinct()
    notices.tell_published(procedure, [*bid, *_buyers_of_sales(project)])
    return procedure


def _sale_to_evaluated(project: Project, actor: Actor) -> None:
    """A sale has neither opening nor committee: its recorded result takes it through both states at once."""
    if project.state != "closed":
        return
    if not SaleResult.objects.filter(lot__project=project).exists():
        raise WrongState(_("Record the result of the sale first."))
    for code in ("open", "evaluate"):
        move(project, code, actor)


def _check_end(project: Project, until_on: dt.date) -> None:
    least = limits.publicity_end(project, today())
    if until_on < least:
        raise Invalid(
            fields={
                "until_on": breach(rule(rules.SALE_PUBLICITY if project.is_sale else rules.PUBLICITY, today()), least)
            }
        )
    if not workdays().is_workday(until_on):
        raise Invalid(
            fields={
                "until_on": _("The publicity ends on a working day. The next one is %(day)s.")
                % {"day": written(workdays().next_workday_on_or_after(until_on))}
            }
        )


def _what_is_public(project: Project) -> tuple[list[Candidate], list[tuple[str, str, int]]]:
    if project.is_sale:
        found = SaleResult.objects.filter(lot__project=project).select_related("lot", "bidder__organisation")
        return [], [
            (one.lot.name, one.bidder.organisation.name, one.price_fen) for one in found.order_by("lot__number")
        ]
    rows = Candidate.objects.filter(lot__project=project).select_related("lot__project", "bidder__organisation")
    candidates = list(rows.order_by("lot__number", "rank", "pk"))
    if not candidates:
        raise WrongState(_("The evaluation named no candidate. Declare the tender as failed."))
    return candidates, []


def _buyers_of_sales(project: Project) -> list[int]:
    return list(SaleResult.objects.filter(lot__project=project).values_list("bidder__organisation", flat=True))


def _words(
    rows: list[Candidate], sales: list[tuple[str, str, int]], barred: list[str], text: str, until_on: dt.date
) -> str:
    """The public notice in plain words, in the centre's language."""
    with override("zh-hans"):
        lines = [
            f"{one.lot.name}：{f'第{one.rank}名 ' if one.rank else ''}{one.bidder.organisation.name}，{money(one.price_fen)}"
            for one in rows
        ]
        lines += [f"{lot}：{firm}，{money(price)}" for lot, firm, price in sales]
        lines += [f"{papers.BARRED}{'、'.join(barred)}。"] if barred else []
        lines.append(f"公示期至{written(until_on)}。")
    return "\n".join([*lines, *([text.strip()] if text.strip() else [])])
