"""What colleagues are told about hand-overs. The texts are filled in later than translated, so none bends to a number."""

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
        _("Cases that %(giver)s hands over to you: %(n)s"),
        _("Cases that %(giver)s wants to hand over to you: %(n)s. Until you accept, they stay with %(giver)s."),
        {"giver", "n"},
    )
)
DECIDED = {
    code: register(Template(f"handover.{code}", subject, body, {"who", "n"}))
    for code, subject, body in (
        (
            "accepted",
            _("The hand-over was accepted"),
            _("%(who)s accepted the hand-over. Cases changed: %(n)s."),
        ),
        (
            "declined",
            _("The hand-over was declined"),
            _("%(who)s declined the hand-over. Cases changed: %(n)s."),
        ),
        (
            "taken_back",
            _("The hand-over was taken back"),
            _("%(who)s took the hand-over back. Cases changed: %(n)s."),
        ),
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
