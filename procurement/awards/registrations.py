"""What awards hang into other rooms: rules, stops, papers, files, jobs, navigation, words of the history."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, documents, files
from portal.core.documents import Shelf
from portal.core.events import on_event
from portal.core.models import StoredFile
from portal.core.registries import STAFF, TRADING, register_nav
from portal.core.rule_book import TITLES
from portal.people.history import register_history
from portal.people.roles import Role
from procurement import fixed
from procurement.awards import jobs, notices, panels, policies, stops  # noqa: F401 - templates of notices register themselves
from procurement.awards.actions.awarding import FILE_KIND as PAPER_KIND
from procurement.awards.actions.remedies import FILE_KIND as EVIDENCE_KIND
from procurement.awards.lifecycle import CONTRACT, PENALTY, REMEDY
from procurement.awards.models import Choice, Contract, Penalty, Procedure, Remedy, ResultNotice
from procurement.awards.rules import AWARD_RULES
from procurement.fixed import Fixed
from procurement.tenders.models import Project
from procurement.tenders.policies import may_open
from procurement.tenders.stops import register_stop

if TYPE_CHECKING:
    from portal.people.models import User

READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    _fix_rows()
    TITLES.update({one.code: one.title for one in AWARD_RULES})
    register_stop("remedies", stops.stop)
    panels.connect()
    on_event("tender.evaluate", jobs.BEGIN)
    for code in ("fail", "terminate"):
        on_event(f"tender.{code}", jobs.ENDED)
    for code in ("lot_failed", "lot_lifted"):
        on_event(f"tender.{code}", jobs.LOT_FAILED)
    _papers()
    files.register_policy(PAPER_KIND, may_read_paper)
    files.register_policy(EVIDENCE_KIND, may_read_evidence)
    access.register_words(
        {f"file:{PAPER_KIND}": _("Contract or minutes"), f"file:{EVIDENCE_KIND}": _("Evidence of a remedy")}
    )
    register_nav(STAFF, _("Awards"), "awards:desk", READERS, order=71, group=TRADING)
    register_nav(STAFF, _("Contracts"), "awards:contracts", READERS, order=72, group=TRADING)
    register_nav(STAFF, _("Objections and complaints"), "awards:remedies", READERS, order=73, group=TRADING)
    register_nav(STAFF, _("Penalties"), "awards:penalties", READERS, order=74, group=TRADING)
    _words()


def _words() -> None:
    streams = (
        ("awards.contract", _("Contract"), "awards:contract"),
        ("awards.penalty", _("Penalty"), "awards:penalty"),
    )
    for stream, label, page in streams:
        access.register_stream(stream, label, link=lambda pk, page=page: reverse(page, args=[pk]))  # type: ignore[misc]
    access.register_stream("awards.remedy", _("Objection, query or complaint"))
    register_history(
        {
            "tender.reported": pgettext_lazy("history", "Report given to the buyer"),
            "tender.chosen": pgettext_lazy("history", "Winner chosen"),
            "tender.lot_awarded": pgettext_lazy("history", "Lot awarded"),
            "tender.sale_recorded": pgettext_lazy("history", "Result of the sale recorded"),
            "contract.begun": pgettext_lazy("history", "Notice of award sent"),
            "contract.milestone_added": pgettext_lazy("history", "Milestone entered"),
            "contract.milestone_accepted": pgettext_lazy("history", "Milestone accepted"),
            "contract.payment_added": pgettext_lazy("history", "Payment planned"),
            "contract.paid": pgettext_lazy("history", "Payment made"),
            "contract.subcontracted": pgettext_lazy("history", "Subcontract entered"),
            "contract.change_proposed": pgettext_lazy("history", "Change proposed"),
            "contract.change_decided": pgettext_lazy("history", "Change decided"),
            "remedy.filed": pgettext_lazy("history", "Filed"),
            "penalty.proposed": pgettext_lazy("history", "Proposed"),
            **{f"contract.{code}": step.told for code, step in CONTRACT.transitions.items()},
            **{f"remedy.{code}": step.told for code, step in REMEDY.transitions.items()},
            **{f"penalty.{code}": step.told for code, step in PENALTY.transitions.items()},
        }
    )


# --- papers and files -----------------------------------------------------------------------------------------------------


def _papers() -> None:
    """Whose papers somebody reads follows from the rows that they see; the trading centre has failed ones made again."""
    for model, policy in (
        (Procedure, lambda _user, _one: True),
        (ResultNotice, policies.may_see_result_notice),
        (Remedy, policies.may_see_remedy),
        (Penalty, policies.may_see_penalty),
    ):
        documents.register_shelf(_shelf(model, policy))


def _fix_rows() -> None:
    """What stands still between two steps of choices, notices of results, contracts, remedies and penalties."""
    fixed.register(
        Choice,
        Fixed(
            columns=("lot_id", "candidate_id", "ground", "note", "minutes_id", "chosen_on", "chosen_by_id"),
            parts={"votes": ("name", "candidate_id", "reason")},
            number="lot__project__number",
            stream=Project,
        ),
    )
    fixed.register(
        ResultNotice,
        Fixed(
            columns=("lot_id", "bidder_id", "won", "reason", "sent_on"), number="lot__project__number", stream=Project
        ),
    )
    fixed.register(
        Contract,
        Fixed(
            columns=(
                "number", "lot_id", "bidder_id", "award_fen", "notified_on", "due_on", "signed_on", "late_reason",
                "starts_on", "ends_on", "performance_bond_fen", "file_id", "terms", "published_on", "changed_fen",
                "ended_on", "note",
            ),
            parts={
                "milestones": ("name", "due_on", "accepted_on", "opinion", "accepted_by_name"),
                "payments": ("name", "amount_fen", "due_on", "paid_on", "reference"),
                "subcontracts": ("uscc", "name", "part", "amount_fen", "signed_on"),
                "changes": (
                    "amount_fen", "reason", "verdict", "over_limit", "proposed_at", "proposed_by_id", "decided_at",
                    "decided_by_id",
                ),
            },
            number="lot__project__number",
        ),
    )  # fmt: skip
    fixed.register(
        Remedy,
        Fixed(
            columns=(
                "number", "kind", "stage", "project_id", "lot_id", "organisation_id", "filed_by_id", "prior_id", "facts",
                "claim", "filed_at", "filed_on", "due_on", "accepted_on", "suspended_from_on", "suspended_until_on",
                "outcome", "consequence", "answer", "frivolous", "ended_on",
            ),
            parts={"files": ("file_id",)},
            number="project__number",
        ),
    )  # fmt: skip
    fixed.register(
        Penalty,
        Fixed(
            columns=(
                "organisation_id", "project_id", "remedy_id", "ground", "article", "amount_fen", "proposed_by_id",
                "proposed_at", "decided_by_id", "decided_on", "due_on", "paid_on", "note",
            ),
            number="project__number",
        ),
    )  # fmt: skip


def _shelf(model: Any, policy: Any) -> Shelf:
    def visible(user: "User") -> Any:
        rows = model.objects.all() if model is Procedure else model.objects.visible_to(user)
        return rows.values("pk")

    def may_read(user: "User", pk: int) -> bool:
        found = model.objects.filter(pk=pk).first()
        return found is not None and policy(user, found)

    return Shelf(
        model._meta.label_lower, visible=visible, may_read=may_read,
        may_manage=lambda user, _pk: policies.may_manage_trading(user),
    )  # fmt: skip


def may_read_paper(user: Any, file: StoredFile) -> bool:
    """A contract's file for its sides; the minutes of a choice for the buyer, the agency and the trading centre."""
    if file.stream == "awards.contract":
        contract = Contract.objects.filter(pk=file.stream_id or 0).first()
        return contract is not None and policies.may_open_contract(user, contract)
    choice = Choice.objects.select_related("lot__project").filter(pk=file.stream_id or 0).first()
    return choice is not None and may_open(user, choice.lot.project)


def may_read_evidence(user: Any, file: StoredFile) -> bool:
    remedy = Remedy.objects.filter(pk=file.stream_id or 0).first()
    return remedy is not None and policies.may_see_remedy(user, remedy)
