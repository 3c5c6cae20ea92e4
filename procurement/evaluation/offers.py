"""Final offers that nobody changes: what is committed to, what is signed, and whether the register still fits."""

import json
import secrets
from collections.abc import Iterator

from nacl.signing import VerifyKey

from procurement import receipts, sealing
from procurement.evaluation.models import EvaluatedBid, FinalOffer, Negotiation
from procurement.evaluation.models.offers import register_name


def sealed_price(bid: EvaluatedBid, price_fen: int) -> str:
    """What is kept encrypted of an offer: whose it is, the price, and a nonce without which prices could be tried."""
    lot = bid.evaluation.lot
    told = {
        "lot": register_name(lot.project.number, lot.number, bid.evaluation_id),
        "bidder": bid.bid.bidder.organisation.uscc,
        "price_fen": price_fen,
    }
    return sealing.opening_text(told, secrets.token_bytes(sealing.NONCE_BYTES)).decode()


def commitment(opening: str) -> str:
    """SHA-256 that the receipt names, hexadecimal."""
    return sealing.commitment(opening.encode())


def price_of(offer: FinalOffer) -> int:
    """The price in fen. Read after the round only, by `actions.close_offers` and `problems`."""
    return int(json.loads(offer.opening)["fields"]["price_fen"])


def signed_text(bid: EvaluatedBid, price_fen: int) -> str:
    """What the bidder signs with a certificate: lot, firm and price on one line."""
    lot = bid.evaluation.lot
    register = register_name(lot.project.number, lot.number, bid.evaluation_id)
    return f"{register}|{bid.bid.bidder.organisation.uscc}|{price_fen}"


def problems(number: str = "") -> Iterator[tuple[str, str]]:
    """Registers of closed rounds that do not fit: chain, signatures, root, commitments, the prices that counted."""
    rows = Negotiation.objects.filter(closed_at__isnull=False).select_related("evaluation__lot__project").order_by("pk")
    for one in rows.filter(evaluation__lot__project__number=number) if number else rows:
        lot = one.evaluation.lot
        for problem in register_problems(one):
            yield f"{lot.project.number}/{lot.number}", problem


def _outside(one: Negotiation, offer: FinalOffer) -> bool:
    """After the end, or between an end that had passed and the decision that lengthened the round."""
    if offer.act != FinalOffer.Act.OFFERED or one.due_at is None:
        return False
    gaps = [(row.until_before, row.decided_at) for row in one.decisions.all() if row.minutes]
    return offer.received_at >= one.due_at or any(end <= offer.received_at < again for end, again in gaps)


def register_problems(one: Negotiation) -> list[str]:
    """What does not fit in the register of a closed round; an empty list for an intact one."""
    related = ("negotiation__evaluation__lot__project", "bid__bid__bidder__organisation", "key")
    offers = list(one.offers.select_related(*related).order_by("sequence"))
    found: list[str] = []
    for public in sorted({offer.key.public for offer in offers}):
        signer = VerifyKey(bytes.fromhex(public))
        bad = [row for row in offers if row.key.public == public]
        found += [
            f"final offer {row.sequence} is not what was signed"
            for row in bad
            if not receipts.is_signed(row.receipt, row.signature, signer)
        ]
    previous = None
    for place, row in enumerate(offers, start=1):
        if row.sequence != place or (previous is not None and row.previous != previous):
            found.append(f"final offer {row.sequence} does not follow the one before it")
        if row.receipt.digest != row.digest:
            found.append(f"final offer {row.sequence} is not what its digest says")
        previous = row.digest
    found += [f"final offer {row.sequence} came outside of the round" for row in offers if _outside(one, row)]
    last = one.decisions.last()
    if last is not None and last.until_after != one.due_at:
        found.append("the end of the round is not the one that was decided")
    if one.root != receipts.root([row.receipt for row in offers]) or len(offers) != one.sequence:
        found.append("the final offers are not those of the root")
    for row in offers:
        if row.act == FinalOffer.Act.OFFERED and commitment(row.opening) != row.commitment:
            found.append(f"final offer {row.sequence} is not what was committed to")
        elif row.act == FinalOffer.Act.OFFERED and row.current and price_of(row) != row.bid.price_fen:
            found.append(f"final offer {row.sequence} is not the price that counted")
    return found
