"""The pages: the whole journey by plain form posts, what is refused keeps what was typed, and bounded queries."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.catalogue.models import Item
from approvals.packages import actions
from approvals.packages.draft import Draft
from approvals.packages.models import Package, PackageFiling
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.packages.crew import CONTENT, GOOD, Crew, again, cases, work
from tests.permissions import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def crew():
    return Crew()


@pytest.fixture
def client(crew):
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    browser.force_login(crew.person, backend="portal.people.backends.AccountBackend")
    return browser


def url(name, *args):
    return reverse(f"packages:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_from_the_guide_to_the_page_of_all_parts(crew, client):
    anonymous = Client(HTTP_ACCEPT_LANGUAGE="en")
    address = f"{url('guide', 'birth')}?q-card=yes"
    assert "It applies because you answered “Yes”" in text(anonymous.get(address))
    assert anonymous.post(address, {}).status_code == 302
    answer = client.post(address, {"parts": [one.code for one in crew.items]})
    filing = PackageFiling.objects.get()
    assert answer.url == url("draft", filing.pk)
    assert "0 of 3 pages done" in text(client.get(answer.url))

    for task in Draft(filing).tasks():
        if task.is_page:
            names = {
                one.code: GOOD[one.code.rpartition("_")[0]]
                for one in Draft(filing).form.definition.section(task.code).fields
            }
            bad = client.post(url("draft-page", filing.pk, task.code), {**names, next(iter(names)): ""})
            assert bad.status_code == 422
            if len(names) > 1:
                assert GOOD["phone"] in text(bad) and GOOD["phone"] in text(
                    client.get(url("draft-page", filing.pk, task.code))
                )
            assert client.post(url("draft-page", filing.pk, task.code), names).status_code == 302
    papers = url("draft-papers", filing.pk)
    first, second = [row.merged.code for row in Draft(again(filing)).rows()]
    half = client.post(papers, {first: SimpleUploadedFile("a.pdf", CONTENT)})
    assert half.status_code == 422 and "is required. Please upload it." in text(half)
    assert again(filing).papers.count() == 1  # what was good is kept
    wrong = client.post(papers, {second: SimpleUploadedFile("b.exe", b"MZ")})
    assert wrong.status_code == 422 and "b.exe:" in text(wrong)
    assert client.post(papers, {second: SimpleUploadedFile("b.pdf", CONTENT)}).url == url("draft-check", filing.pk)

    check = url("draft-check", filing.pk)
    assert "李小宝" in text(client.get(check))
    assert client.post(check, {"state_version": 0}).status_code == 422
    done = client.post(check, {"state_version": 0, "declared": "on"})
    filing = again(filing)
    assert done.url == url("filing", filing.number)
    shown = text(client.get(done.url))
    assert filing.query_code in shown and "We are checking all parts" in shown
    assert client.post(check, {"state_version": 0, "declared": "on"}).url == done.url  # a second click
    assert client.get(url("draft", filing.pk)).url == done.url


def test_a_part_that_was_closed_is_named_on_every_page_and_left_out_by_a_button(crew, client):
    filing = crew.filled()
    Item.objects.filter(pk=crew.items[1].pk).update(status="cancelled")
    for name in ("draft", "draft-check"):
        assert "can no longer be applied for online" in text(client.get(url(name, filing.pk)))
    refused = client.post(url("draft-check", filing.pk), {"state_version": 0, "declared": "on"})
    assert refused.status_code == 422 and "Nothing has been filed; your draft is kept." in text(refused)
    part = filing.parts.get(item=crew.items[1])
    client.post(url("draft-leave-out", filing.pk, part.pk))
    assert client.post(url("draft-check", filing.pk), {"state_version": 0, "declared": "on"}).status_code == 302
    assert len(cases(filing)) == 2


def test_the_guide_refuses_unanswered_questions_and_an_empty_choice(crew, client):
    address = url("guide", "birth")
    assert client.get(address).status_code == 200
    assert client.get(f"{address}?q-card=maybe").status_code == 422
    empty = client.post(f"{address}?q-card=yes", {})
    assert empty.status_code == 422 and "Please choose at least one part." in text(empty)
    assert not PackageFiling.objects.exists()


def test_tracking_shows_states_and_nothing_personal_and_does_not_let_guess(crew):
    filing = crew.filed()
    browser = Client(HTTP_ACCEPT_LANGUAGE="en")
    good = browser.post(url("track"), {"number": filing.number, "code": filing.query_code})
    assert good.status_code == 200 and crew.items[0].name_en in text(good)
    for word in ("李四", "13800000000", "李小宝"):
        assert word not in text(good)
    for _n in range(10):
        assert browser.post(url("track"), {"number": filing.number, "code": "34679ACE"}).status_code == 422
    assert browser.post(url("track"), {"number": filing.number, "code": filing.query_code}).status_code == 429


def test_withdrawing_a_part_on_the_page(crew, client):
    filing = crew.filed()
    part = filing.parts.all()[2]
    address = url("withdraw", filing.number)
    data = {"state_version": again(filing).state_version, "reason": "计划有变", "parts": [part.pk]}
    unsure = client.post(address, data)
    assert unsure.status_code == 422 and "计划有变" in text(unsure)
    stale = client.post(address, {**data, "sure": "on", "state_version": 99})
    assert stale.status_code == 422
    assert client.post(address, {**data, "sure": "on"}).status_code == 302
    assert [case.state for case in cases(filing)] == ["submitted", "submitted", "withdrawn"]


def test_the_supplement_of_a_part_stands_on_top_of_the_page_of_all(crew, client):
    from approvals.cases import actions as case_actions

    filing = crew.filed()
    case = cases(filing)[1]
    inputs = {"text": "身份证背面", "limit_days": "5", "missing": []}
    case_actions.take_step(crew.clerk_of(case), case.pk, "ask_supplement", inputs, state_version=case.state_version)
    work()
    shown = text(client.get(url("filing", filing.number)))
    assert "A part waits for you" in shown and reverse("cases:supplement", args=[case.number]) in shown


# --- at work ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(crew):
    cast = Cast()
    cast._people = {"department_head": crew.head_user, "reviewer": crew.reviewer_user}
    return cast


def test_the_leading_department_sees_where_a_package_hangs_and_no_names(crew, staff):
    filing = crew.filed()
    head = staff.client("department_head")
    for page in (head.get(url("desk")), head.get(url("desk-filing", filing.number))):
        assert filing.number in text(page)
        assert "李四" not in text(page) and "李*" in text(page)
    assert cases(filing)[0].department.display_short in text(head.get(url("desk")))


def head_of(department):
    other = Cast()
    other._people = {"department_head": factories.staff(Role.DEPARTMENT_HEAD, department)}
    return other.client("department_head")


def test_another_departments_head_does_not_find_it(crew):
    filing = crew.filed()
    head = head_of(factories.department("JYJ"))
    assert head.get(url("desk-filing", filing.number)).status_code == 404
    assert filing.number not in text(head.get(url("desk")))
    assert head.get(reverse("cases:desk-case", args=[cases(filing)[0].number])).status_code == 404


def test_a_department_with_a_part_looks_at_the_other_parts_without_names_or_steps(crew):
    """What the police decide may hang on what the insurance found: each sees how far the other is."""
    filing = crew.filed()
    mine, others, _third = cases(filing)
    head = head_of(mine.department)
    page = text(head.get(url("desk-filing", filing.number)))
    assert filing.number in page and reverse("cases:desk-case", args=[others.number]) in page
    assert filing.number not in text(head.get(url("desk")))  # the list is the leading department's
    seen = head.get(reverse("cases:desk-case", args=[others.number]))
    assert seen.status_code == 200
    assert "李四" not in text(seen) and "13800000000" not in text(seen) and "李小宝" not in text(seen)
    assert head.post(reverse("cases:step", args=[others.number, "accept"])).status_code == 404
    assert others.number not in text(head.get(reverse("cases:desk")))


def test_editing_refuses_with_the_line_and_keeps_what_was_typed(crew, staff):
    head, reviewer = staff.client("department_head"), staff.client("reviewer")
    address = url("admin-package", crew.package.pk)
    head.post(url("admin-act", crew.package.pk, "new-version"))
    package = Package.objects.get(pk=crew.package.pk)
    good = {
        "revision": package.revision, "name": "新生儿一件事", "promised_days": "4", "visits": "0",
        "items": "\n".join(one.code for one in crew.items), "questions": "",
    }  # fmt: skip
    wrong = head.post(url("admin-act", package.pk, "edit"), {**good, "items": "NONE-1\nNONE-2", "summary": "写了很久"})
    assert wrong.status_code == 422 and "NONE-1, NONE-2" in text(wrong) and "写了很久" in text(wrong)
    assert head.post(url("admin-act", package.pk, "edit"), good).status_code == 302
    assert head.post(url("admin-act", package.pk, "edit"), good).status_code == 422  # an older page
    revision = {"revision": Package.objects.get(pk=package.pk).revision}
    assert head.post(url("admin-act", package.pk, "publish"), revision).status_code == 422
    assert head.post(url("admin-act", package.pk, "review"), revision).status_code == 422  # one's own draft
    assert reviewer.post(url("admin-act", package.pk, "review"), revision).status_code == 302
    assert reviewer.post(url("admin-act", package.pk, "publish"), revision).status_code == 403
    assert head.post(url("admin-act", package.pk, "publish"), revision).status_code == 302
    assert Package.objects.get(pk=package.pk).current.number == 2
    assert head.get(address).status_code == 200
    assert head.post(url("admin-act", package.pk, "suspend"), {**revision, "ground": ""}).status_code == 422
    assert head.post(url("admin-act", package.pk, "suspend"), {**revision, "ground": "升级"}).status_code == 302
    assert Client().get(url("package", "birth")).status_code == 200
    assert "birth" not in text(Client().get(url("list")))
    assert head.post(url("admin-act", package.pk, "nonsense"), revision).status_code == 404


# --- queries ----------------------------------------------------------------------------------------------------------


def test_lists_and_pages_ask_a_bounded_number_of_queries(crew, client, staff, django_assert_max_num_queries):
    filings = [crew.filed()]
    for _n in range(3):
        crew.actor = actor_of(factories.citizen())
        crew.filed()
    work()
    draft_owner = User.objects.get(pk=crew.person.pk)
    draft = actions.begin(actor_of(draft_owner), crew.package.pk, {"card": "yes"})
    page = Draft(draft).tasks()[0].code
    head = staff.client("department_head")
    number = filings[0].number
    bounds = [
        (client, url("list"), 12), (client, url("package", "birth"), 12), (client, url("mine"), 12),
        (client, f"{url('guide', 'birth')}?q-card=yes", 12), (client, url("draft", draft.pk), 12),
        (client, url("draft-page", draft.pk, page), 14), (client, url("draft-papers", draft.pk), 12),
        (client, url("draft-check", draft.pk), 14), (client, url("filing", number), 40),
        (head, url("desk"), 18), (head, url("desk-filing", number), 20), (head, url("admin"), 14),
        (head, url("admin-package", crew.package.pk), 18),
        (client, reverse("cases:mine"), 12),
    ]  # fmt: skip
    for browser, address, most in bounds:
        browser.get(address)
        with django_assert_max_num_queries(most, info=address):
            assert browser.get(address).status_code == 200, address


def test_more_filings_cost_the_list_no_more_queries(crew, staff, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    head, counts = staff.client("department_head"), []
    crew.filed()
    for _n in range(2):
        head.get(url("desk"))
        with CaptureQueriesContext(connection) as told:
            head.get(url("desk"))
        counts.append(len(told))
        for _m in range(3):
            crew.actor = actor_of(factories.citizen())
            crew.filed()
    assert counts[0] == counts[1]
