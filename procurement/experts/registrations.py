"""What experts hang into the core's registries: rules, navigation, exports, words of the history and the access log."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access
from portal.core.exports import Column, Opening, register_export
from portal.core.registries import STAFF, TRADING, register_nav, register_panel
from portal.core.rule_book import TITLES
from portal.people.history import register_history
from portal.people.roles import Role
from procurement import fixed
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.experts import jobs, notices  # noqa: F401 - templates register themselves
from procurement.experts.lifecycle import DRAW, EXPERT, MEMBER
from procurement.experts.models import Expert, PanelMember, Standing
from procurement.experts.panels import inner_panel, public_panel
from procurement.experts.rules import EXPERT_RULES
from procurement.fixed import Fixed

READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    fixed.register(
        Standing,
        Fixed(
            columns=(
                "expert_id", "kind", "ground", "source", "authority", "starts_on", "ends_on", "appeal", "recorded_at",
                "recorded_by_id", "lifted_on", "lifted_note",
            ),
            stream=Expert,
        ),
    )  # fmt: skip
    fixed.register(
        PanelMember,
        Fixed(
            # Speciality and position move up when somebody leaves; they follow from the draw, which `verify_draw` proves.
            columns=(
                "panel_id", "draw_id", "user_id", "expert_id", "venue", "state", "slot", "called_at", "answer_by",
                "answered_at", "checked_in_at", "left_at", "why", "rule", "note",
            ),
            number="panel__project__number",
        ),
    )  # fmt: skip
    TITLES.update({one.code: one.title for one in EXPERT_RULES})
    jobs.connect()
    access.register_stream("experts.expert", _("Expert"), link=lambda pk: reverse("experts:expert", args=[pk]))
    access.register_stream("experts.panel", _("Committee"))
    access.register_words(
        {"expert": _("Expert's contact, employers and relatives"), "committee": _("Names of a committee")}
    )
    register_nav(STAFF, _("Experts"), "experts:pool", READERS, order=68, group=TRADING)
    register_nav(STAFF, _("Draws of experts"), "experts:draws", READERS, order=69, group=TRADING)
    register_panel("tenders.project", "experts", inner_panel, order=20)
    register_panel("tenders.tender", "experts", public_panel, order=20)
    register_export(
        "experts.pool",
        title=_("Experts"),
        policy=may_see_trading,
        queryset=lambda user, params: Expert.objects.visible_to(user).prefetch_related("specialities"),
        columns=[
            Column(_("Name"), "name", personal="name"),
            Column(_("Professional title"), "title"),
            Column(_("Employer"), "employer"),
            Column(_("Region"), "region"),
            Column(_("Specialities"), lambda one: ", ".join(str(s) for s in one.specialities.all())),
            Column(_("State"), lambda one: str(EXPERT.states[one.state].label)),
            Column(_("Appointed until"), "valid_until", "date"),
            Column(_("Telephone"), "phone", personal="phone"),
        ],
        personal=Opening(offered=may_manage_trading, opens=lambda user, one: may_manage_trading(user)),
    )
    register_history(
        {
            "expert.applied": pgettext_lazy("history", "Applied for the pool"),
            "expert.changed": pgettext_lazy("history", "Expert's data changed"),
            "expert.employment_added": pgettext_lazy("history", "Employment added"),
            "expert.employment_ended": pgettext_lazy("history", "Employment ended"),
            "expert.kin_declared": pgettext_lazy("history", "Relative declared"),
            "expert.kin_removed": pgettext_lazy("history", "Relative taken off the list"),
            "expert.leave_added": pgettext_lazy("history", "Leave entered"),
            "expert.leave_ended": pgettext_lazy("history", "Leave taken back"),
            "expert.blocked": pgettext_lazy("history", "Kept out of the pool"),
            "expert.unblocked": pgettext_lazy("history", "May be drawn again"),
            "draw.frozen": pgettext_lazy("history", "Pool frozen, its digest published"),
            "draw.named": pgettext_lazy("history", "Negotiators named by the buyer"),
            "draw.moved": pgettext_lazy("history", "Evaluation moved with the deadline"),
            "seat.called": pgettext_lazy("history", "Called"),
            **{f"expert.{code}": step.told for code, step in EXPERT.transitions.items()},
            **{f"draw.{code}": step.told for code, step in DRAW.transitions.items()},
            **{f"seat.{code}": step.told for code, step in MEMBER.transitions.items()},
        }
    )
