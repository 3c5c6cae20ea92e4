"""What people are told about fees."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.payments.models import Order
from portal.core.money import format_yuan
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

WORDS = frozenset({"item", "number", "amount"})


def _template(code: str, subject: Any, body: Any, *more: str) -> str:
    return register(Template(f"payment.{code}", subject, body, WORDS | set(more))).code


DUE = _template(
    "due",
    _("Please pay the fee of your application %(number)s"),
    _("A fee of %(amount)s yuan is due for your application %(number)s (%(item)s). Please pay it by %(day)s."),
    "day",
)
REMINDER = _template(
    "reminder",
    _("The fee of your application %(number)s is still unpaid"),
    _(
        "The fee of %(amount)s yuan for your application %(number)s (%(item)s) has not been paid. The order ends on"
        " %(day)s; until it is paid your application cannot be finished."
    ),
    "day",
)
PAID = _template(
    "paid",
    _("We have received your payment for %(number)s"),
    _(
        "The fee of %(amount)s yuan for your application %(number)s (%(item)s) has been received. Your receipt is ready."
    ),
)
WAIVED = _template(
    "waived",
    _("No fee is due for your application %(number)s"),
    _("For your application %(number)s (%(item)s) the fee of %(amount)s yuan is waived. You need do nothing."),
)
EXPIRED = _template(
    "expired",
    _("The payment order of %(number)s has expired"),
    _(
        "The payment order over %(amount)s yuan for your application %(number)s (%(item)s) was not paid in time and has"
        " expired. You can ask for a new one on the page of your application."
    ),
)
REFUNDED = _template(
    "refunded",
    _("A fee for %(number)s has been returned to you"),
    _("Of the fee for your application %(number)s (%(item)s) %(amount)s yuan have been returned the way you paid."),
)
GOES_BACK = _template(
    "goes_back",
    _("Your payment for %(number)s goes back"),
    _(
        "%(amount)s yuan for your application %(number)s (%(item)s) came when nothing was due any more. The refund is"
        " under way; you need do nothing."
    ),
)
MISMATCH = _template(
    "mismatch",
    _("A payment for %(number)s does not fit its order"),
    _("For case %(number)s (%(item)s) %(amount)s yuan came in, which is not what the order says. Please settle it."),
)


def tell_payer(order: Order, template: str, *, key: str, amount_fen: int | None = None) -> None:
    """Tell the applicant, on all channels that have an address. Rows only, in the present transaction."""
    case = order.case
    if case.applicant is None or case.imported:
        return
    notify(
        case.applicant,
        template,
        {**_words(order, amount_fen), "day": order.expires_on},
        about=("cases.case", case.pk),
        path=reverse("cases:detail", args=[case.number]),
        key=key,
    )


def tell_staff(order: Order, template: str, *, key: str, amount_fen: int) -> None:
    """Tell the heads of the department and the supervisors, inside the portal."""
    holders = Posting.objects.in_force().filter(role__in=[Role.DEPARTMENT_HEAD, Role.SUPERVISOR])
    people = User.objects.filter(is_active=True).filter(
        pk__in=[
            one.user_id for one in holders if one.role == Role.SUPERVISOR or one.department_id == order.department_id
        ]
    )
    for person in people:
        notify(
            person,
            template,
            _words(order, amount_fen),
            about=("cases.case", order.case_id),
            channels=("in_app",),
            path=reverse("payments:order", args=[order.number]),
            key=key,
        )


def _words(order: Order, amount_fen: int | None) -> dict[str, Any]:
    item = order.case.item
    fen = order.amount_fen if amount_fen is None else amount_fen
    return {
        "item": Words(item.name, item.name_en),
        "number": order.case.number,
        "amount": format_yuan(fen).removesuffix(".00"),
    }
