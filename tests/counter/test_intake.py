"""Comprehensive intake: who is here, what is typed and noted for them, what is filed, and what is refused."""

import dataclasses
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from approvals.cases import actions as case_actions
from approvals.cases import policies
from approvals.cases.models import Case
from approvals.catalogue.indexing import index_item
from approvals.counter import actions
from approvals.counter.models import Intake, LeftPaper
from approvals.counter.policies import may_see_intake, may_take_in
from approvals.counter.querysets import intakes_for, items_for
from approvals.counter.receipts import receipt_of
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import AccessLog, Event
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Citizen, Organisation, User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import APPLICANT, SHOP, nonsense, pdf, shop_permit, signed_in
from tests.counter.objects import as_clerk, clerk_at, department, filed, intake_of, visitor, window
from tests.factories import moment

pytestmark = pytest.mark.django_db
CREDIT_CODE = "91350100M000100Y43"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


def test_somebody_without_an_account_gets_one_and_the_case_says_who_typed_it():
    desk = window()
    clerk = clerk_at(desk)
    case = filed(clerk, factories.item(), window_id=desk.pk)
    person = case.applicant
    assert (person.name, person.citizen.resident_number) == ("王小明", visitor().resident_number)
    assert person.citizen.verified_at is not None and not person.has_usable_password()
    assert (case.channel, case.taken_in_by, case.intake_window, case.window) == ("counter", clerk, desk, desk)
    assert case.number and case.query_code and case.state == "submitted"
    event = Event.objects.get(stream="cases.case", stream_id=case.pk, type="case.submit")
    assert (event.actor_id, event.role) == (clerk.pk, Role.CLERK)
    assert json.loads(event.body)["data"]["filed_for"] == person.pk


def test_the_receipt_lists_what_was_kept_and_the_originals_are_on_the_list():
    case = filed(clerk_at(window()), factories.item(materials=2))
    papers = LeftPaper.objects.filter(case=case)
    assert [(paper.name, paper.is_original, paper.place) for paper in papers] == [
        ("材料0", True, "A柜3层"),
        ("材料1", True, "A柜3层"),
    ]
    receipt = receipt_of(case)
    assert receipt is not None and "原件" in receipt.data and "材料1" in receipt.data


def test_an_account_is_found_by_the_card_and_the_look_is_on_record():
    known = factories.citizen(name="王小明")
    Citizen.objects.filter(user=known).update(verified_at=moment("2026-01-05 09:00"))
    clerk = clerk_at()
    card = visitor(resident_number=known.citizen.resident_number, phone="13700000001")
    intake = actions.begin_intake(as_clerk(clerk), card)
    assert intake.person == known
    assert User.objects.get(pk=known.pk).phone == known.phone  # what the clerk typed changes nothing in the account
    assert AccessLog.objects.filter(actor_user_id=clerk.pk, stream="people.user", stream_id=known.pk).exists()


def test_an_account_that_nobody_verified_gets_no_case_of_the_person_with_that_number():
    squatter = factories.citizen(name="王小明", phone="13711112222")
    card = visitor(resident_number=squatter.citizen.resident_number)
    intake = actions.begin_intake(as_clerk(clerk_at()), card)
    assert intake.person_id != squatter.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"resident_number": "110105199001011230"}, "resident_number"),
        ({"name": "4"}, "name"),
        ({"phone": "12"}, "phone"),
        ({"uscc": "9135"}, "uscc"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(change, field):
    clerk = clerk_at()
    data = {**dataclasses.asdict(visitor()), "applies": "firm" if "uscc" in change else "person", **change}
    answer = signed_in(clerk).post(reverse("counter:intake-new"), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["name"].value() == data["name"]
    assert not Intake.objects.exists()


def test_a_name_that_is_not_that_of_the_number_is_refused_without_telling_whose_it_is():
    known = factories.citizen(name="赵钱孙")
    Citizen.objects.filter(user=known).update(verified_at=moment("2026-01-05 09:00"))
    card = visitor(resident_number=known.citizen.resident_number)
    with pytest.raises(Invalid) as refused:
        actions.begin_intake(as_clerk(clerk_at()), card)
    assert "赵" not in str(refused.value.fields["name"])


def test_the_agent_of_a_firm_shows_licence_and_letter():
    clerk = clerk_at()
    card = visitor(uscc=CREDIT_CODE, organisation="望海食品")
    with pytest.raises(Invalid) as refused:
        actions.begin_intake(as_clerk(clerk), card)
    assert set(refused.value.fields) == {"authority_seen"}
    intake = actions.begin_intake(as_clerk(clerk), dataclasses.replace(card, authority_seen=True))
    item = factories.item(materials=0)
    actions.choose_item(as_clerk(clerk), intake.pk, item)
    case = actions.file_intake(as_clerk(clerk), intake.pk, confirmation="screen", state_version=0)
    assert case.organisation == Organisation.objects.get(uscc=CREDIT_CODE)
    assert case.applicant_name == "望海食品"
    assert policies.is_applicant(case.applicant, case)


def test_nobody_takes_in_their_own_matter():
    clerk = clerk_at(name="王小明")
    number = factories.resident_number(501)
    Citizen.objects.create(user=clerk, resident_number=number, verified_at=moment("2026-01-05 09:00"))
    with pytest.raises(NotAllowed):
        actions.begin_intake(as_clerk(clerk), visitor(resident_number=number))


def test_the_same_person_at_two_windows_is_told_to_the_second_clerk():
    first, second = clerk_at(window("A01")), clerk_at(window("A02"))
    with driven_clock(moment("2026-11-20 09:30")):
        begun = actions.begin_intake(as_clerk(first), visitor(), window_id=min(policies.windows_today(first)))
        with translation.override("en"):
            answer = signed_in(second, "en").post(
                reverse("counter:intake-new"), {**dataclasses.asdict(visitor()), "applies": "person"}
            )
    assert answer.status_code == 409
    assert "A01" in answer.content.decode() and first.name in answer.content.decode()
    with driven_clock(moment("2026-11-23 09:30")):  # forgotten on another day: it holds nobody up
        again = actions.begin_intake(as_clerk(second), visitor())
    assert again.pk != begun.pk


def test_an_abandoned_intake_is_found_again_and_taken_over_at_the_same_window():
    desk = window()
    first, second, stranger = clerk_at(desk), clerk_at(desk), clerk_at(window("A09"))
    intake = intake_of(first, factories.item(), window_id=desk.pk)
    for person in (first, second, stranger):
        sees = person != stranger
        fresh = User.objects.get(pk=person.pk)
        assert intakes_for(fresh).filter(pk=intake.pk).exists() is sees is may_see_intake(fresh, intake)
    with pytest.raises(NotAllowed):
        actions.note_materials(as_clerk(second), intake.pk, {})
    with pytest.raises(NotFound):
        actions.take_over_intake(as_clerk(stranger), intake.pk)
    taken = actions.take_over_intake(as_clerk(second), intake.pk, window_id=desk.pk)
    assert (taken.clerk, Case.objects.get(pk=taken.case_id).taken_in_by) == (second, second)
    actions.drop_intake(as_clerk(second), intake.pk)
    assert not Case.objects.filter(pk=taken.case_id).exists()
    assert Intake.objects.get(pk=intake.pk).state == "dropped"


def test_a_window_takes_in_for_the_departments_and_items_that_it_is_given():
    other, third = department("ZJJ"), department("RSJ", name="市人社局")
    desk = window("A01", other)
    clerk = clerk_at(desk)
    single, foreign = factories.item(dept=third), factories.item(dept=third)
    actions.set_scope(as_manager(), desk.pk, departments=[other.pk], item_codes=[single.code])
    own, served = factories.item(), factories.item(dept=other)
    fresh = User.objects.get(pk=clerk.pk)
    for item, takes in ((own, True), (served, True), (single, True), (foreign, False)):
        assert may_take_in(fresh, item) is takes is items_for(fresh).filter(pk=item.pk).exists(), item
    intake = actions.begin_intake(as_clerk(clerk), visitor())
    with pytest.raises(NotAllowed) as refused:
        actions.choose_item(as_clerk(clerk), intake.pk, foreign)
    assert "人社局" in refused.value.message


def as_manager():
    from portal.people.actors import actor_of

    return actor_of(factories.staff(Role.HALL_MANAGER), Role.HALL_MANAGER)


def test_the_front_sees_how_far_it_is_and_decides_nothing():
    other = department("ZJJ")
    desk = window("A01", other)
    front, colleague = clerk_at(desk), clerk_at(desk)
    case = filed(front, factories.item(dept=other), window_id=desk.pk)
    behind, stranger = clerk_at(dept=other), clerk_at(dept=department("RSJ", name="市人社局"))
    for person, sees in ((front, True), (colleague, True), (behind, True), (stranger, False)):
        fresh = User.objects.get(pk=person.pk)
        assert policies.may_see(fresh, case) is sees is Case.objects.visible_to(fresh).filter(pk=case.pk).exists()
    page = signed_in(front).get(reverse("cases:desk-case", args=[case.number]))
    assert page.status_code == 200 and page.context["offered"] == [] and not page.context["personal"]
    for code in ("accept", "ask_supplement"):
        with pytest.raises(DomainError):
            case_actions.take_step(as_clerk(front), case.pk, code, {}, state_version=case.state_version)
    accepted = case_actions.take_step(as_clerk(behind), case.pk, "accept", state_version=case.state_version)
    assert accepted.staff == behind


def test_what_is_missing_must_be_said_and_then_it_can_be_filed_and_named_in_one_notice():
    clerk, item = clerk_at(), factories.item(materials=2)
    intake = intake_of(clerk, item)
    first, second = intake.case.version.materials.all()
    actions.note_materials(as_clerk(clerk), intake.pk, {first.pk: actions.Noted("copy", copies=2)})
    with pytest.raises(WrongState) as refused:
        actions.file_intake(as_clerk(clerk), intake.pk, confirmation="paper", state_version=0)
    assert "材料1" in refused.value.message
    noted = {first.pk: actions.Noted("copy", copies=2), second.pk: actions.Noted("missing")}
    actions.note_materials(as_clerk(clerk), intake.pk, noted)
    case = actions.file_intake(as_clerk(clerk), intake.pk, confirmation="paper", state_version=0)
    page = signed_in(clerk).get(reverse("cases:step", args=[case.number, "ask_supplement"]))
    assert page.context["form"]["missing"].value() == [second.pk]


def test_an_item_that_closes_meanwhile_keeps_what_was_typed():
    clerk, item = clerk_at(), factories.item(materials=0)
    intake = intake_of(clerk, item)
    item.status = item.Status.SUSPENDED
    item.save()
    client = signed_in(clerk)
    answer = client.post(
        reverse("counter:intake-confirm", args=[intake.pk]), {"confirmation": "paper", "state_version": "0"}
    )
    assert answer.status_code == 409 and answer.context["problem"].message
    assert Case.objects.get(pk=intake.case_id).is_draft
    assert client.get(reverse("counter:intake", args=[intake.pk])).context["closed"]


def test_one_screen_keeps_answers_notes_and_scans_and_refuses_what_is_no_picture():
    clerk = clerk_at()
    intake = intake_of(clerk, shop_permit())
    client, address = signed_in(clerk), reverse("counter:intake", args=[intake.pk])
    plan, _photo, lease = intake.case.version.materials.all()
    data = {**APPLICANT, **SHOP, "area": "none", f"kept-{lease.pk}": "original", f"copies-{lease.pk}": "2", "save": "1"}
    answer = client.post(address, {**data, f"material-{plan.pk}": [pdf("一.pdf"), pdf("二.pdf"), nonsense()]})
    assert answer.status_code == 422
    assert "virus.exe" in str(answer.context["upload"].errors)
    shown = {form.section.code: form for form in answer.context["forms"]}
    assert shown["shop"]["area"].value() == "none" and "area" in shown["shop"].errors
    assert intake.case.materials.filter(material=plan).count() == 2
    assert intake.checks.get(material=lease).copies == 2
    answer = client.post(address, {**data, "area": "80", "check": "1", f"kept-{plan.pk}": "scan"})
    assert answer.status_code == 302 and answer.url.endswith("/confirm/")
    done = client.post(answer.url, {"confirmation": "tablet", "state_version": "0", "place": "B柜"}, follow=True)
    case = Case.objects.get(pk=intake.case_id)
    assert case.number in done.content.decode() and case.query_code in done.content.decode()
    again = client.post(answer.url, {"confirmation": "tablet", "state_version": "0"})  # a second click
    assert again.status_code == 302 and Case.objects.filter(state="submitted").count() == 1


def test_a_number_of_copies_that_makes_no_sense_is_refused():
    clerk = clerk_at()
    intake = intake_of(clerk, factories.item(materials=1))
    material = intake.case.version.materials.get()
    data = {f"kept-{material.pk}": "copy", f"copies-{material.pk}": "x", "save": "1"}
    answer = signed_in(clerk).post(reverse("counter:intake", args=[intake.pk]), data)
    assert answer.status_code == 422 and not intake.checks.exists()


def test_the_person_may_go_on_at_home_and_then_it_is_an_online_filing():
    clerk = clerk_at()
    intake = intake_of(clerk, factories.item(materials=0))
    from portal.people.actors import actor_of

    case = case_actions.take_step(actor_of(intake.person), intake.case_id, "submit", state_version=0)
    assert (case.channel, case.taken_in_by) == ("online", None)


def test_with_a_power_of_attorney_somebody_else_is_the_applicant():
    from approvals.cases.principals import Principal

    clerk, item = clerk_at(), factories.item(materials=0)
    intake = actions.begin_intake(as_clerk(clerk), visitor())
    principal = Principal(
        name="李老太", resident_number=factories.resident_number(600), phone="13512345678", relation="parent_child"
    )
    actions.choose_item(as_clerk(clerk), intake.pk, item, principal=principal)
    with pytest.raises(WrongState):
        actions.file_intake(as_clerk(clerk), intake.pk, confirmation="paper", state_version=0)
    case = Case.objects.get(pk=Intake.objects.get(pk=intake.pk).case_id)
    client = signed_in(clerk)
    client.post(
        reverse("counter:intake", args=[intake.pk]), {"material-power-of-attorney": pdf("委托书.pdf"), "save": "1"}
    )
    case = actions.file_intake(as_clerk(clerk), intake.pk, confirmation="paper", state_version=0)
    assert case.applicant_name == "李老太"


def test_the_lists_cost_the_same_whatever_their_length(django_assert_num_queries):
    desk = window()
    clerk, item = clerk_at(desk), factories.item(materials=0)
    client = signed_in(clerk)
    for serial in range(510, 513):
        intake_of(clerk, item, serial=serial, window_id=desk.pk)
        filed(clerk, item, serial=serial + 50, window_id=desk.pk)
    counted = []
    for more in (0, 6):
        for serial in range(520, 520 + more):
            intake_of(clerk, item, serial=serial, window_id=desk.pk)
            filed(clerk, item, serial=serial + 50, window_id=desk.pk)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        for tab in ("open", "filed"):
            client.get(reverse("counter:intakes"), {"tab": tab})
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse("counter:intakes"), {"tab": tab})
            counted.append(len(queries))
    assert counted[:2] == counted[2:]


def test_the_page_may_ask_the_reader_on_this_machine_and_no_other(settings):
    client = signed_in(clerk_at())
    settings.CARD_READER_URL = "http://127.0.0.1:19196"
    page = client.get(reverse("counter:intake-new"))
    assert "connect-src 'self' http://127.0.0.1:19196" in page["Content-Security-Policy"]
    assert 'data-reader="http://127.0.0.1:19196/v1/card"' in page.content.decode()
    assert "127.0.0.1" not in client.get(reverse("counter:intakes"))["Content-Security-Policy"]
    settings.CARD_READER_URL = "https://evil.example"
    assert "evil" not in client.get(reverse("counter:intake-new"))["Content-Security-Policy"]


def test_a_search_with_a_single_hit_has_chosen_it():
    clerk = clerk_at(window())
    index_item(factories.item("SHOP-9", materials=0))
    index_item(factories.item("SHOP-8", materials=0))
    client = Client()
    client.force_login(clerk, backend="portal.people.backends.AccountBackend")
    intake = actions.begin_intake(actor_of(clerk, Role.CLERK), visitor(), window_id=None)
    page = client.get(reverse("counter:intake-item", args=[intake.pk]), {"q": "SHOP-9"})
    assert page.context["form"].initial == {"item": "SHOP-9"}
