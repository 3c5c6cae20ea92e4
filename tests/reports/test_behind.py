"""The page of one figure: what it is made of, which rows it counts, and who may look."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.supervision.reports import behind, wording
from portal.supervision.reports.figures import FIGURES, Span
from portal.supervision.reports.reading import read
from tests import factories
from tests.permissions import Cast
from tests.reports.test_reports import FIRST, Office

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = dt.date(2026, 12, 20)
SPAN = Span(FIRST, TODAY, TODAY)


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        made = Office()
        refresh_all()
        yield made


@pytest.mark.parametrize("of_department", [False, True])
def test_every_figure_of_a_report_stands_on_its_own_page_as_in_the_report(office, of_department):
    department = office.department if of_department else None
    span = Span(FIRST, TODAY, TODAY, department.pk if department else None)
    now = read(FIRST, TODAY, "none", department)["now"]
    for path, figure in FIGURES.items():
        if path.count(".") == 1 and not path.startswith("supervision"):
            found = behind.made(path, span, "", department)
            assert found.value == wording.written(figure, now), path
            assert all(str(one.label) != one.name for one in found.sums), f"a sum of {path} has no name"


def test_a_rate_shows_its_sums_and_leads_to_their_cases(office, django_assert_max_num_queries):
    client = Cast().client("supervisor")
    url = FIGURES["approvals.on_time_rate"].url(SPAN)
    with django_assert_max_num_queries(18):
        text = client.get(url).content.decode()
    assert "÷" in text and "figure=on_due_day&amp;from=2026-12-01" in text


def test_an_item_of_the_catalogue_stands_behind_the_figure_it_is_counted_in(office):
    text = Cast().client("supervisor").get(FIGURES["catalogue.items"].url(SPAN)).content.decode()
    assert "/board/items/" in text


def test_a_head_sees_the_figures_of_the_own_department_only(office):
    cast = Cast()
    head = cast.client("department_head")
    url = reverse("reports:figure", args=["ratings.given"])
    assert head.get(url).status_code == 404
    assert head.get(url, {"department": factories.department("another").pk}).status_code == 404
    assert head.get(url, {"department": cast.department.pk}).status_code == 200


def test_an_address_that_means_nothing_is_not_found(office):
    client = Cast().client("supervisor")
    for path in ("approvals.nothing", "nothing", "procurement.total.deals"):
        assert client.get(reverse("reports:figure", args=[path])).status_code == 404
