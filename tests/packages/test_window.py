"""A package at the window: a clerk writes it with the person, notes what stays here, and files it when it is confirmed."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case, CaseMaterial
from approvals.counter import actions as counter
from approvals.counter.models import Intake, LeftPaper
from approvals.packages import actions, policies
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import PackageFiling, PackagePaper
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Event
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.counter.objects import visitor
from tests.packages.crew import GOOD, Crew, cases, fill, stored, work

pytestmark = pytest.mark.django_db


class Window(Crew):
    """The same package, and a clerk of the leading department with somebody in front."""

    def __init__(self) -> None:
        super().__init__()
        self.clerk_user = factories.staff(Role.CLERK, self.department)
        self.clerk = actor_of(self.clerk_user, Role.CLERK)
        self.intake = counter.begin_intake(self.clerk, visitor())

    def begin_here(self, **more):
        return actions.begin_at_window(self.clerk, self.intake.pk, self.package.pk, {"card": "yes"}, **more)

    def ready(self):
        return fill(self.clerk, self.begin_here())

    def client(self, user=None):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user or self.clerk_user, backend="portal.people.backends.AccountBackend")
        return client


@pytest.fixture
def window():
    return Window()


def test_a_clerk_files_for_the_person_and_the_cases_know_it(window):
    filing = window.ready()
    actions.submit(window.clerk, filing.pk, state_version=filing.state_version, confirmation="paper")
    found = cases(filing)
    person = window.intake.person
    assert [(case.channel, case.taken_in_by, case.applicant) for case in found] == [
        ("counter", window.clerk_user, person)
    ] * 3
    assert found[0].content.phone == GOOD["phone"]
    window.intake.refresh_from_db()
    assert (window.intake.state, window.intake.confirmation, window.intake.matter) == (
        "filed",
        "paper",
        "新生儿出生一件事",
    )
    filing.refresh_from_db()
    assert (filing.channel, filing.state, filing.applicant) == ("counter", "filed", person)
    work()
    assert PackageFiling.objects.of_applicant(person).get() == filing  # the person follows it in the own account
    assert policies.may_see_at_work(window.clerk_user, filing)


def test_nothing_is_filed_before_the_person_confirmed(window):
    filing = window.ready()
    with pytest.raises(Invalid) as error:
        actions.submit(window.clerk, filing.pk, state_version=filing.state_version)
    assert "confirmation" in error.value.fields
    assert Case.objects.count() == 0
    assert Intake.objects.get().state == "open"


def test_papers_that_stay_here_hang_in_every_case_and_the_original_goes_back_once(window):
    filing = window.ready()
    birth, card = Draft(filing).materials
    for paper in filing.papers.all():
        actions.remove_paper(window.clerk, filing.pk, paper.pk)
    actions.keep_paper(window.clerk, filing.pk, key=birth.key, kept="original")
    actions.keep_paper(window.clerk, filing.pk, key=card.key, kept="copy", copies=2)
    actions.save_page(window.clerk, filing.pk, MATERIALS, {}, done=True)
    fresh = PackageFiling.objects.get(pk=filing.pk)
    actions.submit(window.clerk, filing.pk, state_version=fresh.state_version, confirmation="screen", place="A-3")
    rows = CaseMaterial.objects.filter(on_paper=True).values_list("material__code", "kept_as", "copies")
    assert sorted(rows) == [("birthcert", "original", 1)] * 2 + [("idc", "copy", 2)] * 3
    left = LeftPaper.objects.get()
    assert (left.case, left.place, left.material.code) == (cases(filing)[0], "A-3", "birthcert")


def test_only_the_clerk_of_the_intake_writes_and_only_while_it_is_open(window):
    filing = window.begin_here()
    colleague = factories.staff(Role.CLERK, window.department)
    for stranger in (colleague, window.head_user, factories.citizen()):
        assert not policies.may_fill_in(stranger, filing)
        with pytest.raises(NotFound):
            actions.save_page(actor_of(stranger), filing.pk, "child", {}, done=False)
    assert policies.may_fill_in(window.clerk_user, PackageFiling.objects.get())
    counter.drop_intake(window.clerk, window.intake.pk)
    assert not policies.may_fill_in(window.clerk_user, PackageFiling.objects.get())
    work()
    assert not PackageFiling.objects.exists()  # the person went away: the draft goes with everything in it


def test_a_colleague_who_takes_the_intake_over_goes_on_with_the_draft(window):
    filing = window.begin_here()
    seat = factories.window(code="P9") if hasattr(factories, "window") else None
    Intake.objects.update(clerk=factories.staff(Role.CLERK, window.department), window=seat)
    assert not policies.may_fill_in(window.clerk_user, PackageFiling.objects.get(pk=filing.pk))
    assert policies.may_fill_in(Intake.objects.get().clerk, PackageFiling.objects.get(pk=filing.pk))


def test_policy_and_queryset_agree_at_the_window(window):
    filing = window.ready()
    window.begin()  # somebody else's draft of their own
    actions.submit(window.clerk, filing.pk, state_version=filing.state_version, confirmation="paper")
    again = counter.begin_intake(window.clerk, visitor(501))
    actions.begin_at_window(window.clerk, again.pk, window.package.pk, {"card": "no"})
    rows = list(PackageFiling.objects.all())
    assert len(rows) == 3
    people = [window.clerk_user, window.intake.person, again.person, window.head_user, window.person]
    people += [factories.staff(Role.CLERK, window.department), factories.staff(Role.CLERK, factories.department("JYJ"))]
    for user in people:
        for rule, named in (
            (policies.may_see_filing, PackageFiling.objects.visible_to(user)),
            (policies.may_fill_in, PackageFiling.objects.fillable_by(user)),
            (policies.may_see_at_work, PackageFiling.objects.seen_at_work(user)),
        ):
            assert {one.pk for one in rows if rule(user, one)} == set(named.values_list("pk", flat=True)), (user, rule)


def test_a_window_takes_in_what_its_department_leads_and_nothing_else(window):
    stranger = actor_of(factories.staff(Role.CLERK, factories.department("JYJ")), Role.CLERK)
    intake = counter.begin_intake(stranger, visitor(502))
    with pytest.raises(NotAllowed):
        actions.begin_at_window(stranger, intake.pk, window.package.pk, {"card": "yes"})
    with pytest.raises(NotFound):  # a colleague's intake
        actions.begin_at_window(stranger, window.intake.pk, window.package.pk, {"card": "yes"})


def test_an_intake_has_one_matter(window):
    window.begin_here()
    with pytest.raises(WrongState):
        counter.choose_item(window.clerk, window.intake.pk, factories.item(dept=window.department))
    other = counter.begin_intake(window.clerk, visitor(503))
    counter.choose_item(window.clerk, other.pk, factories.item(dept=window.department))
    with pytest.raises(WrongState):
        actions.begin_at_window(window.clerk, other.pk, window.package.pk, {"card": "yes"})


def test_the_pages_lead_from_the_person_to_the_number(window):
    client = window.client()
    choose = client.get(reverse("counter:intake-item", args=[window.intake.pk]))
    begin = reverse("packages:window", args=[window.intake.pk, "birth"])
    assert begin in choose.content.decode()
    assert client.get(begin).status_code == 200
    offered = client.get(begin, {"q-card": "yes"}).content.decode()
    assert "出生登记" in offered or "Begin the filing" in offered
    codes = [one.code for one in window.items]
    answer = client.post(f"{begin}?q-card=yes", {"parts": codes, "applicant": "myself"})
    filing = PackageFiling.objects.get()
    assert answer["Location"] == reverse("packages:draft", args=[filing.pk])
    assert client.get(begin)["Location"] == reverse("counter:intake-item", args=[window.intake.pk])
    fill(window.clerk, filing)
    for name in ("draft", "draft-guide", "draft-papers", "draft-check", "draft-discard"):
        page = client.get(reverse(f"packages:{name}", args=[filing.pk]))
        assert page.status_code == 200 and 'class="staff"' in page.content.decode(), name
    fresh = PackageFiling.objects.get()
    check = reverse("packages:draft-check", args=[filing.pk])
    refused = client.post(check, {"state_version": fresh.state_version})
    assert refused.status_code == 422
    done = client.post(check, {"state_version": fresh.state_version, "confirmation": "tablet"})
    assert done["Location"] == reverse("packages:window-done", args=[window.intake.pk])
    slip = client.get(done["Location"]).content.decode()
    fresh.refresh_from_db()
    assert fresh.number in slip and fresh.query_code in slip
    assert client.get(check)["Location"] == reverse("packages:desk-filing", args=[fresh.number])  # a second click


def test_what_is_kept_is_noted_on_the_page_of_papers(window):
    filing = window.begin_here()
    client, address = window.client(), reverse("packages:draft-papers", args=[filing.pk])
    birth, card = Draft(filing).materials
    data = {
        f"kept-{birth.code}": "copy",
        f"copies-{birth.code}": "2",
        f"kept-{card.code}": "",
        f"copies-{card.code}": "1",
    }
    refused = client.post(address, data)
    assert refused.status_code == 422  # the identity card is neither scanned nor kept
    assert PackagePaper.objects.get().copies == 2
    wrong = client.post(address, {**data, f"copies-{birth.code}": "0"})
    assert wrong.status_code == 422 and PackagePaper.objects.get().copies == 2
    went = client.post(address, {**data, f"kept-{card.code}": "copy"})
    assert went.status_code == 302 and PackagePaper.objects.count() == 2


def test_the_clerks_looking_is_on_record(window):
    from portal.core.models import AccessLog

    filing = window.begin_here()
    window.client().get(reverse("packages:draft", args=[filing.pk]))
    assert AccessLog.objects.filter(stream="packages.packagefiling", stream_id=filing.pk, role="clerk").exists()
    assert Event.objects.filter(type="intake.package_begun").count() == 1


def test_an_applicant_who_files_the_same_draft_at_home_ends_it_for_the_window(window):
    filing = window.ready()
    person = actor_of(window.intake.person)
    actions.submit(person, filing.pk, state_version=filing.state_version)
    assert {case.channel for case in cases(filing)} == {"online"}
    with pytest.raises(NotFound):
        actions.add_paper(window.clerk, filing.pk, stored(window.clerk), key="x")
