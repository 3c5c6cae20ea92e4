"""The second pair of eyes decides, and the case stays the window's."""

import pytest

from approvals.cases import actions
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import moment, staff, submitted

pytestmark = pytest.mark.django_db


def test_whoever_confirms_a_no_does_not_take_the_case_from_the_clerk():
    clerk, reviewer = staff(Role.CLERK), staff(Role.REVIEWER)
    with driven_clock(moment("2026-11-20 10:00")):
        case = submitted()
        proposal = actions.propose(
            actor_of(clerk, Role.CLERK),
            case.pk,
            "not_accept",
            {"grounds": "不属于本机关职权"},
            state_version=case.state_version,
        )
        case.refresh_from_db()
        case = actions.decide_proposal(
            actor_of(reviewer, Role.REVIEWER), proposal.pk, confirm=True, note="", state_version=case.state_version
        )
    assert (case.state, case.staff) == ("not_accepted", clerk)
