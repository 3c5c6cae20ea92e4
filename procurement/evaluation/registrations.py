"""What evaluation hangs into the core's registries: rules, papers, words."""

from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access
from portal.core.documents import Shelf, register_shelf
from portal.core.registries import STAFF, TRADING, register_nav, register_panel
from portal.core.rule_book import TITLES
from portal.core.rules import name_values
from portal.people.history import register_history
from portal.people.roles import Role
from procurement import fixed
from procurement.bids.actions.watching import Watched, register_watched
from procurement.bids.policies import register_document_reader
from procurement.evaluation import jobs, notices, policies  # noqa: F401 - templates register themselves
from procurement.evaluation.actions import rounds
from procurement.evaluation.lifecycle import EVALUATION
from procurement.evaluation.models import (
    Ballot,
    Clarification,
    Declaration,
    Evaluation,
    Explanation,
    Rejection,
    Session,
    Sheet,
    Signature,
)
from procurement.evaluation.rules import EVALUATION_RULES
from procurement.fixed import Fixed
from procurement.models import Method

if TYPE_CHECKING:
    from portal.people.models import User

STREAM = "evaluation.evaluation"
READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    from procurement.evaluation.views import panels  # views read the models of all apps

    _fix_rows()
    TITLES.update({one.code: one.title for one in EVALUATION_RULES})
    for choices in (Method, Sheet.Method, Sheet.Object, Evaluation.Few):
        name_values(dict(choices.choices))
    jobs.connect()
    kinds = {
        "g": pgettext_lazy("value of a rule", "government procurement"),
        "t": pgettext_lazy("value of a rule", "tenders outside government procurement"),
    }
    name_values(kinds)
    register_document_reader(policies.reads_bids)
    register_watched(Watched(runs=rounds.running, follow=rounds.follow))
    register_shelf(Shelf(STREAM, visible=_readable, may_read=_may_read, may_manage=_may_read))
    access.register_stream(STREAM, _("Evaluation"))
    access.register_stream("evaluation.session", _("Evaluation session"))
    access.register_purposes(
        {
            "evaluation": pgettext_lazy("purpose", "Evaluation"),
            "oversight": pgettext_lazy("purpose", "Oversight"),
            "bidder": pgettext_lazy("purpose", "Question to the bidder"),
        }
    )
    access.register_words(
        {
            "evaluator": _("Member of an evaluation committee"),
            "evaluation:desk": _("Desk of the committee"),
            "evaluation:comparison": _("Scores of the committee"),
            "evaluation:progress": _("Progress of an evaluation"),
            "evaluation:offer": _("Page of a bidder in a negotiation"),
            "evaluation:question": _("Question to a bidder"),
            "evaluation:report": _("Evaluation report"),
        }
    )
    register_panel("tenders.tender", "evaluation", panels.public_panel, order=20)
    register_panel("tenders.mine", "evaluation", panels.own_panel, order=10)
    register_panel("tenders.project", "evaluation", panels.inner_panel, order=40)
    register_nav(STAFF, _("Evaluations"), "evaluation:progress-list", READERS, order=70, group=TRADING)
    register_history(
        {
            "tender.sheet_written": pgettext_lazy("history", "Scoring sheet written"),
            "evaluation.round_decided": pgettext_lazy("history", "Decided on the round after an outage"),
            **{f"evaluation.{code}": step.told for code, step in EVALUATION.transitions.items()},
        }
    )


def _readable(user: "User") -> Any:
    return Evaluation.objects.reported_to(user).values("pk")


def _may_read(user: "User", evaluation_id: int) -> bool:
    found = Evaluation.objects.select_related("session", "lot__project").filter(pk=evaluation_id).first()
    return found is not None and policies.may_read_report(user, found)


def _fix_rows() -> None:
    """What stands still between two steps of an evaluation; findings and votes for a chair change until they are closed."""
    kinds: dict[type[Model], tuple[str, tuple[str, ...]]] = {
        Clarification: (
            "bid__evaluation",
            (
                "bid_id", "kind", "by_buyer", "question", "corrected_fen", "asked_at", "due_at", "answer", "accepted",
                "answered_at", "answered_by_id", "lapsed_at",
            ),
        ),
        Explanation: ("card__evaluation", ("card_id", "bid_id", "score", "mean_of_others", "deviation", "reason", "at")),
        Rejection: (
            "bid__evaluation",
            ("bid_id", "clarification_id", "ground", "text", "outcome", "decided_at", "reason"),
        ),
        Ballot: ("evaluation", ("evaluation_id", "rejection_id", "member_id", "reject", "reason")),
        Signature: ("evaluation", ("evaluation_id", "member_id", "word", "dissent", "at")),
    }  # fmt: skip
    for model, (way, columns) in kinds.items():
        fixed.register(model, Fixed(columns=columns, number=f"{way}__lot__project__number", stream=Evaluation))
    fixed.register(
        Declaration,
        Fixed(
            columns=("session_id", "member_id", "avoids", "reason", "at"),
            number="session__project__number",
            stream=Session,
        ),
    )
