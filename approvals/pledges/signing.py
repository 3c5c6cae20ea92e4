"""What a signature under a commitment asks for, wherever it is given: the text in force, the name, the second step."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_otp import match_token

from approvals.pledges import terms
from approvals.pledges.models import Commitment, CommitmentText
from portal.core.errors import Invalid, Stale, WrongState, type_of_message
from portal.people.throttle import count

if TYPE_CHECKING:
    from portal.people.models import User

TRIES = 10  # wrong second steps in an hour
BY_AGENT = _("A commitment is signed by the person who applies, not by an agent. Please bring the material.")


def text_to_sign(item_id: int, text_id: int) -> CommitmentText:
    """The text in force that was read. Raises WrongState where the item has none, Stale when it has changed."""
    text = terms.text_of(item_id)
    if text is None:
        raise WrongState(_("This item is not decided on a commitment. Please bring the materials."))
    if text.pk != text_id:
        raise Stale(_("The text of the commitment has changed. Please read the new text and sign it."))
    return text


def check_signature(own: str, name: str, *, read: bool) -> None:
    """`own` is the name of whose hand signs. Raises Invalid for another name, and for a text that was not read."""
    wrong: dict[str, type_of_message] = {}
    if name.strip() != own:
        wrong["name"] = _("Type your name as it stands in your account.")
    if not read:
        wrong["read"] = _("Please confirm that you have read the text and meet the conditions.")
    if wrong:
        raise Invalid(fields=wrong)


def check_paper(signer: str, name: str, *, before_my_eyes: bool) -> None:
    """A signature on paper: `signer` is whose hand has to sign. Raises Invalid for another name, and where the clerk did
    not see it."""
    wrong: dict[str, type_of_message] = {}
    if name.strip() != signer:
        wrong["name"] = _("The paper has to be signed by %(name)s.") % {"name": signer}
    if not before_my_eyes:
        wrong["before_my_eyes"] = _("Please confirm that the person signed before your eyes.")
    if wrong:
        raise Invalid(fields=wrong)


def second_step(user: "User", secret: str, *, device: bool) -> str:
    """What the person did besides being signed in. Raises Invalid for a wrong secret, TooMany after many of them."""
    account: Any = user
    if device:
        if match_token(account, secret.strip()) is not None:
            return Commitment.Step.DEVICE
        raise Invalid(fields={"secret": _("This code is not right. Please take the one that the device shows now.")})
    if not account.has_usable_password():
        raise Invalid(fields={"secret": _("Your account has no password yet. Please set one up under “My account”.")})
    if account.check_password(secret):
        return Commitment.Step.PASSWORD
    count("pledges.sign", str(account.pk), limit=TRIES)
    raise Invalid(fields={"secret": _("This password is not right.")})
