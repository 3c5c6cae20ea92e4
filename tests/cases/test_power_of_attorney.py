"""Filing for somebody else: the agent files, the principal is the applicant, and a power of attorney proves it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.cases import actions, draft, policies
from approvals.cases.actions.filing import POWER_OF_ATTORNEY
from approvals.cases.effects import content_of
from approvals.cases.models import Case, CasePrincipal
from approvals.cases.principals import Principal
from approvals.catalogue.models import Item
from portal.core import files
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.events import events_of
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.people.actors import actor_of
from portal.people.models import Citizen, Membership, Organisation, User
from portal.people.roles import Role
from tests import factories
from tests.cases.filing_objects import SHOP, begin, pdf, plan_field, publish, shop_permit, signed_in
from tests.cases.test_desk_pages import signed_in as with_second_factor

pytestmark = pytest.mark.django_db
NUMBER, OTHER_NUMBER = factories.resident_number(901), factories.resident_number(902)
GRANDMOTHER = {"name": "欧阳秀兰", "resident_number": NUMBER, "phone": "13911112222", "relation": "relative"}
UPLOAD = "material-power-of-attorney"


def typed(**other: str) -> dict[str, str]:
    """The fields of the page for somebody else."""
    facts = {f"principal_{name}": value for name, value in (GRANDMOTHER | other).items()}
    return {"applicant": "somebody", **facts}


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def agent() -> User:
    return factories.citizen(name="代小明")


@pytest.fixture
def client(agent: User) -> Client:
    return signed_in(agent)


@pytest.fixture
def item() -> Item:
    return shop_permit()


@pytest.fixture
def case(client: Client, item: Item) -> Case:
    return begin(client, item, **typed())


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def empower(client: Client, case: Case) -> None:
    """Upload the power of attorney and the plan, and finish the page."""
    files = {UPLOAD: pdf("wts.pdf"), plan_field(case): pdf()}
    assert client.post(reverse("cases:draft-materials", args=[case.pk]), files).status_code == 302


def fill(client: Client, case: Case) -> None:
    """The pages of the form, the first as it is filled in beforehand."""
    known = {"name": GRANDMOTHER["name"], "phone": GRANDMOTHER["phone"]}
    for section, data in (("applicant", known), ("shop", SHOP)):
        answer = client.post(reverse("cases:draft-section", args=[case.pk, section]), data)
        assert answer.status_code == 302, answer.content.decode()


def filed(client: Client, case: Case) -> Case:
    fill(client, case)
    empower(client, case)
    answer = client.post(reverse("cases:draft-check", args=[case.pk]), {"declared": "on", "state_version": "0"})
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case


# --- start ----------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_the_other_person_without_javascript(client: Client, item: Item) -> None:
    text = page(client, "cases:apply-start", item.code)
    inside = text[text.index('id="conditional-') :]
    for name in ("principal_name", "principal_resident_number", "principal_phone", "principal_relation"):
        assert f'name="{name}"' in inside  # in the page from the start: a script only folds it away
    assert "<form" in text and 'value="somebody"' in text
    asked = inside[: inside.index('name="eligible"')]
    assert "可选" not in asked and "选填" not in asked and "optional" not in asked


def test_the_applicant_is_the_principal_and_the_account_stays_the_agent(case: Case, agent: User) -> None:
    assert (case.applicant, case.applicant_name, case.organisation) == (agent, "欧阳秀兰", None)
    principal = case.principal
    assert (principal.name, principal.resident_number, principal.phone, principal.relation) == (
        "欧阳秀兰", NUMBER, "13911112222", "relative",
    )  # fmt: skip
    content = content_of(case)
    assert (content.phone, content.resident_number) == ("13911112222", NUMBER)


def test_the_principal_is_sealed_in_the_database(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, resident_number, phone, resident_blind FROM cases_caseprincipal")
        row = "".join(cursor.fetchone())
    assert not any(plain in row for plain in ("欧阳", NUMBER, "13911112222"))


def test_every_fact_of_the_principal_is_needed(client: Client, item: Item) -> None:
    answer = client.post(reverse("cases:apply-start", args=[item.code]), {"eligible": "on", "applicant": "somebody"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {f"principal_{name}" for name in GRANDMOTHER}
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("resident_number", NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")),
        ("phone", "12"),
        ("name", "7"),
        ("relation", "boss"),
    ],
)
def test_a_fault_in_a_fact_of_the_principal_stands_beside_it(
    client: Client, item: Item, field: str, value: str
) -> None:
    data = {"eligible": "on", **typed(**{field: value})}
    answer = client.post(reverse("cases:apply-start", args=[item.code]), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {f"principal_{field}"}
    assert not Case.objects.exists()


def test_nobody_is_their_own_principal(client: Client, agent: User, item: Item) -> None:
    own = agent.citizen.resident_number
    data = {"eligible": "on", **typed(resident_number=f" {own[:6]} {own[6:].lower()} ")}
    answer = client.post(reverse("cases:apply-start", args=[item.code]), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"principal_resident_number"}
    with pytest.raises(Invalid):
        actions.start_draft(actor_of(agent), item, principal=Principal(**(GRANDMOTHER | {"resident_number": own})))
    assert not Case.objects.exists()


def test_what_is_typed_for_somebody_else_is_dropped_when_applying_for_oneself(
    client: Client, agent: User, item: Item
) -> None:
    case = begin(client, item, **(typed(resident_number="nonsense") | {"applicant": "myself"}))
    assert case.applicant_name == agent.name
    assert not CasePrincipal.objects.exists()


def test_an_organisation_is_not_filed_for_with_a_power_of_attorney(client: Client, agent: User, item: Item) -> None:
    firm = Organisation.objects.create(uscc="91110000600037341L", name="海州鲜味食品有限公司")
    Membership.objects.create(organisation=firm, user=agent, starts_on="2020-01-01")
    case = begin(client, item, **(typed() | {"applicant": str(firm.pk)}))
    assert (case.organisation, case.applicant_name) == (firm, firm.name)
    assert not CasePrincipal.objects.exists()
    assert UPLOAD not in page(client, "cases:draft-materials", case.pk)
    with pytest.raises(Invalid):
        actions.start_draft(
            actor_of(User.objects.get(pk=agent.pk)), item, organisation=firm, principal=Principal(**GRANDMOTHER)
        )


def test_each_principal_has_one_draft_and_oneself_another(client: Client, item: Item, case: Case) -> None:
    own = begin(client, item)
    second = begin(client, item, **typed(resident_number=OTHER_NUMBER, name="欧阳小兰"))
    assert len({case.pk, own.pk, second.pk}) == 3
    assert begin(client, item).pk == own.pk
    again = begin(client, item, **typed(resident_number=NUMBER.lower(), name="欧阳绣兰", phone="13933334444"))
    assert again.pk == case.pk  # and what was typed last holds
    assert (again.applicant_name, again.principal.phone, content_of(again).phone) == (
        "欧阳绣兰", "13933334444", "13933334444",
    )  # fmt: skip
    assert Case.objects.count() == 3
    text = page(client, "cases:apply-start", item.code)
    assert "欧阳绣兰" in text and "欧阳小兰" in text


def test_two_agents_of_one_principal_have_a_draft_each(item: Item, case: Case) -> None:
    assert begin(signed_in(factories.citizen()), item, **typed()).pk != case.pk


# --- the draft --------------------------------------------------------------------------------------------------------


def test_the_form_is_filled_with_the_principal_and_nothing_of_the_agent(
    client: Client, agent: User, case: Case
) -> None:
    agent.email = "agent@example.cn"
    agent.save()
    text = page(client, "cases:draft-section", case.pk, "applicant")
    assert "欧阳秀兰" in text and "13911112222" in text
    assert agent.phone not in text
    facts = draft.prefill(case, User.objects.get(pk=agent.pk))
    assert facts == {"name": "欧阳秀兰", "phone": "13911112222", "resident_number": NUMBER}


def test_the_materials_page_demands_the_power_of_attorney(client: Client, case: Case) -> None:
    assert UPLOAD in page(client, "cases:draft-materials", case.pk)
    answer = client.post(reverse("cases:draft-materials", args=[case.pk]), {plan_field(case): pdf()})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {UPLOAD}
    empower(client, case)
    row = case.materials.get(power_of_attorney=True)
    assert (row.title, row.material, row.file.name) == (POWER_OF_ATTORNEY, None, "wts.pdf")


def test_other_papers_are_no_power_of_attorney(client: Client, case: Case) -> None:
    answer = client.post(
        reverse("cases:draft-materials", args=[case.pk]),
        {plan_field(case): pdf(), "material-other": pdf("授权委托书.pdf")},
    )
    assert set(answer.context["form"].errors) == {UPLOAD}
    assert draft.lacks_power_of_attorney(case)


def test_without_a_power_of_attorney_nothing_is_submitted(client: Client, agent: User, case: Case) -> None:
    fill(client, case)
    empower(client, case)
    actions.remove_material(actor_of(agent), case.pk, case.materials.get(power_of_attorney=True).pk)
    problems = draft.problems(case, content_of(case))
    assert [code for code, _sentence in problems] == [draft.MATERIALS]
    answer = client.post(reverse("cases:draft-check", args=[case.pk]), {"declared": "on", "state_version": "0"})
    assert answer.status_code == 422
    with pytest.raises(WrongState):  # nor past the page
        actions.take_step(actor_of(agent), case.pk, "submit", state_version=0)
    case.refresh_from_db()
    assert case.is_draft
    empower(client, case)
    assert draft.problems(case, content_of(case)) == []


def test_who_files_for_themselves_is_asked_for_no_power_of_attorney(client: Client, agent: User, item: Item) -> None:
    own = begin(client, item)
    assert UPLOAD not in page(client, "cases:draft-materials", own.pk)
    assert not draft.lacks_power_of_attorney(own)
    stored = files.store(pdf(), owner=actor_of(agent), kind="cases.material")
    with pytest.raises(NotFound):
        actions.add_material(actor_of(agent), own.pk, stored, power_of_attorney=True)


def test_a_new_version_of_the_item_keeps_the_power_of_attorney(client: Client, agent: User, case: Case) -> None:
    empower(client, case)
    publish(case.item, number=2)
    actions.renew_draft(actor_of(agent), case.pk)
    case = Case.objects.get(pk=case.pk)
    assert not draft.lacks_power_of_attorney(case)


def test_a_supplement_does_not_go_out_without_the_power_of_attorney(client: Client, agent: User, case: Case) -> None:
    case = filed(client, case)
    clerk = actor_of(factories.staff(Role.CLERK))
    missing = [str(case.version.materials.get(code="m0").pk)]
    asked = {"text": "平面图不清楚", "missing": missing, "limit_days": 15}
    case = actions.take_step(clerk, case.pk, "ask_supplement", asked, state_version=case.state_version)
    actions.remove_material(actor_of(agent), case.pk, case.materials.get(power_of_attorney=True).pk)
    with pytest.raises(WrongState):
        actions.take_step(actor_of(agent), case.pk, "resubmit", state_version=case.state_version)
    answer = client.post(
        reverse("cases:supplement", args=[case.number]), {UPLOAD: pdf("new.pdf"), "state_version": case.state_version}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.state == "submitted"


# --- filed ------------------------------------------------------------------------------------------------------------


def test_the_check_page_and_the_receipt_name_both(client: Client, case: Case) -> None:
    fill(client, case)
    text = page(client, "cases:draft-check", case.pk)
    assert "欧阳秀兰" in text and "代小明" in text
    case = filed(client, case)
    for text in (
        page(client, "cases:receipt", case.number),
        client.get(reverse("cases:receipt", args=[case.number]), {"save": ""}).content.decode(),
    ):
        assert "欧阳秀兰" in text and "代小明" in text
    assert "欧阳秀兰" in page(client, "cases:detail", case.number)
    assert "欧阳秀兰" in page(client, "cases:mine")


def test_the_notice_goes_to_the_agent_and_the_events_name_nobody(client: Client, agent: User, case: Case) -> None:
    case = filed(client, case)
    run_due_jobs(50)
    assert set(Notification.objects.values_list("user_id", flat=True)) == {agent.pk}
    kept = "".join(str(event.data) for event in events_of(case))
    assert kept
    assert not any(plain in kept for plain in ("欧阳", NUMBER, "13911112222", "代小明"))


def test_the_principal_tracks_by_number_and_query_code(client: Client, case: Case) -> None:
    case = filed(client, case)
    answer = Client().post(reverse("cases:track"), {"number": case.number, "code": case.query_code})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert case.number in text
    assert not any(plain in text for plain in ("欧阳秀兰", NUMBER, "13911112222", "代小明"))


def test_the_principals_own_account_sees_no_more_than_before(client: Client, agent: User, case: Case) -> None:
    case = filed(client, case)
    principal = factories.user(name="欧阳秀兰")
    Citizen.objects.create(user=principal, resident_number=NUMBER)
    stranger, clerk = factories.citizen(), factories.staff(Role.CLERK)
    for person, sees in ((agent, True), (clerk, True), (principal, False), (stranger, False)):
        assert Case.objects.visible_to(person).filter(pk=case.pk).exists() is sees
        assert (policies.is_applicant(person, case) or policies.works_on(person, case)) is sees
    assert signed_in(principal).get(reverse("cases:detail", args=[case.number])).status_code == 404


def test_the_desk_names_applicant_and_agent_to_who_works_on_it_and_masks_them_for_others(
    client: Client, agent: User, case: Case
) -> None:
    case = filed(client, case)
    text = page(signed_in(factories.staff(Role.CLERK)), "cases:desk-case", case.number)
    assert all(plain in text for plain in ("欧阳秀兰", NUMBER, "13911112222", "代小明", agent.phone, "wts.pdf"))
    watching = with_second_factor(Client(), factories.staff(Role.SUPERVISOR))
    text = page(watching, "cases:desk-case", case.number)
    assert "欧阳*" in text and "代*" in text
    assert not any(plain in text for plain in ("欧阳秀兰", NUMBER, "13911112222", "代小明", agent.phone))
