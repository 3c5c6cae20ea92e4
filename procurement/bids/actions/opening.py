"""The opening: parts of two officers, then bid after bid, then what only shows when all of them lie side by side."""

import base64
import binascii
import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotFound, WrongState
from portal.core.events import record
from portal.core.rules import Rule, rule
from portal.core.templatetags.portal import moment
from portal.core.time import local_date, now
from procurement.bidders import signatures
from procurement.bidders.models import Bidder, BidderPerson
from procurement.bidders.standing import blocks_of
from procurement.bids import findings, notices
from procurement.bids.actions.bonds import let_go_unused
from procurement.bids.actions.common import locked_project, opening_for, take, touch
from procurement.bids.joint import firms_behind
from procurement.bids.models import (
    Book,
    ConsortiumMember,
    OpenedBid,
    OpenedFile,
    Opener,
    Opening,
    OpeningPart,
    Submission,
)
from procurement.bids.opened import digests_of
from procurement.bids.reading import Read
from procurement.bids.rules import OBJECTION_MINUTES, minimum_rule
from procurement.clock import deciding_now
from procurement.models import Method
from procurement.sealing import is_key_of, pair_name
from procurement.tenders.actions.lots import fail_lot
from procurement.tenders.actions.steps import fail_by_rule, move
from procurement.tenders.limits import price_limit
from procurement.tenders.models import Bond, FailedLot, Project
from procurement.tenders.models.bond import OPEN
from procurement.tenders.periods import law_of

INNER_BOX_BYTES = 32 + 48  # a key in one sealed box
Keys = Mapping[int, bytes]  # lot -> its private key


class TooFew(DomainError):
    """Fewer bidders than the rule asks for: nothing may be opened."""

    code = "too_few_bidders"
    default_message = gettext_lazy(
        "Only %(n)s bidders: with fewer than %(least)s no bid may be opened (%(source)s). Declare it, and the tender fails."
    )


class WrongKey(DomainError):
    """What the officers' parts gave is not the key of the lot."""

    code = "wrong_key"
    status = 422
    default_message = gettext_lazy(
        "The two parts do not give the key of lot %(lot)s. Please check that both officers chose their own key file."
    )


class TooEarly(DomainError):
    """The opening time has not come by the database's clock."""

    code = "too_early"
    default_message = gettext_lazy("Bids are opened at %(at)s, not before.")


# --- the officers' parts ------------------------------------------------------------------------------------------------


@action
def give_part(actor: Actor, project_id: int, boxes: Mapping[int, Mapping[int, str]]) -> Opening:
    """An officer is there, with the boxes from which their browser took the outer layer: lot → second officer → box.

    What is left is still sealed to the second officer. Raises NotAllowed, WrongState, TooEarly, Invalid.
    """
    opening = opening_for(actor, project_id)
    _check_time(opening)
    mine = next(one for one in opening.openers.all() if one.user_id == actor.user_id)
    others = {one.user_id: one for one in opening.openers.all()}
    books = {book.lot_id: book for book in books_of(opening)}
    for lot_id, per_officer in boxes.items():
        for user_id, box in per_officer.items():
            inner, book = others.get(user_id), books.get(lot_id)
            if inner is None or book is None or not _is_outer(mine, inner) or not _is_box(box):
                raise Invalid(_("This is no part of the key of a lot. Please choose your key file again."))
            OpeningPart.objects.update_or_create(
                book=book, outer=mine, inner=inner, defaults={"box": box, "given_at": now()}
            )
    if mine.present_at is None:
        mine.present_at = now()
        mine.save(update_fields=["present_at"])
        record(opening, "opening.part", actor, data={"officer": actor.name})
    touch(opening)
    return opening


def _is_outer(one: Opener, other: Opener) -> bool:
    return one.pk != other.pk and pair_name(str(one.user_id), str(other.user_id))[0] == str(one.user_id)


def _is_box(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == INNER_BOX_BYTES
    except (binascii.Error, ValueError):
        return False


def _check_time(opening: Opening) -> None:
    if opening.state not in ("closed", "opening"):
        raise WrongState()
    due = opening.project.deadline_at or opening.due_at
    if deciding_now() < due:
        raise TooEarly(at=moment(due))


# --- beginning ----------------------------------------------------------------------------------------------------------


def books_of(opening: Opening) -> list[Book]:
    rows = Book.objects.filter(lot__project=opening.project_id).select_related("lot__project")
    return list(rows.order_by("lot__number"))


def bidders_in(book: Book) -> int:
    """How many bidders there are at the deadline: the latest bid of each, withdrawn ones not counted."""
    return book.submissions.counting().count()


def least_bidders(opening: Opening) -> Any:
    """The rule on how many bidders an opening needs, of the day of the opening."""
    return rule(minimum_rule(opening.project), local_date(opening.due_at))


def short_books(opening: Opening, books: Sequence[Book]) -> list[Book]:
    """The lots that may not be opened."""
    least = least_bidders(opening).days
    return [book for book in books if bidders_in(book) < least]


@action
def begin(actor: Actor, project_id: int, keys: Keys) -> Opening:
    """Begin the opening with the keys of the lots, or go on with it; two who begin at once begin one opening.

    The keys are checked and forgotten: nothing writes them anywhere. Raises TooFew, WrongKey, TooEarly, NotAllowed.
    """
    project = locked_project(project_id)
    opening = opening_for(actor, project_id)
    if opening.state in ("decrypting", "opened", "recorded"):
        return opening
    _check_time(opening)
    books = books_of(opening)
    short = short_books(opening, books)
    if len(short) == len(books):
        least = least_bidders(opening)
        raise TooFew(n=max(bidders_in(book) for book in books), least=least.days, source=least.display_source)
    check_keys([book for book in books if book not in short], keys)
    if opening.state == "opening":
        return opening
    for book in books:
        book.outcome = Book.Outcome.SHORT if book in short else Book.Outcome.OPENED
        book.save(update_fields=["outcome"])
    opening.opened_by = _two_names(opening, actor)
    event = take(opening, "begin", actor, officers=opening.opened_by, short=[book.lot.number for book in short])
    for book in short:
        book.lot.project = project
        fail_lot(book.lot, FailedLot.Ground.SHORT, actor, bidders=bidders_in(book))
    notices.tell_begun(opening, event)
    return opening


def check_keys(books: Sequence[Book], keys: Keys) -> None:
    """Raises WrongKey unless each of these lots gets its own private key."""
    for book in books:
        if not is_key_of(keys.get(book.lot_id, b""), bytes.fromhex(book.public)):
            raise WrongKey(lot=book.lot.number)


def _two_names(opening: Opening, actor: Actor) -> str:
    """Who peeled first and who came second; the first is whoever gave the part that this officer could open."""
    parts = OpeningPart.objects.filter(book__lot__project=opening.project_id, inner__user=actor.user_id)
    first = parts.select_related("outer__user").order_by("given_at").first()
    return "、".join([*([first.outer.user.name] if first else []), actor.name])[:200]


@action
def lapse(actor: Actor, project_id: int) -> Opening:
    """Nothing is opened, because every lot has too few bidders: the tender fails by rule. Raises WrongState."""
    project = locked_project(project_id)
    opening = opening_for(actor, project_id)
    _check_time(opening)
    books = books_of(opening)
    if len(short_books(opening, books)) < len(books):
        raise WrongState(_("There are enough bidders: open the bids."))
    least = least_bidders(opening)
    for book in books:
        book.outcome = Book.Outcome.SHORT
        book.save(update_fields=["outcome"])
    event = take(opening, "lapse", actor)
    for book in books:
        book.lot.project = project
        fail_lot(book.lot, FailedLot.Ground.SHORT, actor, bidders=bidders_in(book), public=False)
    fail_by_rule(project, actor, _too_few(project, least))
    notices.tell_lapsed(opening, event)
    return opening


def _too_few(project: Project, least: Rule) -> str:
    """The public reason, in the words of the law of the tender: 不予开标, 废标, 终止采购活动."""
    if project.method not in (Method.OPEN, Method.INVITED):
        return f"提交响应文件的供应商不足{least.days}家，依据{least.source}终止采购活动。"
    if law_of(project.category) == "g":
        return f"投标人不足{least.days}家，依据{least.source}不予开标，予以废标。"
    return f"投标人少于{least.days}个，依据{least.source}不予开标。"


# --- bid after bid ------------------------------------------------------------------------------------------------------


def remaining(opening: Opening) -> Any:
    """The bids that still wait, in the order of their receipts."""
    rows = Submission.objects.counting().filter(
        book__lot__project=opening.project_id, book__outcome=Book.Outcome.OPENED, opened__isnull=True,
        own_layer__isnull=True,
    )  # fmt: skip
    rows = rows.select_related("book__lot__project", "bidder__organisation", "file")
    return rows.order_by("book__lot__number", "sequence")


@action
def record_opened(actor: Actor, submission_id: int, read: Read) -> OpenedBid:
    """Write down what was found in one bid. Read twice at once, it is written once. Raises NotAllowed, WrongState."""
    one = counting(submission_id)
    opening = opening_for(actor, one.book.lot.project_id)
    found = OpenedBid.objects.filter(submission=one).first()
    if found is not None:
        return found
    if opening.state != "opening":
        raise WrongState()
    return written(opening, actor, one, read)


def counting(submission_id: int) -> Submission:
    """A bid that counts. Raises NotFound."""
    rows = Submission.objects.counting().filter(pk=submission_id)
    one = rows.select_related("book__lot__project", "bidder__organisation").first()
    if one is None:
        raise NotFound()
    return one


def written(opening: Opening, actor: Actor, one: Submission, read: Read) -> OpenedBid:
    """The row of an opened bid with its documents; the opening is locked."""
    made = OpenedBid.objects.create(
        lot=one.book.lot, bidder=one.bidder, submission=one, finding=read.finding, fields=read.fields,
        price_fen=read.fields.get("price_fen"), opened_at=now(), documents_sha256=read.documents_sha256,
    )  # fmt: skip
    for place, file in enumerate(read.files):
        file.stream, file.stream_id = "bids.openedbid", made.pk
        file.save(force_insert=True)
        OpenedFile.objects.create(bid=made, file=file, place=place)
    data = {"sequence": one.sequence, "finding": made.finding, "bidder": one.bidder.organisation.name}
    record(opening, "opening.bid_opened", actor, data=data)
    touch(opening)
    return made


# --- the end ------------------------------------------------------------------------------------------------------------


@action
def finish(actor: Actor, project_id: int) -> Opening:
    """Compare all bids of each lot, end the opening, and move the tender on. Raises WrongState while bids wait."""
    project = locked_project(project_id)
    opening = opening_for(actor, project_id)
    if opening.state in ("opened", "recorded"):
        return opening
    if opening.state != "opening" or remaining(opening).exists():
        raise WrongState()
    end(opening, project, actor, "finish")
    return opening


def end(opening: Opening, project: Project, actor: Actor, code: str) -> None:
    """Compare, end by the step that fits, move the tender on; tender and opening are locked."""
    at = now()
    books = books_of(opening)
    for book in books:
        judge(book, at)
    let_go_unused(books, at, actor)
    OpeningPart.objects.filter(book__lot__project=project.pk).delete()
    opening.opened_at = at
    opening.objections_until = at + dt.timedelta(minutes=rule(OBJECTION_MINUTES, local_date(at)).days)
    event = take(opening, code, actor, bids=digests_of(opening))
    move(project, "open", actor)
    notices.tell_opened(opening, event)


def judge(book: Book, at: dt.datetime) -> None:
    """What only shows beside the others, or by the books of the centre: the first finding that applies counts."""
    bids = list(book.lot.opened_bids.select_related("bidder__organisation", "submission__certificate").order_by("pk"))
    readable = [bid for bid in bids if bid.finding not in findings.UNREADABLE]
    behind = firms_behind(readable)
    twice, shared = _alone_and_joint(book), _shared_heads(book, readable, behind, at)
    for bid in readable:
        bid.finding, bid.facts = (
            _broken_signature(bid)
            or _restricted(book, behind[bid.pk], at)
            or _without_bond(book, behind[bid.pk])
            or _twice(behind[bid.pk], twice)
            or _with_head_of_others(bid, shared)
            or _by_price(book, bid)
            or ("", {})
        )
        bid.save(update_fields=["finding", "facts"])


Judged = tuple[str, dict[str, Any]] | None


def _broken_signature(bid: OpenedBid) -> Judged:
    """The bidder's signature, right when the bid was received, is checked once more against what is stored."""
    sent = bid.submission
    if sent is None or sent.certificate is None:
        return None
    good = signatures.is_signed(sent.certificate.pem, sent.sha256.encode(), sent.certificate_signature)
    return None if good else (findings.SIGNATURE_BROKEN, {})


def _restricted(book: Book, firms: Sequence[Bidder], at: dt.datetime) -> Judged:
    """A firm listed after it sent its bid is kept out from that day, and with it its consortium."""
    for firm in firms:
        for one in blocks_of(firm.organisation.uscc, local_date(at), book.lot.project.category)[:1]:
            kind = str(one.get_kind_display())
            return findings.RESTRICTED, {"kind": kind, "authority": one.authority, "source": one.source}
    return None


def _without_bond(book: Book, firms: Sequence[Bidder]) -> Judged:
    """None was declared, or it was refused. One that still waits for its confirmation is settled before the evaluation.

    The bond of one member holds for its consortium.
    """
    if not book.lot.bond_fen:
        return None
    organisations = [firm.organisation_id for firm in firms]
    held = Bond.objects.filter(lot=book.lot, organisation__in=organisations, state__in=OPEN)
    return None if held.exists() else (findings.NO_BOND, {"amount": book.lot.bond_fen})


def _alone_and_joint(book: Book) -> dict[int, str]:
    """Firms that stand behind more than one bid of the tender, as a bidder or a member: key → name."""
    rows = Submission.objects.counting().filter(book__lot__project=book.lot.project_id)
    stands: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for bidder_id, consortium_id in rows.values_list("bidder", "consortium"):
        stands[bidder_id].add((bidder_id, consortium_id or 0))
    consortia = {consortium for each in stands.values() for _bidder, consortium in each}
    for one in ConsortiumMember.objects.filter(consortium__in=consortia).select_related("consortium"):
        stands[one.bidder_id].add((one.consortium.lead_id, one.consortium_id))
    twice = [bidder_id for bidder_id, each in stands.items() if len(each) > 1]
    return dict(Bidder.objects.filter(pk__in=twice).values_list("pk", "organisation__name"))


def _twice(firms: Sequence[Bidder], twice: Mapping[int, str]) -> Judged:
    names = sorted(twice[firm.pk] for firm in firms if firm.pk in twice)
    return (findings.ALONE_AND_JOINT, {"firms": "、".join(names)}) if names else None


def _shared_heads(
    book: Book, bids: Sequence[OpenedBid], behind: Mapping[int, Sequence[Bidder]], at: dt.datetime
) -> dict[int, list[str]]:
    """For each bidder the names of the others with the same legal person, by the blind index of the number.

    Everybody counts who was legal person at any time from the notice to the opening, also who was taken off the list.
    A consortium is one bidder: whom its members share among themselves is no matter, whom they share with others is.
    """
    side = {firm.pk: bid.bidder_id for bid in bids for firm in behind[bid.pk]}
    people = BidderPerson.objects.filter(kind=BidderPerson.Kind.LEGAL_PERSON, bidder__in=list(side))
    people = people.stood(book.lot.project.announced_at or at, at)
    heads: dict[str, set[int]] = defaultdict(set)
    for bidder_id, blind in people.values_list("bidder_id", "identity_blind"):
        heads[blind].add(side[bidder_id])
    names = {bid.bidder_id: bid.bidder.organisation.name for bid in bids}
    found: dict[int, set[int]] = defaultdict(set)
    for group in heads.values():
        for one in group:
            found[one] |= group - {one}
    return {one: sorted(names[other] for other in others) for one, others in found.items() if others}


def _with_head_of_others(bid: OpenedBid, shared: Mapping[int, list[str]]) -> Judged:
    others = shared.get(bid.bidder_id)
    return (findings.SAME_LEGAL_PERSON, {"others": "、".join(others)}) if others else None


def _by_price(book: Book, bid: OpenedBid) -> Judged:
    """Over the control price, or below the start of a sale. Without a control price the budget binds public buyers."""
    lot = book.lot
    if bid.price_fen is None:
        return findings.NO_PRICE, {}
    if lot.project.is_sale:
        below = bid.price_fen < lot.budget_fen
        return (findings.BELOW_START, {"price": bid.price_fen, "limit": lot.budget_fen}) if below else None
    limit = price_limit(lot)
    if limit is None or bid.price_fen <= limit:
        return None
    over = findings.OVER_CONTROL if lot.control_price_fen else findings.OVER_BUDGET
    return over, {"price": bid.price_fen, "limit": limit}
