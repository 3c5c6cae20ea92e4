"""What this room hangs into the house: lamps, navigation, the block of the indicators, words of the history."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.rule_seeds import announce
from portal.core import access
from portal.core.documents import Shelf, register_shelf
from portal.core.events import stream_of
from portal.core.registries import STAFF, SUPERVISION, register_nav
from portal.people.history import register_history
from portal.supervision.monitoring import exports, measures, policies, sources
from portal.supervision.monitoring.lifecycle import ACCOUNTABILITY, ACT, SAMPLE
from portal.supervision.monitoring.models import Accountability, Act, Sample
from portal.supervision.monitoring.rules import MONITORING_RULES
from portal.supervision.policies import BOARD_ROLES


def connect() -> None:
    """Called in `ready()`."""
    announce(MONITORING_RULES)
    sources.register()
    measures.connect()
    exports.register()
    _navigation()
    register_shelf(Shelf(stream_of(Act), visible=_visible_acts, may_read=_may_read, may_manage=_may_manage))
    for model, label, name in (
        (Act, _("Act of supervision"), "monitoring:act"),
        (Accountability, _("Accountability record"), "monitoring:accountability"),
        (Sample, _("Sample review"), "monitoring:sample"),
    ):
        access.register_stream(stream_of(model), label, link=_link(name))
    register_history(
        {
            "act.issued": pgettext_lazy("act timeline", "Issued"),
            "accountability.proposed": pgettext_lazy("history", "Accountability proposed"),
            **{f"act.{code}": one.told for code, one in ACT.transitions.items()},
            **{f"accountability.{code}": one.told for code, one in ACCOUNTABILITY.transitions.items()},
            **{f"sample.{code}": one.told for code, one in SAMPLE.transitions.items()},
        }
    )


def _navigation() -> None:
    for label, name, order in (
        (_("Lamps"), "monitoring:lamps", 21),
        (_("Orders and explanations"), "monitoring:acts", 22),
        (_("Accountability"), "monitoring:accountabilities", 23),
        (_("Sample reviews"), "monitoring:samples", 24),
        (_("My alerts"), "monitoring:alerts", 28),
    ):
        register_nav(STAFF, label, name, BOARD_ROLES, order=order, group=SUPERVISION)


def _link(name: str) -> Any:
    return lambda pk: reverse(name, args=[pk])


def _visible_acts(user: Any) -> Any:
    return Act.objects.visible_to(user).values("pk")


def _may_read(user: Any, act_id: int) -> bool:
    act = Act.objects.filter(pk=act_id).first()
    return act is not None and policies.may_see_act(user, act)


def _may_manage(user: Any, _act_id: int) -> bool:
    return policies.may_supervise(user)
