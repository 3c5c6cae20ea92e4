"""What an applicant sees and does after filing, and what anybody sees with number and query code."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.cases.todo import to_come, todo_of, why_answer
from approvals.catalogue.models import Material
from portal.core.actors import Actor
from portal.core.identity import mask_name
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import SHOP, begin, filed, nonsense, pdf, plan_field, shop_permit, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


FILED_AT = "2026-11-17 09:30"  # a Tuesday


@pytest.fixture(autouse=True)
def _calm(settings: Any) -> None:
    """No wrong tries from another test, and a sign-in that outlasts the weeks of a case."""
    cache.clear()
    settings.SESSION_COOKIE_AGE = 365 * 24 * 3600


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(factories.moment(FILED_AT), tick=False) as traveller:
        yield traveller


@pytest.fixture
def person() -> User:
    return factories.citizen(name="欧阳小明")


@pytest.fixture
def client(person: User, clock: Any) -> Client:
    return signed_in(person)


@pytest.fixture
def case(client: Client) -> Case:
    return filed(client)


@pytest.fixture
def clerk() -> Actor:
    return actor_of(factories.staff(Role.CLERK), Role.CLERK)


@pytest.fixture
def head() -> Actor:
    return actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)


def step(actor: Actor, case: Case, code: str, **inputs: Any) -> Case:
    case.refresh_from_db()
    done = actions.take_step(actor, case.pk, code, inputs, state_version=case.state_version)
    case.refresh_from_db()
    return done


def proposed(clerk: Actor, head: Actor, case: Case, code: str, **inputs: Any) -> None:
    case.refresh_from_db()
    proposal = actions.propose(clerk, case.pk, code, inputs, state_version=case.state_version)
    case.refresh_from_db()
    actions.decide_proposal(head, proposal.pk, confirm=True, note="", state_version=case.state_version)
    case.refresh_from_db()


def asked(clerk: Actor, case: Case, text: str = "平面图看不清") -> Case:
    plan = Material.objects.get(version=case.version, code="m0")
    step(clerk, case, "ask_supplement", missing=[str(plan.pk)], text=text, limit_days=15)
    return case


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


# --- the case's page ------------------------------------------------------------------------------------------------------


def test_the_page_says_what_to_do_when_the_answer_comes_and_why(client: Client, case: Case) -> None:
    text = page(client, "cases:detail", case.number)
    assert "2026年11月24日" in text  # five working days after the 17th
    assert text.count("2026年11月24日") >= 3  # in words, at the side, in the table of days
    assert "解放路" in text  # the own answers, unmasked
    assert "欧阳小明" in text
    assert "plan.pdf" in text


def test_the_answer_is_explained_day_by_day(case: Case) -> None:
    days = why_answer(case)
    assert [one.counted for one in days if one.counted] == [1, 2, 3, 4, 5]
    assert (days[0].on, days[-1].on) == (dt.date(2026, 11, 17), dt.date(2026, 11, 24))


def test_an_accepted_case_explains_its_due_date(client: Client, case: Case, clerk: Actor) -> None:
    step(clerk, case, "accept")
    text = page(client, "cases:detail", case.number)
    assert "2026年12月1日" in text  # ten working days after the 17th
    assert [one.state for one in to_come(case)] == ["now", "todo"]


def test_stops_and_extensions_stand_in_the_explanation(
    client: Client, case: Case, clerk: Actor, head: Actor, clock: Any
) -> None:
    step(clerk, case, "accept")
    proposed(clerk, head, case, "suspend", ground="testing", announced_days=5, grounds="送检")
    assert todo_of(case).tone == "blue"
    assert "2026年11月24日" in page(client, "cases:detail", case.number)  # announced end
    clock.move_to(factories.moment("2026-11-20 10:00"))
    step(clerk, case, "resume", result="合格")
    proposed(clerk, head, case, "extend", days=5, grounds="案情复杂")
    text = page(client, "cases:detail", case.number)
    assert "四十五" in text or "article 45" in text
    assert "四十二" in text or "article 42" in text


def test_a_late_decision_is_admitted(client: Client, case: Case, clerk: Actor, clock: Any) -> None:
    step(clerk, case, "accept")
    clock.move_to(factories.moment("2026-12-02 09:00"))
    case.refresh_from_db()
    assert todo_of(case).tone == "red"
    assert todo_of(case).details == []
    clock.move_to(factories.moment("2026-12-31 09:00"))
    assert len(todo_of(case).details) == 1  # the legal limit has passed as well
    assert "act red" in page(client, "cases:detail", case.number)


def test_a_refusal_names_both_remedies(client: Client, case: Case, clerk: Actor, head: Actor) -> None:
    step(clerk, case, "accept")
    proposed(clerk, head, case, "refuse", grounds="场所不符合条件")
    todo = todo_of(case)
    assert (todo.tone, todo.text, len(todo.details)) == ("red", "场所不符合条件", 2)
    assert "场所不符合条件" in page(client, "cases:detail", case.number)
    assert to_come(case) == []


def test_an_approval_is_told_with_what_comes_after_it(client: Client, clock: Any, clerk: Actor) -> None:
    item = factories.item(review_steps=0)
    case = factories.accepted(clerk, User.objects.get(pk=client.session["_auth_user_id"]), item)
    step(clerk, case, "approve", text="准予许可")
    assert todo_of(case).tone == "green"
    assert "准予许可" in page(client, "cases:detail", case.number)
    assert [one.state for one in to_come(case)] == ["now"]
    step(clerk, case, "deliver", way="window", proof="本人签收")
    assert todo_of(case).tone == "green"
    assert to_come(case) == []
    assert "本人签收" not in page(client, "cases:detail", case.number)


def test_somebody_elses_case_does_not_exist(case: Case) -> None:
    stranger = signed_in(factories.citizen())
    for name in ("detail", "receipt", "supplement", "withdraw"):
        assert stranger.get(reverse(f"cases:{name}", args=[case.number])).status_code == 404
    assert stranger.get(reverse("cases:by-id", args=[case.pk])).status_code == 404


def test_the_number_of_the_row_leads_everybody_to_the_own_page(client: Client, case: Case, clerk: Actor) -> None:
    address = reverse("cases:by-id", args=[case.pk])
    assert client.get(address).url == reverse("cases:detail", args=[case.number])
    assert clerk.user is not None
    assert signed_in(clerk.user).get(address).url in {
        reverse("cases:desk-case", args=[case.number]),
        f"{reverse('people:second-factor')}?next={address}",
    }


# --- supplement -----------------------------------------------------------------------------------------------------------


def test_a_supplement_is_asked_for_answered_and_counted_anew(
    client: Client, case: Case, clerk: Actor, clock: Any
) -> None:
    asked(clerk, case)
    text = page(client, "cases:detail", case.number)
    assert 'class="act amber"' in text
    assert "平面图看不清" in text
    assert reverse("cases:supplement", args=[case.number]) in text
    assert [one.state for one in to_come(case)] == ["now", "todo", "todo", "todo"]
    clock.move_to(factories.moment("2026-11-20 10:00"))
    answer = client.post(
        reverse("cases:supplement", args=[case.number]),
        {plan_field(case): pdf("better.pdf"), "state_version": str(case.state_version)},
    )
    assert answer.url == reverse("cases:detail", args=[case.number])
    case.refresh_from_db()
    assert (case.state, case.answer_due_on) == ("submitted", dt.date(2026, 11, 27))


def test_a_wrong_file_in_a_supplement_keeps_the_others_and_sends_nothing(
    client: Client, case: Case, clerk: Actor
) -> None:
    asked(clerk, case)
    data = {plan_field(case): [pdf("better.pdf"), nonsense()], "state_version": str(case.state_version)}
    answer = client.post(reverse("cases:supplement", args=[case.number]), data)
    assert answer.status_code == 422
    assert "better.pdf" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "supplement"


def test_what_was_filed_stays_on_record_when_it_is_replaced(
    client: Client, case: Case, clerk: Actor, clock: Any
) -> None:
    clock.move_to(factories.moment("2026-11-18 09:00"))
    asked(clerk, case)
    old = case.materials.get()
    clock.move_to(factories.moment("2026-11-18 10:00"))
    address = reverse("cases:supplement", args=[case.number])
    client.post(address, {plan_field(case): pdf("slip.pdf"), "add": "1"})
    slip = case.materials.get(title="slip.pdf")
    client.post(address, {"remove": str(old.pk)})
    client.post(address, {"remove": str(slip.pk)})
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert not case.materials.filter(pk=slip.pk).exists()  # never sent: gone


def test_answers_may_be_changed_in_a_supplement_and_the_first_ones_are_kept(
    client: Client, case: Case, clerk: Actor
) -> None:
    asked(clerk, case, "地址不完整")
    page_address = reverse("cases:draft-section", args=[case.pk, "shop"])
    send = reverse("cases:supplement", args=[case.number])
    assert client.post(page_address, {**SHOP, "area": "?"}).status_code == 422
    answer = client.post(send, {"state_version": str(case.state_version)})
    assert answer.status_code == 422  # a page with faults is not sent
    changed = client.post(page_address, {**SHOP, "address": "海州市解放路2号301室"})
    assert changed.url == send
    client.post(send, {"state_version": str(case.state_version)})
    case.refresh_from_db()
    assert case.state == "submitted"
    assert "解放路2号301室" in page(client, "cases:detail", case.number)
    assert "解放路1号" in case.content.answers  # what was filed first
    assert "解放路1号" not in page(client, "cases:detail", case.number)


def test_a_supplement_of_an_outdated_page_keeps_the_files_and_is_not_sent(
    client: Client, case: Case, clerk: Actor
) -> None:
    asked(clerk, case)
    data = {plan_field(case): pdf("better.pdf"), "state_version": "0"}
    answer = client.post(reverse("cases:supplement", args=[case.number]), data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "better.pdf" in answer.content.decode()
    assert f'name="state_version" value="{case.state_version}"' in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "supplement"


def test_an_empty_supplement_is_not_sent_unless_only_papers_are_asked_for(
    client: Client, case: Case, clerk: Actor
) -> None:
    asked(clerk, case)
    address = reverse("cases:supplement", args=[case.number])
    assert client.post(address, {"state_version": str(case.state_version)}).status_code == 422
    lease = Material.objects.get(version=case.version, code="m2")
    case.supplement_requests.update(missing=[lease.pk])
    assert client.post(address, {"state_version": str(case.state_version)}).status_code == 302


def test_a_supplement_after_its_limit_says_so(client: Client, case: Case, clerk: Actor, clock: Any) -> None:
    asked(clerk, case)
    clock.move_to(factories.moment("2027-01-20 10:00"))
    assert actions.return_unsupplemented() == 1
    case.refresh_from_db()
    answer = client.post(reverse("cases:supplement", args=[case.number]), {"state_version": "2"}, follow=True)
    assert answer.redirect_chain == [(reverse("cases:detail", args=[case.number]), 302)]
    text = answer.content.decode()
    assert 'class="info"' in text
    assert reverse("catalogue:guide", args=[case.item.code]) in text


def test_nothing_of_a_filed_case_is_changed_through_the_pages_of_a_draft(client: Client, case: Case) -> None:
    for name, args in (
        ("draft-section", [case.pk, "shop"]),
        ("draft-materials", [case.pk]),
        ("draft-discard", [case.pk]),
    ):
        answer = client.post(reverse(f"cases:{name}", args=args), {**SHOP, "address": "另一个地方1号"})
        assert answer.url == reverse("cases:receipt", args=[case.number])
    assert "另一个地方" not in case.content.answers


# --- withdrawal -----------------------------------------------------------------------------------------------------------


def test_an_application_is_withdrawn_with_a_reason(client: Client, case: Case) -> None:
    address = reverse("cases:withdraw", args=[case.number])
    assert client.post(address, {"reason": "不办了", "state_version": "1"}).status_code == 422  # not ticked
    answer = client.post(address, {"reason": "不办了", "sure": "on", "state_version": "1"})
    assert answer.url == reverse("cases:detail", args=[case.number])
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert client.post(address, {"sure": "on", "state_version": "1"}).url == answer.url  # a second click
    assert address not in page(client, "cases:detail", case.number)


def test_a_withdrawal_that_crosses_another_step_keeps_the_reason(client: Client, case: Case, clerk: Actor) -> None:
    step(clerk, case, "accept")
    address = reverse("cases:withdraw", args=[case.number])
    answer = client.post(address, {"reason": "不办了", "sure": "on", "state_version": "1"})
    assert answer.status_code == 422
    assert "不办了" in answer.content.decode()
    assert f'name="state_version" value="{case.state_version}"' in answer.content.decode()


# --- the list -------------------------------------------------------------------------------------------------------------


def test_my_applications_show_drafts_first_and_can_be_narrowed(client: Client, case: Case) -> None:
    draft = begin(client, shop_permit("SHOP-2"))
    text = page(client, "cases:mine")
    assert text.index(reverse("cases:draft", args=[draft.pk])) < text.index(reverse("cases:detail", args=[case.number]))
    assert case.number in client.get(reverse("cases:mine") + "?group=open").content.decode()
    assert case.number not in client.get(reverse("cases:mine") + "?group=approved").content.decode()
    assert case.number in client.get(reverse("cases:mine") + "?group=nonsense").content.decode()


def test_the_list_says_when_there_is_nothing(clock: Any) -> None:
    newcomer = signed_in(factories.citizen())
    assert reverse("catalogue:list") in page(newcomer, "cases:mine")
    assert reverse("cases:mine") in newcomer.get(reverse("cases:mine") + "?group=approved").content.decode()


def test_the_list_is_paged_and_asks_a_fixed_number_of_queries(
    client: Client, person: User, django_assert_max_num_queries: Any
) -> None:
    item = factories.item()
    numbers = [factories.submitted(person, item).number for _ in range(23)]
    with django_assert_max_num_queries(8):
        first = page(client, "cases:mine")
    shown = [number for number in numbers if number in first]
    assert len(shown) == 20
    rest = next(part for part in first.split('href="') if part.startswith("?cursor=")).split('"')[0]
    second = client.get(reverse("cases:mine") + rest).content.decode()
    assert [number for number in numbers if number in second] == numbers[:3]
    for nonsense_cursor in ("abc", "9" * 40, "-1"):
        assert client.get(reverse("cases:mine"), {"cursor": nonsense_cursor}).status_code == 200


def test_the_case_asks_a_bounded_number_of_queries(
    client: Client, case: Case, clerk: Actor, django_assert_max_num_queries: Any
) -> None:
    step(clerk, case, "accept")
    with django_assert_max_num_queries(20):
        client.get(reverse("cases:detail", args=[case.number]))


# --- tracking -------------------------------------------------------------------------------------------------------------


def tracked(number: str | None, code: str) -> Any:
    return Client().post(reverse("cases:track"), {"number": number, "code": code})


def test_anybody_with_number_and_code_sees_the_progress_and_nothing_personal(case: Case, clerk: Actor) -> None:
    asked(clerk, case, "请补充欧阳小明的身份证")
    answer = tracked(case.number, case.query_code)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert case.number in text
    for secret in ("欧阳小明", "身份证", "解放路", "13812345678", "plan.pdf"):
        assert secret not in text
    assert mask_name("欧阳小明") in text


def test_what_was_decided_about_a_person_is_not_told_to_everybody(case: Case, clerk: Actor, head: Actor) -> None:
    step(clerk, case, "accept")
    proposed(clerk, head, case, "refuse", grounds="欧阳小明曾被处罚")
    text = tracked(case.number, case.query_code).content.decode()
    assert "处罚" not in text
    assert "act red" in text


def test_number_and_code_are_read_as_people_write_them(case: Case) -> None:
    number = str(case.number).lower().replace("-", " ")
    code = f"{case.query_code[:4].lower()} {case.query_code[4:].lower()}"
    assert tracked(number, code).status_code == 200


def test_a_slip_in_the_number_is_named(case: Case) -> None:
    number = str(case.number)
    slip = number[:-1] + ("2" if number[-1] != "2" else "3")
    answer = tracked(slip, case.query_code)
    assert answer.status_code == 422
    assert 'id="id_number_error"' in answer.content.decode()
    assert slip in answer.content.decode()


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(case: Case) -> None:
    from portal.core.numbers import compose

    unknown = tracked(compose("SP", "SCJG", dt.date(2026, 1, 5), 999), case.query_code)
    wrong = tracked(case.number, "AAAA3333")
    assert unknown.status_code == wrong.status_code == 422

    def summary(answer: Any) -> str:
        return answer.content.decode().split("govuk-error-summary", 1)[1].split("</ul>")[0]

    assert summary(unknown) == summary(wrong)


def test_drafts_are_not_tracked(client: Client, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(query_code="")
    assert tracked(case.number, " ").status_code == 422


def test_guessing_is_stopped(case: Case) -> None:
    for _ in range(10):
        assert tracked(case.number, "AAAA3333").status_code == 422
    assert tracked(case.number, "AAAA3333").status_code == 429
    assert tracked(case.number, case.query_code).status_code == 429
    cache.clear()
    assert tracked(case.number, case.query_code).status_code == 200


def test_the_receipt_says_when_a_late_filing_counts_as_received(client: Client, clock: Any) -> None:
    clock.move_to(factories.moment("2026-11-21 20:00"))  # a Saturday evening
    late = filed(client)
    assert late.received_on == dt.date(2026, 11, 23)
    assert "2026年11月23日" in page(client, "cases:receipt", late.number)
