"""The pages of patrols: bounded queries, and forms that lose nothing."""

import pytest
from django.urls import reverse

from hall.patrols import actions
from hall.patrols.models import Finding
from portal.core.time import driven_clock
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.patrols.objects import area, found, manager, points

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-20 10:00")):
        yield


@pytest.fixture
def chief(client):
    person = factories.staff(Role.HALL_MANAGER)
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return manager(person)


@pytest.mark.parametrize("name", ["tours", "findings", "report", "tour", "areas", "checklist"])
def test_lists_need_as_many_queries_for_many_as_for_few(client, chief, name, django_assert_max_num_queries):
    for n in range(2):
        found(chief, n, photo_count=1)
    tour = Finding.objects.first().tour_id
    arguments = {"tour": [tour], "report": ["2026-11-16"]}
    url = (
        reverse(f"patrols:{name}", args=arguments.get(name, [])) if name != "report" else "/patrols/reports/2026-11-16/"
    )
    client.get(url)
    with django_assert_max_num_queries(100) as few:
        assert client.get(url).status_code == 200
    for n in range(2, 12):
        found(chief, n, photo_count=1)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_a_step_that_is_refused_keeps_what_was_typed(client, chief):
    one = found(chief)
    url = reverse("patrols:finding", args=[one.number])
    answer = client.post(url, {"step": "set_aside", "note": "误" * 501, "state_version": 0})
    assert answer.status_code == 422 and "误误误" in answer.content.decode()
    assert client.post(url, {"step": "verify", "state_version": 0}).status_code == 422
    assert client.post(url, {"step": "nonsense"}).status_code == 422
    assert client.post(url, {"step": "verify", "state_version": "abc"}).status_code == 422
    one.refresh_from_db()
    assert one.state == "open"


def test_an_area_saves_what_is_answered_and_shows_it_again(client, chief):
    tour = actions.start_tour(chief)
    first = points(tour)[0]
    url = reverse("patrols:area", args=[tour.pk, area().pk])
    assert client.post(url, {f"p{first.pk}": "fine"}).status_code == 302
    assert f'name="p{first.pk}" value="fine" checked' in client.get(url).content.decode()
    assert client.post(url, {f"p{first.pk}": "<b>"}).status_code == 422


def test_a_day_in_the_middle_leads_to_the_report_of_its_week(client, chief):
    answer = client.get("/patrols/reports/2026-11-18/")
    assert answer.status_code == 302 and answer.url.endswith("/patrols/reports/2026-11-16/")
