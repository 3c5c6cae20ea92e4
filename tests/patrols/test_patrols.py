"""Patrols: tours that resume, findings with real photos and their life, lamps, the weekly report, the checklist."""

import datetime as dt
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hall.patrols import actions, photos, policies
from hall.patrols.lifecycle import FINDING
from hall.patrols.measures import sums
from hall.patrols.models import Checklist, Finding, Tour
from hall.patrols.report import Week, report_of
from portal.core import files, statistics
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification, StoredFile
from portal.core.statistics.blocks import Scope
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Posting, User
from portal.people.roles import Role
from tests import factories
from tests.factories import moment
from tests.patrols.objects import area, draft, found, manager, picture, points, rectified


def assert_sentence(error: DomainError) -> None:
    """What is refused is said in words."""
    assert error.message


pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def figures(first=FRIDAY, last=FRIDAY):
    statistics.refresh_all()
    assert list(statistics.differences()) == []
    return sums(Scope(first, last, last)).get(None, {})


def test_an_interrupted_tour_goes_on_where_it_was_left():
    chief = manager()
    tour = actions.start_tour(chief)
    first, second, *_rest = points(tour)
    actions.save_area(chief, tour.pk, area().pk, {first.pk: "fine"})
    with driven_clock(moment("2026-11-20 15:00")):
        assert actions.start_tour(chief).pk == tour.pk
        actions.save_area(chief, tour.pk, area().pk, {second.pk: "not_here", first.pk: "fine"})
    assert dict(tour.marks.values_list("point", "result")) == {first.pk: "fine", second.pk: "not_here"}
    assert Tour.objects.count() == 1


def test_nobody_walks_somebody_elses_tour_and_only_managers_walk():
    tour = actions.start_tour(manager())
    with pytest.raises(NotFound):
        actions.save_area(manager(), tour.pk, area().pk, {})
    with pytest.raises(NotAllowed):
        actions.start_tour(actor_of(factories.staff(Role.CLERK), Role.CLERK))


def test_a_tour_is_finished_once_every_finding_is_described():
    chief = manager()
    tour = actions.start_tour(chief)
    with pytest.raises(WrongState):
        actions.finish_tour(chief, tour.pk)
    point = points(tour)[0]
    assert actions.save_area(chief, tour.pk, area().pk, {point.pk: "finding"}) == [point.pk]
    with pytest.raises(WrongState):
        actions.finish_tour(chief, tour.pk)
    actions.add_finding(chief, tour.pk, draft(point))
    with pytest.raises(WrongState):
        actions.save_area(chief, tour.pk, area().pk, {point.pk: "fine"})
    assert actions.finish_tour(chief, tour.pk, note="下午复查").finished_at is not None
    with pytest.raises(WrongState):
        actions.save_area(chief, tour.pk, area().pk, {})


def test_a_finding_names_the_limit_in_working_days_and_tells_who_is_responsible():
    head, person = factories.staff(Role.DEPARTMENT_HEAD), factories.staff(Role.CLERK)
    one = found(manager(), photo_count=2, person_id=person.pk)
    assert (one.due_on, one.photos.count(), one.chapter) == (dt.date(2026, 11, 25), 2, "people")
    told = set(Notification.objects.filter(template="finding.found").values_list("user_id", flat=True))
    assert told == {head.pk, person.pk}


def test_a_finding_for_a_person_who_left_is_refused():
    gone = factories.staff(Role.CLERK)
    Posting.objects.filter(user=gone).update(ends_on=dt.date(2026, 11, 19))
    other = factories.staff(Role.CLERK, factories.department("ZJJ"))
    for person in (gone, other):
        with pytest.raises(Invalid) as wrong:
            found(manager(), person_id=person.pk)
        assert set(wrong.value.fields) == {"person"}
    with pytest.raises(Invalid) as wrong:
        found(manager(), text=" ", limit_days=0, department_id=0)
    assert set(wrong.value.fields) == {"text", "limit_days", "department"}
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.jpg", b"no picture at all"),
        SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 200),
        SimpleUploadedFile("a.jpg", b""),
        SimpleUploadedFile("a.html", b"<script>alert(1)</script>"),
    ],
)
def test_a_photo_that_is_no_picture_is_refused(upload):
    with pytest.raises(Invalid) as wrong:
        photos.take_in([upload], manager())
    assert wrong.value.message


def test_a_document_is_no_photo():
    from tests.cases.filing_objects import pdf

    with pytest.raises(Invalid) as wrong:
        photos.take_in([pdf()], manager())
    assert wrong.value.code in {"no_picture"}


def test_putting_right_needs_a_photo_and_is_verified_on_the_spot():
    person, chief = factories.staff(Role.CLERK), manager()
    one = found(chief, person_id=person.pk)
    clerk = actor_of(person, Role.CLERK)
    with pytest.raises(Invalid) as wrong:
        actions.rectify(clerk, one.pk, report="已清理", photos=[], state_version=0)
    assert set(wrong.value.fields) == {"photos"}
    with pytest.raises(WrongState):
        actions.take_step(clerk, one.pk, "rectify", {"report": "已清理"}, state_version=0)
    rectified(one, clerk)
    assert figures()["patrol_rectified"] == 1
    actions.take_step(chief, one.pk, "send_back", {"note": "仍有杂物"}, state_version=1)
    assert figures()["patrol_rectified"] == 0
    with driven_clock(moment("2026-11-26 10:00")):
        rectified(one, clerk)
        actions.take_step(chief, one.pk, "verify", {}, state_version=3)
        actions.take_step(chief, one.pk, "close", {}, state_version=4)
    one.refresh_from_db()
    assert (one.state, one.photos.filter(kind="after").count()) == ("closed", 2)
    found_figures = figures(FRIDAY, dt.date(2026, 11, 27))
    assert (found_figures["patrol_findings"], found_figures["patrol_rectified_late"]) == (1, 1)


def test_what_is_set_aside_is_no_finding():
    chief = manager()
    one = found(chief)
    with pytest.raises(Invalid):
        actions.take_step(chief, one.pk, "set_aside", {"note": ""}, state_version=0)
    actions.take_step(chief, one.pk, "set_aside", {"note": "核实为展台用品"}, state_version=0)
    assert figures()["patrol_findings"] == 0


def test_only_who_sees_the_finding_sees_its_photos():
    person = factories.staff(Role.CLERK)
    found(manager(), photo_count=1, person_id=person.pk)
    file = StoredFile.objects.get()
    stranger = factories.staff(Role.CLERK, factories.department("ZJJ"))
    assert files.may_read(person, file) and not files.may_read(stranger, file)
    assert not files.may_read(factories.citizen(), file)


def test_the_lamp_of_a_finding_goes_on_once():
    person, chief = factories.staff(Role.CLERK), factories.staff(Role.HALL_MANAGER)
    found(manager(chief), person_id=person.pk)
    with driven_clock(moment("2026-11-25 23:00")):
        assert actions.light_lamps() == 0
    with driven_clock(moment("2026-11-26 00:05")):
        assert actions.light_lamps() == 1 and actions.light_lamps() == 0
    told = Notification.objects.filter(template="finding.overdue").values_list("user_id", flat=True)
    assert set(told) == {person.pk, chief.pk}


def test_the_week_names_what_was_found_again_and_where_nobody_went():
    chief = manager()
    area("公安服务区")
    first = found(chief)
    actions.finish_tour(chief, first.tour_id)
    with driven_clock(moment("2026-11-24 10:00")):
        second = found(chief, photo_count=1)
        assert second.repeats == first
        report = report_of(Week.of(dt.date(2026, 11, 24)))
    assert (report["count"], report["repeated"], report["by_area"]) == (1, [second], [("企业综合服务区", 1)])
    assert [one.name for one in report["not_visited"]] == ["公安服务区"]
    assert report_of(Week.of(FRIDAY))["findings"] == [first]
    assert report_of(Week(dt.date(2026, 1, 5)))["not_visited"] == []


def test_a_published_checklist_is_replaced_and_running_tours_keep_theirs():
    chief = manager()
    tour = actions.start_tour(chief)
    old = tour.checklist
    draft_list = actions.begin_draft(chief)
    assert actions.begin_draft(chief).pk == draft_list.pk
    texts = {chapter.code: "台面整洁 | Tidy counter\n工牌" for chapter in draft_list.chapters.all()}
    with pytest.raises(Invalid) as wrong:
        actions.save_draft(chief, draft_list.pk, {**texts, "people": " \n", "goods": "长" * 201})
    assert set(wrong.value.fields) == {"people", "goods"}
    actions.save_draft(chief, draft_list.pk, texts)
    actions.publish_draft(chief, draft_list.pk)
    with pytest.raises(WrongState):
        actions.save_draft(chief, draft_list.pk, texts)
    old.refresh_from_db()
    assert (old.state, Checklist.objects.get(state="published").pk) == ("retired", draft_list.pk)
    assert actions.start_tour(chief).checklist == old
    with pytest.raises(Invalid):
        actions.save_area(chief, tour.pk, area().pk, {draft_list.chapters.first().points.first().pk: "fine"})


@pytest.mark.parametrize("seed", range(5))
def test_a_random_walk_and_policy_is_queryset(seed):
    rng = random.Random(seed)
    zjj = factories.department("ZJJ")
    people = [factories.staff(role) for role in (Role.CLERK, Role.DEPARTMENT_HEAD, Role.HALL_MANAGER, Role.SUPERVISOR)]
    people += [factories.staff(Role.CLERK, zjj), factories.citizen()]
    chief = manager()
    findings = [found(chief, n, department_id=rng.choice([zjj, factories.department()]).pk) for n in range(3)]
    findings.append(found(chief, 4, person_id=people[0].pk))
    for _turn in range(60):
        one = Finding.objects.get(pk=rng.choice(findings).pk)
        person = User.objects.get(pk=rng.choice(people).pk)
        code = rng.choice(list(FINDING.transitions))
        try:
            if code == "rectify":
                rectified(one, actor_of(person))
            else:
                actions.take_step(actor_of(person), one.pk, code, {"note": "核实"}, state_version=one.state_version)
        except DomainError as error:
            assert_sentence(error)
        one.refresh_from_db()
        assert (one.rectified_on is not None) or one.state in {"open", "sent_back", "set_aside"}
        assert (one.ended_on is not None) == FINDING.states[one.state].ended
    answers = set()
    for who in people:
        person = User.objects.get(pk=who.pk)
        seen = set(Finding.objects.visible_to(person).values_list("pk", flat=True))
        for one in Finding.objects.all():
            assert policies.may_see(person, one) == (one.pk in seen)
            answers.add(one.pk in seen)
    assert answers == {True, False}
    figures()


def test_a_photo_that_came_in_stays_when_the_form_must_be_corrected(client):
    chief = factories.staff(Role.HALL_MANAGER)
    client.force_login(chief, backend="portal.people.backends.AccountBackend")
    tour = actions.start_tour(manager(chief))
    point = points(tour)[0]
    actions.save_area(manager(chief), tour.pk, area().pk, {point.pk: "finding"})
    url = f"/patrols/tours/{tour.pk}/{area().pk}/{point.pk}/"
    answer = client.post(url, {"text": "", "limit_days": 3, "photos": [picture()]})
    assert answer.status_code == 422
    kept = StoredFile.objects.get()
    assert f'name="kept" value="{kept.pk}"' in answer.content.decode()
    again = {"text": "杂物", "limit_days": 3, "department": factories.department().pk, "kept": kept.pk}
    assert client.post(url, again).status_code == 302
    assert Finding.objects.get().photos.get().file == kept
