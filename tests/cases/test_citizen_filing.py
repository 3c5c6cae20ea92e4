"""Filing online through the pages: what an applicant does, and what goes wrong on the way."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case, CaseMaterial
from approvals.catalogue.models import Item
from portal.core.models import StoredFile
from portal.people.models import Membership, Organisation, User
from tests import factories
from tests.cases.filing_objects import (
    APPLICANT,
    SHOP,
    begin,
    filed,
    fill,
    nonsense,
    pdf,
    plan_field,
    png,
    publish,
    shop_permit,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_their_own(settings: Any, tmp_path: Any) -> None:
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}


@pytest.fixture
def person() -> User:
    return factories.citizen()


@pytest.fixture
def client(person: User) -> Client:
    return signed_in(person)


@pytest.fixture
def item() -> Item:
    return shop_permit()


@pytest.fixture
def draft(client: Client, item: Item) -> Case:
    return begin(client, item)


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


# --- start ----------------------------------------------------------------------------------------------------------------


def test_everybody_reads_the_conditions_and_signs_in_to_go_on(item: Item) -> None:
    stranger = Client()
    address = reverse("cases:apply-start", args=[item.code])
    text = page(stranger, "cases:apply-start", item.code)
    assert "有固定的经营场所" in text
    assert f"{reverse('people:sign-in')}?next={address}" in text
    answer = stranger.post(address, {"eligible": "on"})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("people:sign-in"))
    assert not Case.objects.exists()


def test_without_the_tick_nothing_begins(client: Client, item: Item) -> None:
    answer = client.post(reverse("cases:apply-start", args=[item.code]), {})
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_an_agent_files_for_the_organisation(person: User, item: Item) -> None:
    firm = Organisation.objects.create(uscc="91110000600037341L", name="海州鲜味食品有限公司")
    other = Organisation.objects.create(uscc="91110000MA00000000", name="别家公司")
    Membership.objects.create(organisation=firm, user=person, starts_on="2020-01-01")
    client = signed_in(person)
    address = reverse("cases:apply-start", args=[item.code])
    assert client.post(address, {"eligible": "on"}).status_code == 422  # for whom?
    assert client.post(address, {"eligible": "on", "applicant": str(other.pk)}).status_code == 422
    case = begin(client, item, applicant=str(firm.pk))
    assert (case.organisation, case.applicant_name) == (firm, firm.name)
    assert begin(client, item, applicant="myself").pk != case.pk


def test_a_draft_is_continued_and_never_doubled(client: Client, item: Item, draft: Case) -> None:
    text = page(client, "cases:apply-start", item.code)
    assert reverse("cases:draft", args=[draft.pk]) in text
    assert begin(client, item).pk == draft.pk
    assert 'class="info"' in page(client, "cases:draft", draft.pk)
    assert Case.objects.count() == 1


def test_an_item_for_the_window_cannot_be_begun_online(client: Client) -> None:
    item = factories.item(online=False)
    assert "govuk-checkboxes" not in page(client, "cases:apply-start", item.code)
    answer = client.post(reverse("cases:apply-start", args=[item.code]), {"eligible": "on"})
    assert answer.status_code == 409
    assert not Case.objects.exists()


def test_a_closed_item_says_why_and_cannot_be_begun(client: Client, item: Item) -> None:
    Item.objects.filter(pk=item.pk).update(status=Item.Status.SUSPENDED)
    answer = client.get(reverse("cases:apply-start", args=[item.code]))
    assert answer.status_code == 200
    assert "act red" in answer.content.decode()
    assert client.post(reverse("cases:apply-start", args=[item.code]), {"eligible": "on"}).status_code == 409


# --- pages of the form ----------------------------------------------------------------------------------------------------


def test_the_first_page_is_filled_from_the_account(client: Client, person: User, draft: Case) -> None:
    text = page(client, "cases:draft-section", draft.pk, "applicant")
    assert f'value="{person.name}"' in text
    assert f'value="{person.phone}"' in text


def test_each_page_leads_to_the_next(client: Client, draft: Case) -> None:
    first = client.post(reverse("cases:draft-section", args=[draft.pk, "applicant"]), APPLICANT)
    assert first.url == reverse("cases:draft-section", args=[draft.pk, "shop"])
    second = client.post(first.url, SHOP)
    assert second.url == reverse("cases:draft-materials", args=[draft.pk])
    third = client.post(second.url, {plan_field(draft): pdf()})
    assert third.url == reverse("cases:draft-check", args=[draft.pk])


def test_what_was_typed_with_faults_is_kept_as_it_was_typed(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-section", args=[draft.pk, "shop"])
    answer = client.post(address, {**SHOP, "area": "eighty"})
    assert answer.status_code == 422
    assert 'value="eighty"' in answer.content.decode()
    again = page(client, "cases:draft-section", draft.pk, "shop")
    assert 'value="eighty"' in again
    assert SHOP["address"] in again
    assert "govuk-error-summary" in again
    assert client.post(address, SHOP).status_code == 302
    assert "govuk-error-summary" not in page(client, "cases:draft-section", draft.pk, "shop")


def test_later_keeps_even_what_has_faults(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-section", args=[draft.pk, "shop"])
    answer = client.post(address, {"address": "海州", "later": "1"})
    assert answer.url == reverse("cases:mine")
    assert "海州" in page(client, "cases:draft-section", draft.pk, "shop")


def test_a_question_is_asked_only_where_the_answer_calls_for_it(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-section", args=[draft.pk, "shop"])
    assert client.post(address, {**SHOP, "tenure": "rent"}).status_code == 422
    assert client.post(address, {**SHOP, "tenure": "rent", "landlord": "李四"}).status_code == 302
    assert "李四" in page(client, "cases:draft-check", draft.pk)
    assert client.post(address, {**SHOP, "tenure": "own", "landlord": "李四"}).status_code == 302
    assert "李四" not in page(client, "cases:draft-check", draft.pk)


def test_answers_are_not_readable_in_the_database(client: Client, draft: Case) -> None:
    from django.db import connection

    fill(client, draft)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM cases_casecontent WHERE case_id = %s", [draft.pk])
        (raw,) = cursor.fetchone()
    assert "解放路" not in str(raw)


def test_the_telephone_of_the_form_is_how_the_applicant_is_reached(client: Client, draft: Case) -> None:
    client.post(reverse("cases:draft-section", args=[draft.pk, "applicant"]), {**APPLICANT, "phone": "13900001111"})
    assert draft.content.phone == "13900001111"


def test_an_unknown_page_is_not_found(client: Client, draft: Case) -> None:
    assert client.get(reverse("cases:draft-section", args=[draft.pk, "nothing"])).status_code == 404
    assert client.get(reverse("cases:draft-section", args=[draft.pk, "materials"])).status_code == 404


# --- materials --------------------------------------------------------------------------------------------------------


def test_a_wrong_file_keeps_the_others(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-materials", args=[draft.pk])
    answer = client.post(address, {plan_field(draft): [pdf("one.pdf"), nonsense(), png("two.png")]})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "virus.exe" in text
    assert {row.title for row in draft.materials.all()} == {"one.pdf", "two.png"}
    assert "one.pdf" in text


def test_an_empty_file_keeps_the_others(client: Client, draft: Case) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    empty = SimpleUploadedFile("empty.pdf", b"", "application/pdf")
    answer = client.post(reverse("cases:draft-materials", args=[draft.pk]), {plan_field(draft): [empty, pdf()]})
    assert answer.status_code == 422
    assert "empty.pdf" in answer.content.decode()
    assert [row.title for row in draft.materials.all()] == ["plan.pdf"]


def test_what_is_required_must_be_uploaded_and_originals_need_not(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-materials", args=[draft.pk])
    answer = client.post(address, {})
    assert answer.status_code == 422
    assert client.post(address, {plan_field(draft): pdf()}).status_code == 302


def test_files_are_removed_together_with_what_is_known_of_them(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-materials", args=[draft.pk])
    client.post(address, {plan_field(draft): pdf(), "add": "1"})
    row = draft.materials.get()
    answer = client.post(address, {"remove": str(row.pk), "material-other": png()})
    assert answer.url == address
    assert [one.title for one in draft.materials.all()] == ["photo.png"]  # chosen beside the removal: kept
    assert not StoredFile.objects.filter(pk=row.file_id).exists()


def test_a_material_takes_a_bounded_number_of_files(client: Client, draft: Case) -> None:
    address = reverse("cases:draft-materials", args=[draft.pk])
    answer = client.post(address, {plan_field(draft): [pdf(f"{n}.pdf") for n in range(21)]})
    assert answer.status_code == 422
    assert draft.materials.count() == 20
    assert StoredFile.objects.filter(stream="cases.case", stream_id=draft.pk).count() == 20


def test_files_are_read_by_the_applicant_and_whoever_works_on_the_case(client: Client, person: User) -> None:
    case = filed(client)
    file_id = CaseMaterial.objects.get(case=case).file_id
    address = reverse("core:file", args=[file_id])
    assert client.get(address).status_code == 200
    assert signed_in(factories.citizen()).get(address).status_code == 404
    assert Client().get(address).status_code == 302


# --- check and submit ---------------------------------------------------------------------------------------------------


def test_the_whole_filing(client: Client, person: User, item: Item) -> None:
    case = filed(client, item)
    assert case.state == "submitted"
    text = page(client, "cases:receipt", case.number)
    assert case.number in text
    assert case.query_code in text
    saved = client.get(reverse("cases:receipt", args=[case.number]) + "?save")
    assert saved["Content-Type"].startswith("text/plain")
    assert case.query_code in saved.content.decode()


def test_an_unfinished_draft_is_not_submitted_and_says_what_is_missing(client: Client, draft: Case) -> None:
    fill(client, draft, plan=False)
    address = reverse("cases:draft-check", args=[draft.pk])
    assert reverse("cases:draft-materials", args=[draft.pk]) in page(client, "cases:draft-check", draft.pk)
    assert client.post(address, {"declared": "on", "state_version": "0"}).status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_without_the_declaration_nothing_is_submitted(client: Client, draft: Case) -> None:
    fill(client, draft)
    answer = client.post(reverse("cases:draft-check", args=[draft.pk]), {"state_version": "0"})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_second_click_ends_at_the_same_receipt(client: Client, draft: Case) -> None:
    fill(client, draft)
    address, data = reverse("cases:draft-check", args=[draft.pk]), {"declared": "on", "state_version": "0"}
    first, second = client.post(address, data), client.post(address, data)
    assert first.url == second.url
    assert Case.objects.exclude(state="draft").count() == 1
    for name in ("cases:draft", "cases:draft-materials", "cases:draft-check", "cases:draft-discard"):
        assert client.get(reverse(name, args=[draft.pk])).url == first.url


def test_an_item_closed_meanwhile_keeps_the_draft_and_says_so(client: Client, draft: Case) -> None:
    fill(client, draft)
    Item.objects.filter(pk=draft.item_id).update(status=Item.Status.SUSPENDED)
    answer = client.post(reverse("cases:draft-check", args=[draft.pk]), {"declared": "on", "state_version": "0"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.is_draft
    assert "act red" in page(client, "cases:draft", draft.pk)


def test_a_draft_follows_a_new_version_of_its_item_with_answers_and_files(client: Client, draft: Case) -> None:
    fill(client, draft)
    version = publish(draft.item, number=2)
    answer = client.post(reverse("cases:draft-check", args=[draft.pk]), {"declared": "on", "state_version": "0"})
    assert answer.status_code == 422
    renew = reverse("cases:draft-renew", args=[draft.pk])
    assert renew in answer.content.decode()
    assert client.post(renew).status_code == 302
    draft.refresh_from_db()
    assert draft.version == version
    assert draft.materials.get().material.version == version
    assert "解放路" in page(client, "cases:draft-section", draft.pk, "shop")
    assert filed_from(client, draft).state == "submitted"


def filed_from(client: Client, draft: Case) -> Case:
    fill(client, draft, plan=False)
    client.post(reverse("cases:draft-materials", args=[draft.pk]), {})
    client.post(reverse("cases:draft-check", args=[draft.pk]), {"declared": "on", "state_version": "0"})
    draft.refresh_from_db()
    return draft


def test_a_draft_is_discarded_with_everything_in_it(client: Client, draft: Case) -> None:
    fill(client, draft)
    address = reverse("cases:draft-discard", args=[draft.pk])
    assert client.get(address).status_code == 200
    assert client.post(address).url == reverse("cases:mine")
    assert not Case.objects.exists()
    assert not StoredFile.objects.exists()


# --- others ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["draft", "draft-materials", "draft-check", "draft-discard", "draft-renew"])
def test_a_draft_of_somebody_else_does_not_exist(draft: Case, name: str) -> None:
    address = reverse(f"cases:{name}", args=[draft.pk])
    stranger = signed_in(factories.citizen())
    assert stranger.post(address, {}).status_code in {404, 405}
    if name != "draft-renew":
        assert stranger.get(address).status_code == 404
    assert Case.objects.filter(pk=draft.pk, state="draft").exists()


def test_a_colleague_of_the_same_organisation_goes_on_with_the_draft(person: User, item: Item) -> None:
    firm = Organisation.objects.create(uscc="91110000600037341L", name="海州鲜味食品有限公司")
    colleague = factories.citizen()
    for one in (person, colleague):
        Membership.objects.create(organisation=firm, user=one, starts_on="2020-01-01")
    case = begin(signed_in(person), item, applicant=str(firm.pk))
    assert fill(signed_in(colleague), case).pk == case.pk


def test_the_pages_ask_a_bounded_number_of_queries(
    client: Client, draft: Case, django_assert_max_num_queries: Any
) -> None:
    fill(client, draft)
    for name, most in (("draft", 14), ("draft-materials", 18), ("draft-check", 16)):
        with django_assert_max_num_queries(most):
            client.get(reverse(f"cases:{name}", args=[draft.pk]))
