"""From the decision to the proof: at the window, by post, electronically; and the case that follows it."""

import contextlib
import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases import actions as cases
from approvals.cases.models import Case
from approvals.delivery import actions, carriers, policies
from approvals.delivery.lifecycle import DELIVERY
from approvals.delivery.measures import DELIVERY_MEASURES
from approvals.delivery.models import Delivery, DemoParcel, Way
from approvals.delivery.receiving import Receiver
from portal.core import documents, statistics
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Document, Event, Notification
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
EMS = "1234567890123"
ADDRESS = {"recipient": "张三", "phone": "13812345678", "address": "海州市解放路12号3栋402室"}


class Window:
    """A case that was approved on 1 June 2026, and the people around it."""

    def __init__(self, way: str = Way.WINDOW, *, issued: bool = True) -> None:
        self.clerk_user, self.head_user = factories.staff(Role.CLERK), factories.staff(Role.DEPARTMENT_HEAD)
        self.clerk, self.head = actor_of(self.clerk_user, Role.CLERK), actor_of(self.head_user, Role.DEPARTMENT_HEAD)
        self.person = factories.citizen()
        self.applicant = actor_of(self.person)
        self.now = factories.moment("2026-06-01 09:00")
        with driven_clock(self.now):
            self.case = factories.accepted(self.clerk, self.person, factories.item(review_steps=0))
        self.work()
        with driven_clock(self.now):
            actions.choose(self.applicant, self.case.pk, way=way, **(ADDRESS if way == Way.POST else {}))
            self.step("approve", text="")
        self.work()
        if issued:
            self.issue()

    def issue(self) -> None:
        with driven_clock(self.now):
            self.step("issue", document_number="海字1号")
        self.work()

    def step(self, code: str, actor=None, **inputs) -> Case:
        case = Case.objects.get(pk=self.case.pk)
        return cases.take_step(actor or self.clerk, case.pk, code, inputs, state_version=case.state_version)

    def work(self) -> None:
        with driven_clock(self.now):
            while run_due_jobs():
                pass

    def at(self, moment: str):
        self.now = factories.moment(moment)
        return driven_clock(self.now)

    @property
    def delivery(self) -> Delivery:
        return Delivery.objects.select_related("case").get(case=self.case)

    @property
    def version(self) -> int:
        return self.delivery.state_version

    def me(self, **more) -> Receiver:
        number = self.person.citizen.resident_number
        return Receiver(**{"name": self.person.name, "resident_number": number, "signed": True, **more})


def test_the_decision_opens_a_delivery_that_is_due_ten_working_days_later():
    window = Window(issued=False)
    delivery = window.delivery
    assert (delivery.state, delivery.way) == ("preparing", "window")
    # Monday 1 June 2026; the dragon boat holiday (19 June) lies behind the tenth working day.
    assert delivery.due_on == dt.date(2026, 6, 15)
    with driven_clock(window.now), pytest.raises(WrongState):
        actions.make_ready(window.clerk, delivery.pk, state_version=window.version)  # nothing is issued yet


def test_handed_over_at_the_window_with_the_identity_checked():
    window = Window()
    with driven_clock(window.now):
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        assert Notification.objects.filter(user=window.person, template="delivery.ready").count() == 1
        actions.hand_over(window.clerk, window.delivery.pk, window.me(), state_version=window.version)
    delivery, case = window.delivery, Case.objects.get(pk=window.case.pk)
    assert (delivery.state, delivery.proof, delivery.receiver) == ("delivered", "signed", window.person.name)
    assert case.state == "delivered"
    event = Event.objects.get(stream_id=case.pk, type="case.deliver")
    assert event.actor_id == window.clerk_user.pk
    with driven_clock(window.now), pytest.raises(DomainError):
        actions.hand_over(window.clerk, delivery.pk, window.me(), state_version=window.version)


def test_a_stranger_gets_nothing_without_a_power_of_attorney():
    window = Window()
    stranger = factories.citizen()
    number = stranger.citizen.resident_number
    with driven_clock(window.now):
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        pk, seen = window.delivery.pk, window.version
        wrong = [
            (window.me(resident_number=number), "resident_number"),
            (window.me(resident_number="110105199001010000"), "resident_number"),
            (window.me(signed=False), "signed"),
            (window.me(name=" "), "name"),
            (Receiver(stranger.name, number, agent=True, signed=True), "power_of_attorney"),
        ]
        for receiver, field in wrong:
            with pytest.raises(Invalid) as refused:
                actions.hand_over(window.clerk, pk, receiver, state_version=seen)
            assert field in refused.value.fields
        assert window.delivery.state == "ready"
        agent = Receiver(stranger.name, number, agent=True, power_of_attorney="2026-06-01", signed=True)
        with pytest.raises(NotAllowed):
            actions.hand_over(window.head, pk, agent, state_version=seen)
        actions.hand_over(window.clerk, pk, agent, state_version=seen)
    assert window.delivery.proof == "agent"


@pytest.mark.parametrize(
    ("carrier", "number", "good"),
    [
        ("ems", EMS, True),
        ("ems", "1234 5678 9012 3", True),
        ("ems", "EA473124829CN", True),  # the example of the postal union
        ("ems", "EA473124820CN", False),  # its check digit is wrong
        ("ems", "9234567890123", False),
        ("ems", "12345", False),
        ("ems", "nonsense", False),
        ("sf", "SF1234567890123", True),
        ("sf", "SF12", False),
        ("other", "YT1234567890", True),
        ("other", "中通一二三四五六", False),
        ("other", "A'; DROP--", False),
    ],
)
def test_tracking_numbers(carrier, number, good):
    if good:
        assert carriers.checked_number(carrier, number) == number.replace(" ", "")
        return
    with pytest.raises(Invalid) as refused:
        carriers.checked_number(carrier, number)
    assert "tracking_number" in refused.value.fields


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "海州市"}, "address"),
        ({"address": "海州市解放路那个地方附近"}, "address"),
        ({"address": ""}, "address"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "12345"}, "recipient"),
        ({"phone": "1381234"}, "phone"),
        ({"way": "pigeon"}, "way"),
    ],
)
def test_an_incomplete_address_is_refused(change, field):
    window = Window(issued=False)
    with driven_clock(window.now), pytest.raises(Invalid) as refused:
        actions.choose(window.applicant, window.case.pk, **{"way": "post", **ADDRESS, **change})
    assert field in refused.value.fields


def test_posted_with_a_number_confirmed_by_the_carrier(settings):
    settings.DEMO = True
    window = Window(Way.POST)
    with driven_clock(window.now):
        with pytest.raises(Invalid):
            actions.post(
                window.clerk, window.delivery.pk, carrier="ems", tracking_number="x", state_version=window.version
            )
        actions.post(window.clerk, window.delivery.pk, carrier="ems", tracking_number=EMS, state_version=window.version)
    assert window.delivery.state == "posted"
    assert Notification.objects.filter(user=window.person, template="delivery.posted").count() == 1
    with window.at("2026-06-02 10:00"):
        assert actions.ask_carriers() == 1
        assert window.delivery.state == "posted"
    with window.at("2026-06-04 10:00"):
        actions.ask_carriers()
    delivery = window.delivery
    assert (delivery.state, delivery.proof, delivery.delivered_on) == ("delivered", "carrier", dt.date(2026, 6, 4))
    assert Case.objects.get(pk=window.case.pk).state == "delivered"
    window.work()  # the job that follows the case finds nothing to do
    assert window.delivery.state == "delivered"


def test_a_letter_that_came_back_is_picked_up(settings):
    settings.DEMO = True
    window = Window(Way.POST)
    with driven_clock(window.now):
        actions.post(window.clerk, window.delivery.pk, carrier="ems", tracking_number=EMS, state_version=window.version)
        DemoParcel.objects.update(state="returned")
        actions.ask_carriers()
        assert (window.delivery.state, window.delivery.failures) == ("failed", 1)
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        actions.hand_over(window.clerk, window.delivery.pk, window.me(), state_version=window.version)
    assert (window.delivery.state, window.delivery.way) == ("delivered", "window")


def test_without_an_adapter_the_clerk_enters_the_slip_or_the_return():
    window = Window(Way.POST)
    with driven_clock(window.now):
        post = {"carrier": "sf", "tracking_number": "SF1234567890123"}
        actions.post(window.clerk, window.delivery.pk, **post, state_version=window.version)
        assert actions.ask_carriers() == 1
        assert window.delivery.state == "posted"
        actions.come_back(window.clerk, window.delivery.pk, reason="查无此人", state_version=window.version)
        again = {"carrier": "sf", "tracking_number": "SF1234567890124"}
        actions.post(window.clerk, window.delivery.pk, **again, state_version=window.version)
        with pytest.raises(Stale):
            actions.confirm(window.clerk, window.delivery.pk, slip="本人", state_version=window.version - 1)
        actions.confirm(window.clerk, window.delivery.pk, slip="6月3日 本人签收", state_version=window.version)
    assert (window.delivery.proof, window.delivery.failures) == ("slip", 1)


def test_two_letters_never_have_one_number():
    first, second = Window(Way.POST), Window(Way.POST)
    with driven_clock(first.now):
        actions.post(first.clerk, first.delivery.pk, carrier="ems", tracking_number=EMS, state_version=first.version)
        with pytest.raises(Invalid):
            actions.post(
                second.clerk, second.delivery.pk, carrier="ems", tracking_number=EMS, state_version=second.version
            )


def test_the_page_of_the_result_offers_the_decision_as_pdf_once_it_was_opened(client):
    window = Window(Way.ELECTRONIC)
    decision = Document.objects.get(stream_id=window.case.pk, occasion="approve")
    link, url = reverse("core:document", args=[decision.pk]), reverse("delivery:result", args=[window.case.number])
    client.force_login(window.person, backend="portal.people.backends.AccountBackend")
    with driven_clock(window.now):
        assert link not in client.get(url).content.decode()
        assert window.delivery.state == "provided"  # looking at the page proves nothing
        page = client.post(url, follow=True).content.decode()
    assert window.delivery.proof == "opened"
    assert link in page and f"{link}?download" in page and decision.number in page
    assert client.get(link)["Content-Type"] == "application/pdf"
    documents.withdraw(decision, window.head)
    assert link not in client.get(url).content.decode()


def test_an_electronic_result_is_delivered_when_the_applicant_opens_it():
    window = Window(Way.ELECTRONIC)
    assert window.delivery.state == "provided"
    stranger = actor_of(factories.citizen())
    with driven_clock(window.now):
        with pytest.raises(NotFound):
            actions.open_result(stranger, window.delivery.pk)
        with pytest.raises(NotAllowed):
            actions.open_result(window.clerk, window.delivery.pk)
        actions.open_result(window.applicant, window.delivery.pk)
        actions.open_result(window.applicant, window.delivery.pk)  # again it changes nothing
    assert (window.delivery.state, window.delivery.proof) == ("delivered", "opened")
    assert Case.objects.get(pk=window.case.pk).state == "delivered"
    assert Event.objects.filter(type="delivery.open").count() == 1


def test_the_case_cannot_be_delivered_past_its_delivery():
    window = Window()
    with driven_clock(window.now), pytest.raises(DomainError) as refused:
        window.step("deliver", way="window", proof="本人")
    assert refused.value.code == "no_proof"


def test_the_wish_may_be_changed_until_the_document_is_issued():
    window = Window(Way.WINDOW, issued=False)
    with driven_clock(window.now):
        with pytest.raises(NotFound):
            actions.choose(actor_of(factories.citizen()), window.case.pk, way="window")
        actions.choose(window.applicant, window.case.pk, way="post", **ADDRESS)
    assert window.delivery.way == "post"
    window.issue()
    with driven_clock(window.now):
        with pytest.raises(WrongState):
            actions.choose(window.applicant, window.case.pk, way="window")
        actions.choose(window.clerk, window.case.pk, way="electronic")  # the clerk, with the applicant
    assert window.delivery.state == "provided"


def test_address_and_telephone_are_sealed():
    from django.db import connection

    window = Window(Way.POST)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, phone, recipient FROM delivery_wish")
        raw = " ".join(cursor.fetchone())
    assert ADDRESS["address"] not in raw and ADDRESS["phone"] not in raw
    assert actions.wish_of(window.case).address == ADDRESS["address"]


def test_lamps_are_lit_once_and_the_waiting_document_is_reminded_of_once():
    window = Window()
    supervisor = factories.staff(Role.SUPERVISOR)
    with driven_clock(window.now):
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        assert (actions.light_lamps(), actions.remind_due()) == (0, 0)
    with window.at("2026-06-11 08:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
        assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    with window.at("2026-06-16 08:00"):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
    told = Notification.objects.filter(template="delivery.red").values_list("user", flat=True)
    assert set(told) >= {window.head_user.pk, supervisor.pk}


def test_a_correction_takes_the_delivery_along():
    window = Window()
    supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    with driven_clock(window.now):
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        actions.hand_over(window.clerk, window.delivery.pk, window.me(), state_version=window.version)
        window.step("correct", supervisor, reason="误点")
    window.work()
    delivery = window.delivery
    assert (delivery.state, delivery.proof, delivery.delivered_on) == ("preparing", "", None)
    other = Window(issued=False)
    with driven_clock(other.now):
        other.step("correct", supervisor, reason="误点")
    other.work()
    assert other.delivery.state == "void"
    with driven_clock(other.now):
        other.step("approve", text="")
    other.work()
    assert other.delivery.state == "preparing"


def test_a_case_delivered_by_its_own_step_before_there_was_a_delivery_has_one_afterwards():
    window = Window(issued=False)
    Delivery.objects.all().delete()
    with driven_clock(window.now):
        window.step("issue", document_number="1")
        window.step("deliver", way="post", proof="EMS")
    window.work()
    assert (window.delivery.state, window.delivery.proof, window.delivery.way) == ("delivered", "entered", "post")


def test_every_figure_is_proved():
    window = Window()
    with window.at("2026-06-16 09:00"):
        actions.make_ready(window.clerk, window.delivery.pk, state_version=window.version)
        actions.hand_over(window.clerk, window.delivery.pk, window.me(), state_version=window.version)
    statistics.refresh_all()
    assert list(statistics.differences(statistics.Verified())) == []
    sums = statistics.period(DELIVERY_MEASURES, "item", dt.date(2026, 6, 1), dt.date(2026, 6, 30))[None]
    assert (sums["due"], sums["delivered"], sums["in_time"], sums["late"]) == (1, 1, 0, 1)


def test_what_may_be_seen_is_what_the_queryset_finds():
    window = Window()
    people = [
        window.person, factories.citizen(), window.clerk_user, window.head_user,
        factories.staff(Role.CLERK, factories.department("OTHER")), factories.staff(Role.AUDITOR),
    ]  # fmt: skip
    for person in people:
        assert policies.may_see(person, window.delivery) == Delivery.objects.visible_to(person).exists()


def somebody_does_something(window, chance, supervisor, number):
    pk, seen = window.delivery.pk, window.version
    who = chance.choice([window.clerk, window.head, window.applicant])
    doings = [
        lambda: actions.make_ready(who, pk, state_version=seen),
        lambda: actions.hand_over(who, pk, window.me(), state_version=seen),
        lambda: actions.post(who, pk, carrier="ems", tracking_number=number, state_version=seen),
        lambda: actions.confirm(who, pk, slip="签收", state_version=seen),
        lambda: actions.come_back(who, pk, reason="退回", state_version=seen),
        lambda: actions.open_result(who, pk),
        lambda: actions.choose(who, window.case.pk, way=chance.choice(Way.values), **ADDRESS),
        actions.ask_carriers,
        lambda: window.step("correct", supervisor, reason="误"),
        lambda: window.step("issue", document_number="2"),
    ]
    chance.choice(doings)()


@pytest.mark.parametrize("seed", range(6))
def test_a_random_walk_never_delivers_without_a_proof(seed, settings):
    import random

    settings.DEMO = True
    chance = random.Random(seed)
    window = Window(chance.choice(Way.values))
    supervisor = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    for number in range(20):
        window.now += dt.timedelta(hours=chance.choice([1, 20, 80]))
        with driven_clock(window.now), contextlib.suppress(DomainError):
            somebody_does_something(window, chance, supervisor, f"1{seed:03}{number:09}")
        window.work()
        delivery = window.delivery
        assert delivery.state in DELIVERY.states
        assert (delivery.state == "delivered") == (delivery.case.state in {"delivered", "closed"})
        assert (delivery.state == "delivered") == bool(delivery.proof)
        assert not (delivery.state == "posted" and not delivery.tracking_number)
