"""Who may do what with experts, draws and committees: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.experts.querysets import RESULT_PUBLIC, tomorrow
from procurement.tenders.policies import is_party

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.experts.models import Draw, Expert, PanelMember, Standing


def is_self(user: "User", expert: "Expert") -> bool:
    return expert.user_id == user.pk


def may_see_expert(user: "User", expert: "Expert") -> bool:
    """The same rule as `ExpertQuerySet.visible_to`."""
    return may_see_trading(user) or is_self(user, expert)


def may_see_standing(user: "User", standing: "Standing") -> bool:
    """The same rule as `StandingQuerySet.visible_to`."""
    return may_see_trading(user) or is_self(user, standing.expert)


def may_examine(user: "User", expert: "Expert") -> bool:
    """The first pair of eyes: an officer, never for oneself."""
    return may_manage_trading(user) and not is_self(user, expert)


def may_approve(user: "User", expert: "Expert") -> bool:
    """The second pair of eyes: another officer or a supervisor, neither the expert nor who examined."""
    second = may_manage_trading(user) or user.access.has(Role.SUPERVISOR)
    return second and not is_self(user, expert) and expert.examined_by_id != user.pk


def may_block(user: "User", expert: "Expert") -> bool:
    """Who records suspensions and removals: officers and supervisors with the decision before them."""
    return (may_manage_trading(user) or user.access.has(Role.SUPERVISOR)) and not is_self(user, expert)


def may_see_draw(user: "User | AnonymousUser", draw: "Draw") -> bool:
    """The same rule as `DrawQuerySet.visible_to`."""
    return may_see_trading(user) or is_party(user, draw.project)


def may_run_draw(user: "User", draw: "Draw") -> bool:
    """Who freezes, calls and checks in: the trading centre, never for the own organisation's tender."""
    return may_manage_trading(user) and not is_party(user, draw.project)


def is_tenderer(user: "User", draw: "Draw") -> bool:
    """Gives the tenderer's seed: an agent of buyer or agency."""
    return is_party(user, draw.project)


def is_supervisor(user: "User", draw: "Draw") -> bool:
    """Gives the supervisor's seed: never somebody who acts for the tenderer as well."""
    return bool(user.access.has(Role.SUPERVISOR)) and not is_party(user, draw.project)


def gives_seed(user: "User", draw: "Draw") -> bool:
    return is_tenderer(user, draw) or is_supervisor(user, draw)


def may_see_member(user: "User | AnonymousUser", member: "PanelMember") -> bool:
    """Whose name is shown to whom: the same rule as `PanelMemberQuerySet.visible_to`."""
    if member.panel.project.state in RESULT_PUBLIC:
        return True
    if user.is_authenticated and member.user_id == user.pk:
        return True
    begins = member.panel.evaluates_at
    return may_see_trading(user) and begins is not None and begins < tomorrow()


def is_called(user: "User", member: "PanelMember") -> bool:
    return member.user_id == user.pk


def may_run_member(user: "User", member: "PanelMember") -> bool:
    """Who checks in and replaces."""
    return may_manage_trading(user) and not is_party(user, member.panel.project) and member.user_id != user.pk
