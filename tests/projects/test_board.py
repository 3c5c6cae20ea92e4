"""The board of a whole city: two thousand projects cost it no more queries than ten do, and its figures are the lists."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.projects.models import Project, ProjectParty
from approvals.projects.views.board import counted, projects_listed
from portal.core.time import driven_clock
from tests import factories
from tests.projects.objects import BEGUN, Town
from tests.projects.test_pages import browser, second

pytestmark = pytest.mark.django_db
MANY = 2_000


@pytest.fixture
def city():
    """Projects in every stage, late, soon due and without anything to wait for; all of one department, as in a city."""
    with driven_clock(BEGUN):
        town = Town()
        town.plans()
        like = town.opened("planning").project
        day, columns = (
            dt.date(2026, 6, 1),
            [one.attname for one in Project._meta.concrete_fields if not one.primary_key],
        )
        stages = ("planning", "permit", "acceptance")
        rows = []
        for n in range(MANY - 1):
            values = {name: getattr(like, name) for name in columns}
            due = day + dt.timedelta(days=n % 40 - 20)
            values |= {
                "code": f"2405-350200-04-01-{n:06d}", "name": f"项目{n}", "stage": stages[n % 3],
                "next_due_on": due if n % 5 else None, "amber_on": due - dt.timedelta(days=2) if n % 5 else None,
            }  # fmt: skip
            rows.append(Project(**values))
        made = Project.objects.bulk_create(rows, batch_size=500)
        ProjectParty.objects.bulk_create(
            [ProjectParty(project=one, department=town.lead) for one in made], batch_size=500
        )
        yield town


def board(client):
    client.get(reverse("projects:board"))  # the first page of a session asks once who this is
    return lambda: client.get(reverse("projects:board"))


def test_two_thousand_projects_cost_ten_queries(city, django_assert_max_num_queries):
    for client in (second(city.supervisor.user), browser(city.runner.user)):
        look = board(client)
        with django_assert_max_num_queries(10):
            page = look()
        assert page.status_code == 200 and page.context["rows"]


def test_every_figure_of_the_board_is_the_length_of_its_list(city):
    from django.http import QueryDict

    user = city.runner.user
    figures = counted(user)
    assert sum(counts["every"] for _code, _label, counts in figures) == MANY
    for code, _label, counts in figures:
        for lamp, number in counts.items():
            asked = QueryDict(f"stage={code}" + ("" if lamp == "every" else f"&lamp={lamp}"))
            assert projects_listed(user, asked).count() == number, (code, lamp)


def test_a_department_without_a_part_sees_an_empty_board(city):
    stranger = factories.staff("reviewer", factories.department("JYJ"))
    assert list(board(browser(stranger))().context["rows"]) == []
