"""Policy and queryset say the same of every person and every thing."""

import datetime as dt
import itertools

import pytest

from hall import policies as hall_policies
from hall.models import Window, WindowDuty
from portal.core.time import today
from portal.people import policies
from portal.people.models import Department, Leave, Membership, Organisation, Posting, User
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

PAIRS = [
    (Department, policies.may_see_department),
    (Posting, policies.may_see_posting),
    (Leave, policies.may_see_leave),
    (User, policies.may_see_account),
    (Organisation, policies.may_see_organisation),
    (Membership, policies.may_see_membership),
    (Window, hall_policies.may_see_window),
    (WindowDuty, hall_policies.may_see_duty),
]
ROLES = [Role.CLERK, Role.DEPARTMENT_HEAD, Role.HALL_MANAGER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR]


@pytest.fixture
def town():
    """People of every role in two departments, on leave, past and to come; organisations in every state."""
    day, long_ago = today(), dt.date(2020, 1, 1)
    places = [factories.department(code) for code in ("AAA", "BBB")]
    people = [factories.staff(role, place) for role, place in itertools.product(ROLES, places)]
    citizens = [factories.citizen() for _n in range(4)]
    Posting.objects.filter(user=people[0]).update(substitute=people[3])
    Leave.objects.create(user=people[0], starts_on=day, ends_on=day)
    past = factories.staff(Role.DEPARTMENT_HEAD, places[0])
    Posting.objects.filter(user=past).update(ends_on=day - dt.timedelta(days=1))
    ended = factories.staff(Role.HALL_MANAGER, places[1])
    Posting.objects.filter(user=ended).update(ends_on=day, ended_at=factories.moment("2026-01-01 09:00"))
    firms = [Organisation.objects.create(uscc=f"9135010000000000{n}X", name=f"公司{n}") for n in range(3)]
    states = [
        (0, 0, "legal_person", {}),
        (0, 1, "agent", {}),
        (1, 1, "legal_person", {"confirmed_at": None}),
        (1, 2, "agent", {"ends_on": day - dt.timedelta(days=1)}),
        (2, 3, "legal_person", {"ends_on": day, "ended_at": factories.moment("2026-01-01 09:00")}),
        (2, 0, "agent", {}),
    ]
    for firm, person, kind, more in states:
        Membership.objects.create(
            organisation=firms[firm], user=citizens[person], kind=kind, starts_on=long_ago, **more
        )
    for number, place in enumerate([*places, None]):
        window = Window.objects.create(code=f"W{number}", name="窗口", department=place)
        for posting in Posting.objects.filter(department=place)[:2]:
            WindowDuty.objects.create(window=window, posting=posting, starts_on=long_ago)
    return [*people, *citizens, past, ended]


@pytest.mark.parametrize(("model", "policy"), PAIRS, ids=[model.__name__ for model, _policy in PAIRS])
def test_the_policy_is_the_queryset(town, model, policy):
    things = list(model.objects.all())
    answers = set()
    for person in town:
        user = User.objects.get(pk=person.pk)
        visible = set(model.objects.visible_to(user).values_list("pk", flat=True))
        for thing in things:
            answer = policy(user, thing)
            assert answer == (thing.pk in visible), (user.access.roles, thing)
            answers.add(answer)
    assert answers == {True, False}
