"""Entering which part of a contract somebody else carries out."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, WrongState, type_of_message
from portal.core.identity import check_uscc
from procurement.awards.actions.contracts import MOST_ROWS, kept, noted
from procurement.awards.models import Subcontract


@action
def add_subcontract(
    actor: Actor, contract_id: int, *, uscc: str, name: str, part: str, amount_fen: int, signed_on: dt.date
) -> Subcontract:
    """Enter a subcontract that the buyer has agreed to (tendering law, article 48). Raises NotAllowed, Invalid.

    The contractor does not subcontract to itself, nor for more than the contract comes to.
    """
    contract = kept(actor, contract_id)
    wrong: dict[str, type_of_message] = {
        field: _("Please fill this in.") for field, value in (("name", name), ("part", part)) if not value.strip()
    }
    try:
        uscc = check_uscc(uscc)
    except Invalid as error:
        wrong["uscc"] = error.message
    if uscc == contract.bidder.organisation.uscc:
        wrong["uscc"] = _("This is the contractor itself.")
    if not 0 < amount_fen <= contract.total_fen:
        wrong["amount"] = _("Enter an amount over nought and within the contract.")
    if contract.signed_on and signed_on < contract.signed_on:
        wrong["signed_on"] = _("This day lies before the contract.")
    if wrong:
        raise Invalid(fields=wrong)
    if contract.subcontracts.count() >= MOST_ROWS:
        raise WrongState(_("A contract has at most %(n)s of these."), n=MOST_ROWS)
    made = Subcontract.objects.create(
        contract=contract, uscc=uscc, name=name.strip(), part=part.strip(), amount_fen=amount_fen, signed_on=signed_on
    )
    noted(contract, "subcontracted", actor, subcontract=made.pk, amount_fen=amount_fen)
    return made
