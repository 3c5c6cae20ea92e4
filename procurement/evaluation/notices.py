"""What members, bidders, the buyer and the trading centre are told; nobody is told names or scores."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register
from portal.people.models import User
from procurement.bidders.agents import people_of
from procurement.bids.models import Outage
from procurement.evaluation.models import (
    Clarification,
    DemandChange,
    EvaluatedBid,
    Evaluation,
    FinalOffer,
    Negotiation,
    RoundDecision,
    Session,
)
from procurement.experts.models import PanelMember
from procurement.tenders.models import Project
from procurement.tenders.notices import officers, party, supervisors


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"evaluation.{code}", subject, body, {"title", "number", *placeholders}))


BEGUN = _template(
    "begun",
    _("The evaluation begins: %(title)s"),
    _("The evaluation of %(number)s “%(title)s” begins. Please declare first, then elect the chair."),
)
QUALIFY = _template(
    "qualify",
    _("Please review the qualification: %(title)s"),
    _("The bids for %(number)s “%(title)s” are open. The review of the bidders' qualification is yours."),
)
AVOIDING = _template(
    "avoiding",
    _("A member has to be replaced: %(title)s"),
    _("A member of the committee for %(number)s “%(title)s” named a ground to avoid. Please have the seat replaced."),
)
ASKED = _template(
    "asked",
    _("The committee asks you about your bid: %(title)s"),
    _(
        "The committee for %(number)s “%(title)s” asks for a clarification of your bid. Please answer by %(due)s. Without"
        " an answer it decides on what it has."
    ),
    "due",
)
ANSWERED = _template(
    "answered",
    _("A bidder has answered: %(title)s"),
    _("A clarification for %(number)s “%(title)s” was answered."),
)
LAPSED = _template(
    "lapsed",
    _("A bidder has not answered: %(title)s"),
    _("The limit of a clarification for %(number)s “%(title)s” has passed without an answer."),
)
REOPENED = _template(
    "reopened",
    _("Your scores were opened again: %(title)s"),
    _("The chair opened your scores for %(number)s “%(title)s” again: %(note)s"),
    "note",
)
NEGOTIATION = _template(
    "negotiation",
    _("The negotiation begins: %(title)s"),
    _(
        "The committee for %(number)s “%(title)s” negotiates with you now. After it the final offers are asked for; until"
        " yours you may leave, and your bond comes back."
    ),
)
DEMANDS = _template(
    "demands",
    _("The demands were changed: %(title)s"),
    _("The demands of %(number)s “%(title)s” were changed in the negotiation. All bidders are told the same: %(text)s"),
    "text",
)
OFFERS = _template(
    "offers",
    _("Please give your final offer: %(title)s"),
    _(
        "The final offers for %(number)s “%(title)s” are asked for. Please give yours before %(due)s. Whoever gives none"
        " has left the negotiation."
    ),
    "due",
)
LONGER = _template(
    "longer",
    _("More time for your final offer: %(title)s"),
    _(
        "The portal was out within the round of final offers for %(number)s “%(title)s”. The round now ends at %(due)s."
        " What you gave stands, and you may replace it until then. Reason: %(reason)s"
    ),
    "due", "reason",
)  # fmt: skip
STANDS = _template(
    "stands",
    _("The round of final offers stands: %(title)s"),
    _(
        "A supervisor decided about the outage within the round of final offers for %(number)s “%(title)s”: its end stays"
        " %(due)s. Reason: %(reason)s"
    ),
    "due", "reason",
)  # fmt: skip
ROUND_OUTAGE = _template(
    "round_outage",
    _("Outage within a round of final offers: %(title)s"),
    _(
        "The portal was out from %(begin)s to %(end)s, within the round of final offers for %(number)s “%(title)s”, which"
        " ends at %(due)s. Please lengthen the round, or let it stand with your reason."
    ),
    "begin", "end", "due",
)  # fmt: skip
OFFER_RECEIPT = _template(
    "offer_receipt",
    _("Receipt: %(title)s"),
    _("%(act)s, %(number)s “%(title)s”, received %(at)s, number %(n)s in the register. Digest: %(digest)s"),
    "act", "at", "n", "digest",
)  # fmt: skip
SIGN = _template(
    "sign",
    _("Please sign the report: %(title)s"),
    _("The evaluation report for %(number)s “%(title)s” waits for your signature or your dissenting opinion."),
)
REPORTED = _template(
    "reported",
    _("Evaluation report: %(title)s"),
    _("The evaluation of %(number)s “%(title)s” is concluded. The signed report is ready for you."),
)


def tell_begun(session: Session, members: Iterable[PanelMember]) -> None:
    """The members; and the buyer, where the review of the qualification is its own."""
    path = reverse("evaluation:session", args=[session.pk])
    _tell(session.project, BEGUN, [one.user for one in members], path=path, key=f"begun:{session.pk}", quiet=False)
    for one in session.evaluations.filter(state="qualifying"):
        path = reverse("evaluation:qualification", args=[one.pk])
        _tell(session.project, QUALIFY, party(session.project), path=path, key=f"qualify:{one.pk}")


def tell_avoiding(session: Session) -> None:
    """The trading centre: that a seat has to be replaced, not whose nor why."""
    path = reverse("evaluation:progress", args=[session.pk])
    _tell(session.project, AVOIDING, officers(), path=path, key=f"avoiding:{session.pk}:{session.declarations.count()}")


def tell_asked(one: Clarification) -> None:
    """Everybody who acts for the bidder, by all channels: the time is short."""
    project = one.bid.evaluation.lot.project
    people = people_of(one.bid.bid.bidder.organisation_id)
    path = reverse("evaluation:clarification", args=[one.pk])
    _tell(project, ASKED, people, path=path, key=f"asked:{one.pk}", words={"due": one.due_at}, quiet=False)


def tell_answered(one: Clarification, *, lapsed: bool = False) -> None:
    """Who asked: the committee, or the buyer in its own review."""
    evaluation = one.bid.evaluation
    project = evaluation.lot.project
    template, key = (LAPSED, "lapsed") if lapsed else (ANSWERED, "answered")
    page = "evaluation:qualification" if one.by_buyer else "evaluation:lot"
    people = party(project) if one.by_buyer else _members(evaluation)
    _tell(project, template, people, path=reverse(page, args=[evaluation.pk]), key=f"{key}:{one.pk}")


def tell_reopened(one: Evaluation, member: PanelMember, note: str, key: int) -> None:
    path = reverse("evaluation:scores", args=[one.pk])
    _tell(one.lot.project, REOPENED, [member.user], path=path, key=f"reopened:{key}", words={"note": note})


def tell_negotiation(one: Evaluation) -> None:
    """Every bidder that is still in."""
    for bid in _in(one):
        _tell_bidder(one, bid, NEGOTIATION, key=f"negotiation:{bid.pk}")


def tell_demands(one: Evaluation, change: DemandChange) -> None:
    """Every bidder that is still in, at the same time and in the same words."""
    for bid in _in(one):
        _tell_bidder(one, bid, DEMANDS, key=f"demands:{change.pk}:{bid.pk}", words={"text": change.text})


def tell_offers(one: Evaluation, due_at: dt.datetime) -> None:
    """Every bidder that is still in, by all channels: the time is short."""
    for bid in _in(one):
        _tell_bidder(one, bid, OFFERS, key=f"offers:{bid.pk}", words={"due": due_at})


def tell_round(one: Evaluation, made: RoundDecision) -> None:
    """The bidders that are still in, by all channels where they have more time; and the committee."""
    template, words = LONGER if made.minutes else STANDS, {"due": made.until_after, "reason": made.reason}
    for bid in _in(one):
        key = f"round:{made.pk}:{bid.pk}"
        _tell_bidder(one, bid, template, key=key, words=words, quiet=not made.minutes)
    path = reverse("evaluation:offers", args=[one.pk])
    _tell(one.lot.project, template, _members(one), path=path, key=f"round:{made.pk}", words=words)


def tell_round_outage(negotiation: Negotiation, outage: Outage) -> None:
    """Supervisors: they decide about the round."""
    one = negotiation.evaluation
    words = {"begin": outage.from_at, "end": outage.until_at, "due": negotiation.due_at}
    path = reverse("evaluation:progress", args=[one.session_id])
    key = f"round-outage:{negotiation.pk}:{outage.pk}"
    _tell(one.lot.project, ROUND_OUTAGE, supervisors(), path=path, key=key, words=words)


def tell_offer_receipt(one: Evaluation, made: FinalOffer) -> None:
    """The firm: that its offer, or its leaving, was received. Never the price."""
    words = {
        "act": made.get_act_display(), "at": made.received_at, "n": str(made.sequence), "digest": made.digest,
    }  # fmt: skip
    _tell_bidder(one, made.bid, OFFER_RECEIPT, key=f"offer-receipt:{made.pk}", words=words, quiet=True)


def _in(one: Evaluation) -> Iterable[EvaluatedBid]:
    return one.bids.filter(rejected=False).select_related("bid__bidder").order_by("pk")


def _tell_bidder(
    one: Evaluation, bid: EvaluatedBid, template: Template, *, key: str, words: dict[str, Any] | None = None,
    quiet: bool = False,
) -> None:  # fmt: skip
    people, path = people_of(bid.bid.bidder.organisation_id), reverse("evaluation:offer", args=[bid.pk])
    _tell(one.lot.project, template, people, path=path, key=key, words=words, quiet=quiet)


def tell_sign(one: Evaluation) -> None:
    path = reverse("evaluation:lot", args=[one.pk])
    _tell(one.lot.project, SIGN, _members(one), path=path, key=f"sign:{one.pk}")


def tell_reported(one: Evaluation) -> None:
    """The buyer and its agency."""
    path = reverse("evaluation:report", args=[one.pk])
    _tell(one.lot.project, REPORTED, party(one.lot.project), path=path, key=f"reported:{one.pk}")


def _members(one: Evaluation) -> list[User]:
    seats = PanelMember.objects.filter(panel__project=one.lot.project_id, state=PanelMember.State.ATTENDING)
    return [seat.user for seat in seats.select_related("user")]


def _tell(
    project: Project,
    template: Template,
    people: Iterable[User],
    *,
    path: str,
    key: str,
    words: dict[str, Any] | None = None,
    quiet: bool = True,
) -> None:
    known = {"title": project.title, "number": project.number, **(words or {})}
    for one in people:
        notify(
            one,
            template.code,
            {name: known[name] for name in template.placeholders},
            about=("tenders.project", project.pk),
            channels=("in_app",) if quiet else ("in_app", "sms", "email"),
            path=path,
            key=f"evaluation:{key}",
        )
