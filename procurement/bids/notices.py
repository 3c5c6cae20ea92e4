"""What bidders, buyers and officers are told about bids and openings."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Event
from portal.core.notifications import Template, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role
from procurement.bidders.agents import people_of
from procurement.bids.models import (
    Consortium,
    ConsortiumMember,
    OpenedBid,
    Opening,
    OpeningObjection,
    Outage,
    Submission,
    TakingAgain,
)
from procurement.tenders.models import Project
from procurement.tenders.notices import officers, party, takers


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"bids.{code}", subject, body, {"title", "number", *placeholders}))


RECEIPT = _template(
    "receipt",
    _("Receipt %(sequence)s: bid for “%(title)s”"),
    _("Your bid for lot %(lot)s of %(number)s “%(title)s” was received. Receipt %(sequence)s, %(digest)s."),
    "lot", "sequence", "digest",
)  # fmt: skip
WITHDRAWN = _template(
    "withdrawn",
    _("Bid withdrawn: “%(title)s”"),
    _("Your bid for lot %(lot)s of %(number)s “%(title)s” was withdrawn. Receipt %(sequence)s, %(digest)s."),
    "lot", "sequence", "digest",
)  # fmt: skip
NO_OFFICERS = _template(
    "no_officers",
    _("No bids can be taken for “%(title)s”"),
    _("%(number)s “%(title)s” has no three opening officers with keys, so it takes no bids. Please name them."),
)
CLOSED = _template(
    "closed",
    _("Please open the bids of “%(title)s”"),
    _("The deadline of %(number)s “%(title)s” has passed. Two of its three officers open the bids now."),
)
OPENING = _template(
    "opening",
    _("The bids of “%(title)s” are being opened"),
    _("The opening of %(number)s “%(title)s” has begun. Follow it on its page, and confirm the record there."),
)
DECRYPT = _template(
    "decrypt",
    _("Please decrypt your bid for “%(title)s” now"),
    _("The officers have opened their layer of the bids for %(number)s “%(title)s”. Decrypt yours with your key file before"
      " %(until)s, on the page of the opening. A bid that is not decrypted in time counts as revoked."),
    "until",
)  # fmt: skip
LONGER = _template(
    "longer",
    _("More time to decrypt the bids for “%(title)s”"),
    _("The decryption window of %(number)s “%(title)s” was lengthened until %(until)s. Reason: %(reason)s"),
    "until", "reason",
)  # fmt: skip
OUTAGE = _template(
    "outage",
    _("Outage while the bids for “%(title)s” are decrypted"),
    _("The portal did not answer for %(minutes)s minutes within the decryption window of %(number)s “%(title)s”, which ends"
      " at %(until)s. Please lengthen the window, or let it stand with your reason."),
    "minutes", "until",
)  # fmt: skip
DEADLINE_OUTAGE = _template(
    "deadline_outage",
    _("Outage before the deadline of “%(title)s”"),
    _("The portal was out from %(begin)s to %(end)s, shortly before or at the deadline of %(number)s “%(title)s”. What was"
      " noticed stands on the page of the tender."),
    "begin", "end",
)  # fmt: skip
AGAIN = _template(
    "again",
    _("Bids for “%(title)s” are taken again"),
    _("The portal was out at the deadline of %(number)s “%(title)s”. Bids are taken again until %(until)s and opened"
      " then. Receipts that were given stand; bids can be sent, replaced or withdrawn until then. Reason: %(reason)s"),
    "until", "reason",
)  # fmt: skip
OPENED = _template(
    "opened",
    _("The bids of “%(title)s” are open"),
    _("The bids for %(number)s “%(title)s” have been opened. Please confirm the record, or object before %(until)s."),
    "until",
)
LAPSED = _template(
    "lapsed",
    _("“%(title)s” was not opened: too few bidders"),
    _("%(number)s “%(title)s” has too few bidders, so no bid was opened. Sealed bids stay sealed."),
)
OBJECTION = _template(
    "objection",
    _("An objection to the opening of “%(title)s”"),
    _("A bidder objects to the opening of %(number)s “%(title)s”. Please answer on its page at once."),
)
ANSWERED = _template(
    "answered",
    _("Your objection to the opening of “%(title)s” was answered"),
    _("Your objection to the opening of %(number)s “%(title)s” was answered: %(answer)s"),
    "answer",
)
JUDGED_ANEW = _template(
    "judged_anew",
    _("Your bid for “%(title)s” does not count any more"),
    _(
        "The bid bond for lot %(lot)s of %(number)s “%(title)s” was not accepted after the opening, so your bid is not"
        " evaluated. The page of the opening names the ground."
    ),
    "lot",
)

CONSORTIUM = {
    "asked": _template(
        "consortium_asked",
        _("Joint bid for “%(title)s”: please answer"),
        _("%(lead)s asks your firm to join a consortium for %(number)s “%(title)s”. Read the agreement and answer."),
        "lead",
    ),
    "formed": _template(
        "consortium_formed",
        _("Joint bid for “%(title)s”: the consortium is formed"),
        _("All members agreed. %(lead)s now sends the bid for %(number)s “%(title)s”."),
        "lead",
    ),
    "ended": _template(
        "consortium_ended",
        _("Joint bid for “%(title)s”: the consortium was dissolved"),
        _("The consortium led by %(lead)s for %(number)s “%(title)s” was dissolved. Your firm is free to bid again."),
        "lead",
    ),
    "replaced": _template(
        "consortium_replaced",
        _("Joint bid for “%(title)s”: a new version of the consortium"),
        _("%(lead)s replaced your consortium for %(number)s “%(title)s” by version %(version)s with other members or parts."
          " Your firm is a member of it. Nothing holds until the new agreement is there and every member has agreed anew."),
        "lead", "version",
    ),
    "left_out": _template(
        "consortium_left_out",
        _("Joint bid for “%(title)s”: a new version without your firm"),
        _("%(lead)s replaced the consortium for %(number)s “%(title)s” by version %(version)s, in which your firm has no"
          " part. Your firm is free to bid again."),
        "lead", "version",
    ),
}  # fmt: skip


def tell_receipt(made: Submission) -> None:
    """The firm's own people, and nobody else."""
    lot = made.book.lot
    template = RECEIPT if made.act == Submission.Act.SUBMITTED else WITHDRAWN
    words = {"lot": lot.number, "sequence": made.sequence, "digest": made.digest[:16]}
    path = reverse("bids:receipt", args=[made.pk])
    _tell(
        lot.project, template, people_of(made.bidder.organisation_id), key=f"receipt:{made.pk}", words=words, path=path
    )


def tell_consortium(one: Consortium, what: str) -> None:
    """All members' people: to be asked, that it is formed, that it has ended."""
    firms = list(one.members.values_list("bidder__organisation", flat=True))
    people = {person.pk: person for firm in firms for person in people_of(firm)}
    words = {"lead": one.lead.organisation.name}
    path = reverse("bids:consortium", args=[one.pk])
    _tell(one.project, CONSORTIUM[what], people.values(), key=f"consortium:{one.pk}:{what}", words=words, path=path)


def tell_replaced(old: Consortium, made: Consortium) -> None:
    """Who stays hears of the next version, who has no part in it that the firm is free."""
    stays = set(made.members.values_list("bidder__organisation", flat=True))
    words = {"lead": old.lead.organisation.name, "version": made.version}
    for firm in old.members.values_list("bidder__organisation", flat=True):
        what, shown = ("replaced", made) if firm in stays else ("left_out", old)
        path = reverse("bids:consortium", args=[shown.pk])
        key = f"consortium:{old.pk}:replaced:{firm}"
        _tell(old.project, CONSORTIUM[what], people_of(firm), key=key, words=words, path=path)


def tell_no_officers(project: Project) -> None:
    path = reverse("bids:openers", args=[project.number])
    _tell(project, NO_OFFICERS, officers(), key="no-officers", path=path)


def tell_closed(opening: Opening, event: Event) -> None:
    people = [one.user for one in opening.openers.all()]
    _tell(opening.project, CLOSED, people, key=f"closed:{event.pk}")


def tell_begun(opening: Opening, event: Event) -> None:
    _tell(opening.project, OPENING, concerned(opening), key=f"begun:{event.pk}")


def tell_decrypt(opening: Opening, event: Event) -> None:
    """The people of the bidders whose bids wait for them, and nobody else."""
    _tell(opening.project, DECRYPT, bidders(opening), key=f"decrypt:{event.pk}", words=_until(opening))


def tell_longer(opening: Opening, event: Event, reason: str) -> None:
    words = {**_until(opening), "reason": reason}
    _tell(opening.project, LONGER, bidders(opening), key=f"longer:{event.pk}", words=words)


def _supervisors() -> dict[Any, User]:
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True).select_related("user")
    return {row.user_id: row.user for row in rows}


def tell_deadline_outage(project: Project, outage: Outage) -> None:
    """Officers and supervisors, once for each outage and tender."""
    people = {**_supervisors(), **{one.pk: one for one in officers()}}
    words = {"begin": outage.from_at, "end": outage.until_at}
    path = reverse("tenders:project", args=[project.number])
    _tell(project, DEADLINE_OUTAGE, people.values(), key=f"deadline-outage:{outage.pk}", words=words, path=path)


def tell_outage(opening: Opening, event: Event) -> None:
    people = _supervisors()
    words = {**_until(opening), "minutes": opening.outage_minutes}
    _tell(opening.project, OUTAGE, people.values(), key=f"outage:{event.pk}", words=words)


def _until(opening: Opening) -> dict[str, Any]:
    return {"until": opening.decrypt_until}


def bidders(opening: Opening) -> list[User]:
    """The people of all firms with a bid."""
    rows = Submission.objects.counting().filter(book__lot__project=opening.project_id)
    firms = set(rows.values_list("bidder__organisation", flat=True))
    return list({one.pk: one for firm in firms for one in people_of(firm)}.values())


def tell_again(made: TakingAgain, event: Event) -> None:
    """All get the same words: who took the documents, who has bid, officers, buyer and agency. Nobody learns who bid."""
    project = made.opening.project
    rows = Submission.objects.filter(book__lot__project=project)
    joint = ConsortiumMember.objects.filter(consortium__in=rows.exclude(consortium=None).values("consortium"))
    firms = {
        *rows.values_list("bidder__organisation", flat=True),
        *joint.values_list("bidder__organisation", flat=True),
    }
    bidding = [one for firm in firms for one in people_of(firm)]
    named = [one.user for one in made.opening.openers.all()]
    people = {one.pk: one for one in (*takers(project), *bidding, *named, *officers(), *party(project))}
    words = {"until": made.deadline_after, "reason": made.reason}
    path = reverse("tenders:tender", args=[project.number])
    _tell(
        project, AGAIN, people.values(), key=f"again:{event.pk}", words=words, path=path,
        channels=("in_app", "sms", "email"),
    )  # fmt: skip


def tell_opened(opening: Opening, event: Event) -> None:
    _tell(
        opening.project, OPENED, concerned(opening), key=f"opened:{event.pk}", words={"until": opening.objections_until}
    )


def tell_judged_anew(opening: Opening, bid: OpenedBid, event: Event) -> None:
    people = people_of(bid.bidder.organisation_id)
    _tell(opening.project, JUDGED_ANEW, people, key=f"judged:{event.pk}", words={"lot": bid.lot.number})


def tell_lapsed(opening: Opening, event: Event) -> None:
    _tell(opening.project, LAPSED, concerned(opening), key=f"lapsed:{event.pk}")


def tell_objection(objection: OpeningObjection) -> None:
    opening = objection.opening
    people = {one.pk: one for one in (*party(opening.project), *(each.user for each in opening.openers.all()))}
    _tell(opening.project, OBJECTION, people.values(), key=f"objection:{objection.pk}")


def tell_answer(objection: OpeningObjection) -> None:
    people = people_of(objection.bidder.organisation_id)
    words = {"answer": objection.answer[:200]}
    _tell(objection.opening.project, ANSWERED, people, key=f"answer:{objection.pk}", words=words)


def concerned(opening: Opening) -> list[User]:
    """The bidders' people, the buyer's and the agency's."""
    people = {one.pk: one for one in bidders(opening)}
    return list({**people, **{one.pk: one for one in party(opening.project)}}.values())


def _tell(
    project: Project, template: Template, people: Iterable[User], *, key: str, words: dict[str, Any] | None = None,
    path: str = "", channels: tuple[str, ...] = ("in_app",),
) -> None:  # fmt: skip
    known = {"title": project.title, "number": project.number, **(words or {})}
    for one in people:
        notify(
            one,
            template.code,
            {name: known[name] for name in template.placeholders},
            about=("tenders.project", project.pk),
            channels=channels,
            path=path or reverse("bids:opening", args=[project.number]),
            key=f"bids:{project.pk}:{key}",
        )
