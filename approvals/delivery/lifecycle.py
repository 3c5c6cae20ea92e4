"""The life of a delivery: every state, and every step from one to another."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.delivery import policies
from approvals.delivery.models import Delivery, Way
from portal.core.lifecycle import Ask, Lifecycle, State, Transition

STATES = [
    State("preparing", pgettext_lazy("delivery state", "Being prepared")),
    State("ready", pgettext_lazy("delivery state", "Ready for pick-up")),
    State("posted", pgettext_lazy("delivery state", "Posted")),
    State("provided", pgettext_lazy("delivery state", "Provided electronically")),
    State("failed", pgettext_lazy("delivery state", "Came back")),
    State("delivered", pgettext_lazy("delivery state", "Delivered"), ended=True),
    State("void", pgettext_lazy("delivery state", "Decision undone"), ended=True),
]
# Something to be delivered exists: the document, or the refusal.
DELIVERABLE = frozenset({"issued", "refused"})


def _nobody(_user: Any, _delivery: Any) -> bool:
    return False


def has_result(delivery: Delivery) -> bool:
    return delivery.case.state in DELIVERABLE


def to_post(delivery: Delivery) -> bool:
    return has_result(delivery) and delivery.way == Way.POST


TRANSITIONS: list[Transition[Delivery]] = [
    Transition(
        "make_ready", label=_("Ready for pick-up"), told=pgettext_lazy("timeline", "The result is ready for pick-up"),
        sources=frozenset({"preparing", "failed", "provided"}), target="ready", may=policies.may_handle,
        when=has_result, tone="primary",
    ),
    Transition(
        "post", label=_("Posted"), told=pgettext_lazy("timeline", "The result was posted"),
        sources=frozenset({"preparing", "failed", "ready"}), target="posted", may=policies.may_handle, when=to_post,
        asks=(
            Ask("carrier", "choice", _("Carrier"), choices=tuple(Delivery.Carrier.choices)),
            Ask("tracking_number", "text", _("Tracking number"), longest=30),
        ), tone="primary",
    ),
    Transition(
        "provide", label=_("Provide electronically"),
        told=pgettext_lazy("timeline", "The result was provided electronically"),
        sources=frozenset({"preparing"}), target="provided", may=_nobody, by_portal=True, when=has_result,
    ),
    Transition(
        "hand_over", label=_("Hand over"), told=pgettext_lazy("timeline", "The result was handed over"),
        sources=frozenset({"ready"}), target="delivered", may=policies.may_handle, when=has_result, tone="primary",
    ),
    Transition(
        "confirm", label=_("Enter the carrier's slip"),
        told=pgettext_lazy("timeline", "The carrier's slip was entered"),
        sources=frozenset({"posted"}), target="delivered", may=policies.may_handle,
        asks=(Ask("slip", "text", _("Who signed, and when"), longest=200),),
    ),
    Transition(
        "arrive", label=_("Delivered"), told=pgettext_lazy("timeline", "The carrier delivered the result"),
        sources=frozenset({"posted"}), target="delivered", may=_nobody, by_portal=True,
    ),
    Transition(
        "open", label=_("Open the document"), told=pgettext_lazy("timeline", "The applicant opened the result"),
        sources=frozenset({"provided"}), target="delivered", may=policies.may_open,
    ),
    Transition(
        "come_back", label=_("It came back"), told=pgettext_lazy("timeline", "The letter came back"),
        sources=frozenset({"posted"}), target="failed", may=policies.may_handle,
        asks=(Ask("reason", "text", _("Reason"), longest=200),), tone="warning",
    ),
    Transition(
        "bounce", label=_("It came back"), told=pgettext_lazy("timeline", "The letter came back"),
        sources=frozenset({"posted"}), target="failed", may=_nobody, by_portal=True,
    ),
    Transition(
        "rechoose", label=_("Change the way of delivery"), told=pgettext_lazy("timeline", "Way of delivery chosen"),
        sources=frozenset({"preparing", "ready", "provided", "failed"}), target="preparing",
        may=policies.may_rechoose,
    ),
    Transition(
        "undo", label=_("Undone"), told=pgettext_lazy("timeline", "The delivery begins again after a correction"),
        sources=frozenset({"preparing", "ready", "posted", "provided", "failed", "delivered", "void"}),
        target="preparing", may=_nobody, by_portal=True, public=False,
    ),
    Transition(
        "annul", label=_("Undone"), told=pgettext_lazy("timeline", "No delivery, because the decision was undone"),
        sources=frozenset({"preparing", "ready", "posted", "provided", "failed", "delivered"}), target="void",
        may=_nobody, by_portal=True, public=False,
    ),
    Transition(
        "enter", label=_("Delivered"), told=pgettext_lazy("timeline", "Delivered"),
        sources=frozenset({"preparing", "ready", "posted", "provided", "failed"}), target="delivered", may=_nobody,
        by_portal=True, public=False,
    ),
]  # fmt: skip

DELIVERY: Lifecycle[Delivery] = Lifecycle("delivery", STATES, TRANSITIONS)
