"""The visit itself: findings and photos, the report with grades, what the unit, the hall and the public see."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from hall.patrols import actions as patrols
from hall.patrols.models import Finding
from hall.social import actions, policies
from hall.social.models import Seat, SocialSupervisor, UnitGrade, Visit
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.lamps import LampScope, stream
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.patrols.objects import rectified
from tests.social.objects import accept, chief, decline, held, holder, live, note, register, report

pytestmark = pytest.mark.django_db
ON_THE_DAY = moment("2026-12-01 10:00")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def visit() -> Visit:
    register()
    made = held()
    for seat in live(made):
        accept(seat)
    return made


def test_findings_are_written_from_the_day_of_the_visit_until_the_report(visit):
    seat = live(visit)[0]
    with pytest.raises(WrongState):
        note(seat)
    with driven_clock(ON_THE_DAY):
        finding = note(seat, photo_count=2)
        assert (finding.state, finding.photos.count(), finding.limit_days) == ("noted", 2, 5)
        with pytest.raises(Invalid) as error:
            note(seat, department_id=factories.department("XX", name="别的单位").pk)
        assert set(error.value.fields) == {"department"}
        with pytest.raises(NotFound):
            other = live(visit)[1]
            actions.withdraw_finding(holder(other), other.pk, finding.pk, state_version=0)
        report(seat)
        with pytest.raises(WrongState):
            note(seat)


def test_the_report_hands_the_findings_over_and_grades_the_units(visit):
    seat = live(visit)[0]
    with driven_clock(ON_THE_DAY):
        kept, dropped = note(seat), note(seat)
        actions.withdraw_finding(holder(seat), seat.pk, dropped.pk, state_version=0)
        with pytest.raises(Invalid) as error:
            actions.report(holder(seat), seat.pk, report="好", grades={}, state_version=seat.state_version)
        assert set(error.value.fields) == {"grades"}
        report(seat, grade=2)
    kept.refresh_from_db()
    assert (kept.state, kept.due_on) == ("open", dt.date(2026, 12, 8))
    assert UnitGrade.objects.get().grade == 2 and Finding.objects.filter(state="set_aside").count() == 1
    assert Notification.objects.filter(template="social.reported").exists()


def test_the_unit_replies_the_hall_accepts_and_a_missed_limit_lights_the_lamp(visit):
    seat = live(visit)[0]
    with driven_clock(ON_THE_DAY):
        finding = note(seat)
        assert stream(LampScope(source="social.finding"))[0] == []
        report(seat)
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
    with driven_clock(moment("2026-12-09 09:00")):
        (lamp,), _cursor = stream(LampScope(source="social.finding"))
        assert (lamp.colour, lamp.number) == ("red", finding.number)
        finding.refresh_from_db()
        done = rectified(finding, head)
        assert stream(LampScope(source="social.finding"))[0] == []
        patrols.take_step(chief(), finding.pk, "verify", {}, state_version=done.state_version)
        while run_due_jobs():
            pass
    finding.refresh_from_db()
    assert finding.state == "verified"
    told = Notification.objects.filter(user=seat.supervisor.user, template="social.finding")
    assert told.last().context["number"] == finding.number and told.last().path == f"/my/visits/{seat.pk}/"


def test_a_visit_is_published_once_somebody_has_reported(visit):
    with driven_clock(ON_THE_DAY):
        with pytest.raises(WrongState):
            actions.publish(chief(), visit.pk, summary="有序", state_version=visit.state_version)
        report(live(visit)[0])
        done = actions.publish(chief(), visit.pk, summary="有序", state_version=visit.state_version)
    assert done.state == "published"


def test_who_has_accepted_may_decline_until_the_day_of_the_visit(visit):
    seat = live(visit)[0]
    with driven_clock(ON_THE_DAY), pytest.raises(WrongState):
        decline(seat)
    assert decline(seat).state == "declined" and len(live(visit)) == 3


def test_a_visit_that_nobody_reports_on_may_be_called_off_after_its_day(visit):
    with driven_clock(ON_THE_DAY), pytest.raises(WrongState):
        actions.call_off(chief(), visit.pk, note="无人到场", state_version=visit.state_version)
    with driven_clock(moment("2026-12-02 09:00")):
        done = actions.call_off(chief(), visit.pk, note="无人到场", state_version=visit.state_version)
    assert done.state == "failed"


def test_what_a_policy_lets_one_see_is_what_the_queryset_finds(visit):
    seat = live(visit)[0]
    people = [seat.supervisor.user, factories.citizen(), *(factories.staff(role) for role in (
        Role.CLERK, Role.DEPARTMENT_HEAD, Role.HALL_MANAGER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR,
    ))]  # fmt: skip
    for person in people:
        for one in Seat.objects.select_related("supervisor"):
            assert policies.may_see_seat(person, one) == Seat.objects.visible_to(person).filter(pk=one.pk).exists()
        for row in SocialSupervisor.objects.all():
            seen = SocialSupervisor.objects.visible_to(person).filter(pk=row.pk).exists()
            assert policies.may_see_supervisor(person, row) == seen
        assert policies.may_see_visit(person, visit) == Visit.objects.visible_to(person).exists()


# --- pages --------------------------------------------------------------------------------------------------------------


def sign_in(client, user):
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    client.cookies["django_language"] = "en"


def test_names_stay_secret_until_the_day_of_the_visit(client, visit):
    names = [one.supervisor.user.name for one in live(visit)]
    sign_in(client, factories.staff(Role.HALL_MANAGER))
    path = reverse("social:visit", args=[visit.number])
    before = client.get(path).content.decode()
    assert not any(name in before for name in names) and "Names stay secret" in before
    person = reverse("social:supervisor", args=[live(visit)[0].supervisor_id])
    assert visit.number not in client.get(person).content.decode()
    with driven_clock(ON_THE_DAY):
        after = client.get(path).content.decode()
    assert all(name in after for name in names)


def test_the_public_sees_digest_and_seeds_first_and_the_rest_with_the_report(client, visit):
    path = reverse("social:public-visit", args=[visit.number])
    secret = [live(visit)[0].supervisor.user.name, factories.department().name, "窗口服务、一次性告知"]
    page = client.get(path).content.decode()
    assert visit.pool_digest in page and "63" * 32 in page and not any(word in page for word in secret)
    assert client.get(reverse("social:record", args=[visit.number])).status_code == 404
    with driven_clock(ON_THE_DAY):
        report(live(visit)[0])
        actions.publish(chief(), visit.pk, summary="总体有序", state_version=visit.state_version)
        page = client.get(path).content.decode()
        assert "总体有序" in page and secret[0] in page and "act red" not in page
        assert client.get(reverse("social:record", args=[visit.number])).json()["seats"]


def test_a_page_that_is_refused_keeps_what_was_typed(client, visit):
    seat = live(visit)[0]
    sign_in(client, seat.supervisor.user)
    with driven_clock(ON_THE_DAY):
        wrong = client.post(
            reverse("social:finding-new", args=[seat.pk]), {"text": "排队过长", "chapter": "x", "area": "0"}
        )
        assert wrong.status_code == 422 and "排队过长" in wrong.content.decode()
        wrong = client.post(reverse("social:report", args=[seat.pk]), {"report": "基本有序", "state_version": 1})
        assert wrong.status_code == 422 and "基本有序" in wrong.content.decode()
        assert "Give a grade to at least one unit" in wrong.content.decode()
    sign_in(client, factories.staff(Role.HALL_MANAGER))
    wrong = client.post(reverse("social:plan"), {"task": "看秩序", "visit_on": "2026-11-01"})
    assert wrong.status_code == 422 and "看秩序" in wrong.content.decode()
    wrong = client.post(reverse("social:appoint"), {"letter": "聘1号", "username": "nobody"})
    assert wrong.status_code == 422 and "聘1号" in wrong.content.decode()


def test_a_photo_that_is_none_is_refused_and_a_good_one_stays(client, visit):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.patrols.objects import picture

    seat = live(visit)[0]
    sign_in(client, seat.supervisor.user)
    fake = SimpleUploadedFile("fake.jpg", b"MZ not a picture", content_type="image/jpeg")
    with driven_clock(ON_THE_DAY):
        answer = client.post(
            reverse("social:finding-new", args=[seat.pk]), {"text": "脏", "photos": [picture("good.jpg"), fake]}
        )
    page = answer.content.decode()
    assert answer.status_code == 422 and "fake.jpg:" in page and 'alt="good.jpg"' in page


@pytest.mark.parametrize(
    ("name", "role"),
    [("visits", Role.HALL_MANAGER), ("register", Role.HALL_MANAGER), ("public", None), ("mine", None)],
)  # fmt: skip
def test_lists_need_as_many_queries_for_many_as_for_few(client, name, role, django_assert_max_num_queries):
    people = register(citizens=3, deputies=2)
    by = chief()
    person = factories.staff(role) if role else people[0].user
    sign_in(client, person)

    def visits(count: int) -> None:
        for _n in range(count):
            made = held(by=by)
            Visit.objects.filter(pk=made.pk).update(state="published", published_at=moment("2026-11-20 10:00"))
            first = live(made)[0]
            Seat.objects.filter(pk=first.pk).exclude(visit__seats__supervisor=people[0]).update(supervisor=people[0])
            Visit.objects.filter(pk=made.pk).update(visit_on=made.visit_on + dt.timedelta(days=-made.pk % 300 - 1))

    visits(2)
    url = reverse(f"social:{name}")
    client.get(url)
    with django_assert_max_num_queries(60) as few:
        assert client.get(url).status_code == 200
    visits(6)
    register(by, citizens=5, deputies=1)
    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


def test_the_page_of_a_visit_needs_as_many_queries_for_many_findings_as_for_few(
    client, visit, django_assert_max_num_queries
):
    seat = live(visit)[0]
    with driven_clock(ON_THE_DAY):
        sign_in(client, factories.staff(Role.HALL_MANAGER))
        inner = reverse("social:visit", args=[visit.number])
        note(seat)
        client.get(inner)
        with django_assert_max_num_queries(60) as few:
            assert client.get(inner).status_code == 200
        for _n in range(6):
            note(seat)
        with django_assert_max_num_queries(len(few)):
            assert client.get(inner).status_code == 200
        sign_in(client, seat.supervisor.user)
        own = reverse("social:seat", args=[seat.pk])
        with django_assert_max_num_queries(30):
            assert client.get(own).status_code == 200
