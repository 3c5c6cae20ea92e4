"""What bidders, buyers, agencies, subscribers and the trading centre are told."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.core.models import Event
from portal.core.notifications import Template, notify, register
from portal.people.models import Organisation, Posting, User
from portal.people.roles import Role
from procurement.bidders.agents import people_of
from procurement.tenders.lifecycle import FAILED_LOT
from procurement.tenders.models import Bond, FailedLot, Notice, Project, Question, Subscription


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"tenders.{code}", subject, body, {"title", "number", *placeholders}))


NEW = _template(
    "new",
    _("New tender: %(title)s"),
    _("%(buyer)s announced “%(title)s” (%(number)s). Bids are taken until %(deadline)s."),
    "buyer", "deadline",
)  # fmt: skip
INVITED = _template(
    "invited",
    _("Invitation to bid: %(title)s"),
    _(
        "%(buyer)s invites your firm to bid for “%(title)s” (%(number)s). Bids are taken until %(deadline)s. The tender is"
        " seen by invited firms only; please keep it to yourselves."
    ),
    "buyer", "deadline",
)  # fmt: skip
CHANGED = _template(
    "changed",
    _("Change of the tender “%(title)s”"),
    _(
        "A clarification of %(number)s “%(title)s” has been published. Please read it. Bids are taken until %(deadline)s."
    ),
    "deadline",
)
ENDED = _template(
    "ended",
    _("“%(title)s” has ended without a result"),
    _("The tender %(number)s “%(title)s” has ended. Reason: %(note)s. Bonds go back within the legal period."),
    "note",
)
ASKED = _template(
    "asked",
    _("A question on “%(title)s”"),
    _("A bidder asks about the documents of %(number)s “%(title)s”. Please answer; the answer goes to everybody."),
)
PASSED = _template(
    "passed",
    _("Documents reviewed: %(title)s"),
    _("The documents of %(number)s “%(title)s” have passed the review. The trading centre announces the tender."),
)
RETURNED = _template(
    "returned",
    _("Please correct the documents of “%(title)s”"),
    _("The review of %(number)s “%(title)s” found something to correct: %(note)s"),
    "note",
)
CLOSED = _template(
    "closed",
    _("The bid deadline of “%(title)s” has passed"),
    _("Bids for %(number)s “%(title)s” are no longer taken. The opening is at: %(place)s"),
    "place",
)
LOT_FAILED = _template(
    "lot_failed",
    _("Lot %(lot)s of “%(title)s” has failed"),
    _(
        "Lot %(lot)s of the tender %(number)s “%(title)s” has ended without a result: %(ground)s. Bonds for it go back"
        " within the legal period."
    ),
    "lot", "ground",
)  # fmt: skip
LOT_ASKED = _template(
    "lot_asked",
    _("Another way is asked for lot %(lot)s of “%(title)s”"),
    _("For the failed lot %(lot)s of %(number)s “%(title)s” this is asked: %(way)s. Please approve or refuse it."),
    "lot", "way",
)  # fmt: skip
LOT_DECIDED = _template(
    "lot_decided",
    _("Decided on lot %(lot)s of “%(title)s”"),
    _("On the failed lot %(lot)s of %(number)s “%(title)s” was decided: %(decision)s. %(opinion)s"),
    "lot", "decision", "opinion",
)  # fmt: skip
LOT_LATE = _template(
    "lot_late",
    _("Overdue: what becomes of lot %(lot)s of “%(title)s”"),
    _("Lot %(lot)s of %(number)s “%(title)s” failed, and until %(due)s was to be decided what becomes of it."),
    "lot", "due",
)  # fmt: skip
REPEATED = _template(
    "repeated",
    _("Tendered again: %(title)s"),
    _(
        "%(buyer)s tenders again what failed in %(before)s: “%(title)s” (%(number)s). Bids are taken until %(deadline)s."
        " A bid for the earlier tender does not count; please hand in a new one."
    ),
    "buyer", "before", "deadline",
)  # fmt: skip
ALL_FAILED = _("All lots have failed. The tender is declared as failed first, then repeated.")
NOT_FAIR = _(
    "Another method needs documents without unreasonable terms and a lawful procedure. Otherwise mend the documents and"
    " repeat the lot."
)
NO_LOT_LEFT = _("Nothing is left to repeat: each lot has a winner or was decided on by itself.")
PARTY = {"pass": PASSED, "send_back": RETURNED, "close": CLOSED}
BOND_HELD = _template(
    "bond_held",
    _("The bid bond for “%(title)s” is confirmed"),
    _("The bid bond for %(number)s “%(title)s” has been confirmed: %(reference)s."),
    "reference",
)
BOND_REJECTED = _template(
    "bond_rejected",
    _("The bid bond for “%(title)s” was not accepted"),
    _("The bid bond %(reference)s for %(number)s “%(title)s” was not accepted: %(note)s"),
    "reference", "note",
)  # fmt: skip
BOND_DUE = _template(
    "bond_due",
    _("The bid bond for “%(title)s” goes back"),
    _("The bid bond %(reference)s for %(number)s “%(title)s” goes back by %(due)s."),
    "reference", "due",
)  # fmt: skip
BOND_KEPT = _template(
    "bond_kept",
    _("The bid bond for “%(title)s” is kept for your new bid"),
    _("You sent a bid for %(number)s “%(title)s” again, so the bid bond %(reference)s does not go back yet."),
    "reference",
)
BOND_BACK = _template(
    "bond_back",
    _("The bid bond for “%(title)s” has gone back"),
    _("The bid bond %(reference)s for %(number)s “%(title)s” has been given back."),
    "reference",
)
BOND_FORFEITED = _template(
    "bond_forfeited",
    _("The bid bond for “%(title)s” is forfeited"),
    _("The bid bond %(reference)s for %(number)s “%(title)s” is forfeited: %(note)s"),
    "reference", "note",
)  # fmt: skip
BOND_SPARED = _template(
    "bond_spared",
    _("The bid bond for “%(title)s” is not forfeited"),
    _("It was decided that the bid bond %(reference)s for %(number)s “%(title)s” is not forfeited: %(note)s"),
    "reference", "note",
)  # fmt: skip
BOND_LATE = _template(
    "bond_late",
    _("Overdue: a bid bond for “%(title)s”"),
    _("The bid bond %(reference)s for %(number)s “%(title)s” was to go back by %(due)s."),
    "reference", "due",
)  # fmt: skip
BONDS = {
    "verify": BOND_HELD, "confirm": BOND_HELD, "reject": BOND_REJECTED, "release": BOND_DUE, "let_go": BOND_DUE,
    "keep": BOND_KEPT, "spare": BOND_SPARED,
    "give_back": BOND_BACK, "forfeit": BOND_FORFEITED,
}  # fmt: skip


def officers() -> list[User]:
    """Who works for the trading centre today."""
    rows = Posting.objects.in_force().filter(role=Role.PROCUREMENT_OFFICER, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def supervisors() -> list[User]:
    """Who supervises trading today."""
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def party(project: Project) -> list[User]:
    """The agents of the buyer and of the agency."""
    people = {one.pk: one for one in people_of(project.buyer_id)}
    people |= {one.pk: one for one in people_of(project.agency_id)}
    return list(people.values())


def takers(project: Project) -> list[User]:
    """Everybody who may act for a firm that took the documents."""
    firms = Organisation.objects.filter(pk__in=project.downloads.values("organisation"))
    return list({one.pk: one for firm in firms for one in people_of(firm.pk)}.values())


def tell_new(project: Project, one: Subscription) -> None:
    channels = ("in_app", "email") if one.by_email else ("in_app",)
    _tell(project, NEW, [one.user], key=f"new:{project.state_version}", channels=channels)


def tell_invited(project: Project) -> None:
    """The invitation to bid, to everybody who may act for an invited firm."""
    firms = project.invitations.values_list("organisation", flat=True)
    people = {one.pk: one for firm in firms for one in people_of(firm)}
    _tell(project, INVITED, people.values(), key=f"invited:{project.state_version}")


def tell_change(project: Project, made: Notice) -> None:
    _tell(project, CHANGED, takers(project), key=f"notice:{made.pk}")


def tell_end(project: Project, made: Notice, _event: Event) -> None:
    people = {one.pk: one for one in (*takers(project), *party(project))}
    _tell(project, ENDED, people.values(), key=f"notice:{made.pk}")


def words_of_failure(failed: FailedLot) -> str:
    """The public notice of a lot that failed, in the centre's language."""
    with override("zh-hans"):
        ground = failed.get_ground_display()
    return f"第{failed.lot.number}标段（包）{failed.lot.name}：{ground}，本标段（包）流标（废标）。"


def tell_lot_failed(failed: FailedLot, made: Notice) -> None:
    """Everybody who took the documents, and buyer and agency, who now decide."""
    project = failed.lot.project
    people = {one.pk: one for one in (*takers(project), *party(project))}
    _tell_of_lot(failed, LOT_FAILED, people.values(), key=f"notice:{made.pk}", inner=False)


def tell_lot_decided(failed: FailedLot, code: str, event: Event) -> None:
    """A wish goes to the supervisors; what was decided to buyer, agency and the trading centre."""
    project = failed.lot.project
    if failed.state == "asked":
        _tell_of_lot(failed, LOT_ASKED, supervisors(), key=f"event:{event.pk}")
        return
    people = {one.pk: one for one in (*party(project), *officers())}
    _tell_of_lot(
        failed, LOT_DECIDED, people.values(), key=f"event:{event.pk}", decision=FAILED_LOT.transitions[code].told
    )


def tell_lot_late(failed: FailedLot) -> None:
    people = {one.pk: one for one in (*party(failed.lot.project), *officers())}
    if failed.state == "asked":
        people = {one.pk: one for one in supervisors()}
    _tell_of_lot(failed, LOT_LATE, people.values(), key=f"lot-late:{failed.pk}:{failed.due_on}")


def tell_repeated(project: Project) -> None:
    """Who took the documents of the tender that failed hears of the one that repeats it."""
    if project.repeats is None:
        return
    words = {"before": project.repeats.number}
    _tell(project, REPEATED, takers(project.repeats), key=f"repeats:{project.repeats_id}", words=words)


def _tell_of_lot(
    failed: FailedLot, template: Template, people: Iterable[User], *, key: str, inner: bool = True, **words: Any
) -> None:
    known = {
        "lot": f"{failed.lot.number} {failed.lot.name}",
        "ground": FailedLot.Ground(failed.ground).label,
        "way": FailedLot.Way(failed.way).label if failed.way else "",
        "opinion": failed.opinion,
        "due": failed.due_on,
        **words,
    }
    project = failed.lot.project
    path = reverse("tenders:failed-lot", args=[project.number, failed.lot.number]) if inner else ""
    channels = ("in_app",) if inner else ("in_app", "sms", "email")
    _tell(project, template, people, key=key, words=known, path=path, channels=channels)


def tell_question(project: Project, question: Question) -> None:
    """The buyer's and the agency's people; never who asked."""
    people = party(project) or officers()
    _tell(project, ASKED, people, key=f"question:{question.pk}", inner=True, channels=("in_app",))


def tell_party(project: Project, code: str, event: Event) -> None:
    people = {one.pk: one for one in (*party(project), project.registered_by)}
    _tell(project, PARTY[code], people.values(), key=f"event:{event.pk}", inner=True, channels=("in_app",))


def tell_bond(bond: Bond, code: str, event: Event) -> None:
    if code in BONDS:
        _tell_of_bond(bond, BONDS[code], people_of(bond.organisation_id), key=f"bond:{event.pk}")


def tell_late_bond(bond: Bond) -> None:
    _tell_of_bond(bond, BOND_LATE, officers(), key=f"bond-late:{bond.pk}")


def _tell_of_bond(bond: Bond, template: Template, people: Iterable[User], *, key: str) -> None:
    words = {"reference": bond.reference, "due": bond.due_on, "note": bond.note}
    path = reverse("tenders:bond-one", args=[bond.pk])
    _tell(bond.lot.project, template, people, key=key, words=words, path=path, channels=("in_app",))


def _tell(
    project: Project,
    template: Template,
    people: Iterable[User],
    *,
    key: str,
    inner: bool = False,
    words: dict[str, Any] | None = None,
    path: str = "",
    channels: tuple[str, ...] = ("in_app", "sms", "email"),
) -> None:
    known: dict[str, Any] = {
        "title": project.title,
        "number": project.number,
        "buyer": project.buyer.name if "buyer" in template.placeholders else "",
        "deadline": project.deadline_at,
        "place": project.place,
        "note": project.note or _latest_opinion(project, template),
        **(words or {}),
    }
    page = "tenders:project" if inner else "tenders:tender"
    for one in people:
        notify(
            one,
            template.code,
            {name: known[name] for name in template.placeholders},
            about=("tenders.project", project.pk),
            channels=channels,
            path=path or reverse(page, args=[project.number]),
            key=f"tender:{project.pk}:{key}",
        )


def _latest_opinion(project: Project, template: Template) -> str:
    if template is not RETURNED:
        return ""
    return project.opinions.values_list("text", flat=True).first() or ""
