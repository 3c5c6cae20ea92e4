"""What colleagues are told about hand-overs, inside the portal."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register

if TYPE_CHECKING:
    from approvals.counter.models import HandOver
    from portal.core.actors import Actor

PROPOSED = register(
    Template(
        "handover.proposed",
        _("%(giver)s hands %(n)s cases over to you"),
        _("%(giver)s wants to hand %(n)s cases over to you. They stay with %(giver)s until you accept."),
        {"giver", "n"},
    )
)
DECIDED = {
    code: register(Template(f"handover.{code}", subject, body, {"who", "n"}))
    for code, subject, body in (
        ("accepted", _("The hand-over was accepted"), _("%(who)s accepted the hand-over: %(n)s cases changed hands.")),
        ("declined", _("The hand-over was declined"), _("%(who)s declined the hand-over; %(n)s cases changed hands.")),
        ("taken_back", _("The hand-over was taken back"), _("%(who)s took the hand-over back; %(n)s cases changed.")),
    )
}


def tell_proposed(handover: "HandOver", count: int) -> None:
    """Tell the receiver."""
    notify(
        handover.receiver,
        PROPOSED.code,
        {"giver": handover.giver.name, "n": str(count)},
        about=("counter.handover", handover.pk),
        channels=("in_app",),
        path=reverse("counter:handover", args=[handover.pk]),
        key=f"handover:{handover.pk}",
    )


def tell_decided(handover: "HandOver", actor: "Actor", moved: int) -> None:
    """Tell giver and receiver, but not whoever decided."""
    for person in (handover.giver, handover.receiver):
        if person.pk != actor.user_id:
            notify(
                person,
                DECIDED[handover.state].code,
                {"who": actor.name, "n": str(moved)},
                about=("counter.handover", handover.pk),
                channels=("in_app",),
                path=reverse("counter:handover", args=[handover.pk]),
                key=f"handover:{handover.pk}:{handover.state}",
            )
