"""What an opening can find in a bid: each finding with its side, its sentence, and the dated rule that
names the article it rests on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.registries import Text
from portal.core.rules import Rule, rules
from portal.core.templatetags.portal import money
from procurement.bids.rules import BOND, DECRYPTING, JOINT, REJECTED, REVOKED, SHARED, TAKING_PART
from procurement.sealing import Fault, Finding
from procurement.tenders.periods import by_law

NO_BOND, RESTRICTED, SAME_LEGAL_PERSON = "no_bond", "restricted", "same_legal_person"
ALONE_AND_JOINT = "alone_and_joint"
OVER_CONTROL, BELOW_START, NO_PRICE = "over_control", "below_start", "no_price"
OVER_BUDGET = "over_budget"
FILES_DIFFER = "files_differ"
NOT_DECRYPTED, SIGNATURE_BROKEN = "not_decrypted", "signature_broken"

SIDES: dict[str, Text] = {
    Fault.CENTRE: pgettext_lazy("fault", "Trading centre"),
    Fault.BIDDER: pgettext_lazy("fault", "Bidder"),
}


@dataclass(frozen=True)
class Check:
    """One finding. `sentence` may name what `facts` of the opened bid hold; `ground` is the dated rule of its article."""

    code: str
    fault: Fault
    label: Text
    sentence: Text
    ground: str
    # What the bid said is read out although the bid does not count.
    readable: bool = False


_CHECKS = (
    Check(Finding.LOST, Fault.CENTRE, pgettext_lazy("finding", "File lost"),
          _("The file of this bid is not in the store although its receipt was given. This is the trading centre's fault:"
            " the bid counts as taken back, and the bidder may claim the damage from the centre."), DECRYPTING),
    Check(Finding.CHANGED, Fault.CENTRE, pgettext_lazy("finding", "File changed after it was received"),
          _("The stored file is not the one that the receipt names: it was changed after it was received. This is the"
            " trading centre's fault: the bid counts as taken back, and the bidder may claim the damage from the centre."),
          DECRYPTING),
    Check(Finding.NOT_A_BID, Fault.BIDDER, pgettext_lazy("finding", "No sealed bid"),
          _("The file is the one that was sent, but it is no sealed bid. The bidder made it so: the bid counts as revoked."),
          DECRYPTING),
    Check(Finding.OTHER_KEY, Fault.BIDDER, pgettext_lazy("finding", "Sealed to another key"),
          _("The bid was sealed to another key than this lot's. The bidder made it so: the bid counts as revoked."),
          DECRYPTING),
    Check(Finding.OTHER_BIDDER, Fault.BIDDER, pgettext_lazy("finding", "Sealed for another lot or bidder"),
          _("The bid was sealed for another lot or by another bidder, or was damaged before it was sent. The bidder made it"
            " so: the bid counts as revoked."), DECRYPTING),
    Check(Finding.DAMAGED, Fault.BIDDER, pgettext_lazy("finding", "Incomplete"),
          _("The bid breaks off or has something behind its end; it was sent so. The bidder made it so: the bid counts as"
            " revoked."), DECRYPTING),
    Check(Finding.OPENING_UNREADABLE, Fault.BIDDER, pgettext_lazy("finding", "Opening fields unreadable"),
          _("The bid opens, but its opening fields cannot be read. The bidder made it so: the bid counts as revoked."),
          DECRYPTING),
    Check(Finding.OTHER_COMMITMENT, Fault.BIDDER, pgettext_lazy("finding", "Other fields than committed to"),
          _("The opening fields in the bid are not those that the bidder committed to when sending it. The bidder made it"
            " so: the bid counts as revoked."), DECRYPTING),
    Check(FILES_DIFFER, Fault.BIDDER, pgettext_lazy("finding", "Documents incomplete"),
          _("The documents in the bid are not as long as its list of files says. The bidder made it so: the bid counts as"
            " revoked."), DECRYPTING),
    Check(NOT_DECRYPTED, Fault.BIDDER, pgettext_lazy("finding", "Not decrypted in time"),
          _("The bidder did not decrypt its bid within the window, which ended at %(until)s. This is the bidder's doing: the"
            " bid counts as revoked, it stays sealed, and the bond need not be given back."), REVOKED),
    Check(SIGNATURE_BROKEN, Fault.CENTRE, pgettext_lazy("finding", "Signature does not fit any more"),
          _("The signature was right when the bid was received and does not fit the stored bid now. This is the trading"
            " centre's fault: the bid counts as taken back, and the bidder may claim the damage from the centre."),
          DECRYPTING),
    Check(RESTRICTED, Fault.BIDDER, pgettext_lazy("finding", "Firm may not take part"),
          _("On the day of the opening the firm may not take part: %(kind)s, decided by %(authority)s. Source: %(source)s."),
          TAKING_PART, readable=True),
    Check(NO_BOND, Fault.BIDDER, pgettext_lazy("finding", "No bid bond"),
          _("No bid bond of this firm was held at the deadline, although the tender asks for %(amount)s."), BOND,
          readable=True),
    Check(SAME_LEGAL_PERSON, Fault.BIDDER, pgettext_lazy("finding", "Shared legal person"),
          _("This bidder and %(others)s have the same legal person. Firms with one head may not bid for the same lot; all"
            " of their bids are void."), SHARED, readable=True),
    Check(ALONE_AND_JOINT, Fault.BIDDER, pgettext_lazy("finding", "Alone and in a consortium"),
          _("%(firms)s stands behind this bid and behind another one for the same tender. Within one tender a firm bids"
            " either alone or in one consortium; all of these bids are void."), JOINT, readable=True),
    Check(NO_PRICE, Fault.BIDDER, pgettext_lazy("finding", "No price"),
          _("The opening fields hold no price in whole fen. The bidder made it so."), REJECTED, readable=True),
    Check(OVER_CONTROL, Fault.BIDDER, pgettext_lazy("finding", "Over the control price"),
          _("The price of %(price)s is over the control price of %(limit)s."), REJECTED, readable=True),
    Check(OVER_BUDGET, Fault.BIDDER, pgettext_lazy("finding", "Over the budget"),
          _("The price of %(price)s is over the published budget of %(limit)s; the buyer cannot pay more."), REJECTED,
          readable=True),
    Check(BELOW_START, Fault.BIDDER, pgettext_lazy("finding", "Below the starting price"),
          _("The price of %(price)s is below the starting price of %(limit)s."), REJECTED, readable=True),
)  # fmt: skip
CHECKS: dict[str, Check] = {str(one.code): one for one in _CHECKS}
# Nothing of these was decrypted, or nothing of it can be trusted.
UNREADABLE = frozenset(code for code, one in CHECKS.items() if not one.readable)
MONEY_FACTS = ("price", "limit", "amount")


def grounds(project: Any, on: dt.date) -> dict[str, Rule]:
    """The article behind each finding by the law of the tender, as it stood on the day of the opening. One query at most."""
    asked = {one.ground: by_law(one.ground, project) for one in _CHECKS}
    held = rules(asked.values(), on)
    return {str(one.code): held[asked[one.ground]] for one in _CHECKS}


def sentence(finding: str, facts: Mapping[str, Any]) -> str:
    """The finding in the reader's words, with its figures."""
    told = {name: money(value) if name in MONEY_FACTS else value for name, value in facts.items()}
    text = str(CHECKS[finding].sentence)
    return text % told if told else text
