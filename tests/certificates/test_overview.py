"""The figures of certificates agree with the lists behind them, and each reader sees the own departments'."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from approvals.certificates import actions, overview
from approvals.certificates.models import Certificate
from portal.core import statistics
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Department
from portal.people.roles import Role
from tests import factories
from tests.certificates.objects import Office, work

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture
def office():
    """Two issued, one of them suspended, one given as material to another department."""
    office = Office()
    kept, other = office.issue(), office.issue()
    item, material = office.second_item()
    case = office.draft(item)
    with driven_clock(office.now):
        actions.use(office.holder, kept.pk, case.pk, material.pk, consent=True)
        from approvals.cases import actions as cases

        cases.take_step(office.holder, case.pk, "submit", {}, state_version=case.state_version)
        work()
    office.suspend(other)
    statistics.refresh_all()
    return office


def test_every_figure_is_the_length_of_its_list(office):
    with driven_clock(office.now):
        rows, total = overview.rows_of(office.supervisor.user, FIRST, LAST)
        for code in overview.NAMES:
            assert total.sums[code] == overview.behind(code, FIRST, LAST).count(), code
            for row in rows:
                own = overview.behind(code, FIRST, LAST, departments=[row.department.pk])
                assert row.sums[code] == own.count(), (code, row.department)
    assert (total.sums["issued"], total.sums["suspended"], total.sums["uses"], total.sums["valid"]) == (2, 1, 1, 1)
    assert {row.department.code for row in rows if row.sums["uses"]} == {"RSJ"}  # spared the paper


def test_what_ends_soon_counts_until_its_last_day(office):
    day = dt.date(2026, 6, 1)
    Certificate.objects.update(valid_from=dt.date(2026, 1, 1))
    Certificate.objects.filter(state="issued").update(valid_until=day + dt.timedelta(days=90))
    with driven_clock(office.now):
        assert overview.behind("expiring", FIRST, LAST).count() == 1
        Certificate.objects.filter(state="issued").update(valid_until=day + dt.timedelta(days=91))
        assert overview.behind("expiring", FIRST, LAST).count() == 0
        Certificate.objects.filter(state="issued").update(valid_until=day - dt.timedelta(days=1))
        assert overview.behind("valid", FIRST, LAST).count() == 0


def test_a_department_reads_its_own_figures_only(office):
    stranger = factories.staff(Role.CLERK, factories.department("JYJ"))
    with driven_clock(office.now):
        rows, total = overview.rows_of(stranger, FIRST, LAST)
    assert rows == [] and not any(total.sums.values())
    client = Client()
    client.force_login(stranger, backend="portal.people.backends.AccountBackend")
    number = Certificate.objects.first().number
    for department in ("", office.kind.department.code):
        page = client.get(reverse("certificates:behind"), {"figure": "issued", "department": department})
        assert page.status_code == 200 and number not in page.content.decode()


def test_the_pages_link_each_figure_to_its_rows(office, django_assert_max_num_queries):
    reader = factories.staff(Role.CLERK)
    client = Client()
    client.force_login(reader, backend="portal.people.backends.AccountBackend")
    with driven_clock(office.now):
        with django_assert_max_num_queries(16):
            page = client.get(reverse("certificates:overview")).content.decode()
        for code in overview.NAMES:
            with django_assert_max_num_queries(14):
                found = client.get(reverse("certificates:behind"), {"figure": code})
            assert found.status_code == 200, code
        assert f"{reverse('certificates:behind')}?figure=issued" in page
        listed = client.get(reverse("certificates:behind"), {"figure": "issued"}).content.decode()
        for one in Certificate.objects.filter(department=office.kind.department):
            assert one.number in listed
        wrong = client.get(reverse("certificates:behind"), {"figure": "x", "first": "never", "department": "\0"})
        assert wrong.status_code == 200


def test_the_table_goes_out_as_the_page_shows_it(office):
    """Written by the job, opened again: each cell is the page's figure, and a department gets its own row only."""
    from io import BytesIO

    from django.core.files.storage import default_storage
    from django.http import QueryDict
    from django.utils import translation
    from openpyxl import load_workbook

    from portal.core.exports import actions as exports
    from portal.core.jobs import run_due_jobs
    from portal.core.models.exports import ExportJob

    Department.objects.filter(code="RSJ").update(name="市人社局", name_en="Social Security")
    with driven_clock(office.now), translation.override("en"):
        rows, _total = overview.rows_of(office.supervisor.user, FIRST, LAST)
        shown = {row.department.display_name: [row.sums[code] for code in overview.NAMES] for row in rows}
        assert len(shown) == 2 and any(any(figures) for figures in shown.values())
        for reader, wanted in ((office.supervisor, set(shown)), (office.clerk, {office.kind.department.display_name})):
            query = f"first={FIRST.isoformat()}&last={LAST.isoformat()}"
            asked = exports.ask(reader, "certificates.overview", QueryDict(query), format="xlsx")
            run_due_jobs()
            done = ExportJob.objects.get(pk=asked.pk)
            with default_storage.open(done.stored_as) as content:
                sheets = load_workbook(BytesIO(content.read())).worksheets
            written = {tuple(str(one.value) for one in line) for sheet in sheets for line in sheet.iter_rows()}
            for name, figures in shown.items():
                assert ((name, *map(str, figures)) in written) == (name in wanted), (reader.name, name)
            sums = [sum(shown[name][n] for name in wanted) for n in range(len(overview.NAMES))]
            assert ("All together", *map(str, sums)) in written
        page = Client()
        page.force_login(office.clerk.user, backend="portal.people.backends.AccountBackend")
        assert "certificates.overview" in page.get(reverse("certificates:overview")).content.decode()


def test_the_rows_go_out_as_a_file(office):
    from django.http import QueryDict

    from portal.core.exports.registry import export_named

    with driven_clock(office.now):
        export = export_named("certificates.behind", office.supervisor.user)
        params = QueryDict("figure=uses")
        rows = list(export.queryset(office.supervisor.user, params))
    assert len(rows) == 1
    assert export_named("certificates.behind", actor_of(office.clerk.user).user) is export
