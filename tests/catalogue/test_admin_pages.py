"""The catalogue behind the scenes: an item is written, approved by another person, and closed."""

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfWriter

from approvals.catalogue import actions, editing, policies
from approvals.catalogue.drafts import ItemDraft, MaterialDraft, Standing, VersionDraft
from approvals.catalogue.models import Item, ItemChange, ItemVersion, LifeEvent
from approvals.catalogue.steps import revision_of
from portal.core import files
from portal.core.errors import Invalid, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.core.time import today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def _pdf() -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=99, height=99)
    writer.write(out)
    return out.getvalue()


PDF = _pdf()
YES_NO = {"code": "shop", "type": "yesno", "label": "有店面吗", "required": True}
AREA = {
    "code": "area",
    "type": "number",
    "label": "面积",
    "required": True,
    "show_if": {"field": "shop", "equals": True},
}
FORM = {"sections": [{"code": "one", "title": "店铺", "fields": [YES_NO, AREA]}]}
CONTENTS = VersionDraft(
    legal_days=20, promised_days=5, fee_fen=0, online=True, visits=0, conditions="条件",
    steps=[{"name": "审查", "name_en": "Examination", "days": 5}],
    legal_grounds=[{"law": "《中华人民共和国行政许可法》", "article": ""}], channels=["online"],
    materials=[MaterialDraft(code="app", name="申请表")], form=FORM,
)  # fmt: skip


def draft(author: Any, code: str = "T-1", **version: Any) -> ItemVersion:
    made = actions.create_item(
        author,
        ItemDraft(
            code=code, name=f"测试事项{code}", name_en="Test item", department_id=factories.department().pk, type="permit",
            version=replace(CONTENTS, **version),
        ),
    )  # fmt: skip
    return made.versions.get()


def published(author: Any, reviewer: Any, code: str = "T-1", **version: Any) -> Item:
    row = draft(author, code, **version)
    actions.review(reviewer, row.pk)
    actions.publish(author, row.pk)
    return Item.objects.get(code=code)


def url(name: str, *args: Any) -> str:
    return reverse(f"catalogue:{name}", args=args)


def as_head(head: Client) -> Any:
    return actor_of(head.user, Role.DEPARTMENT_HEAD)  # type: ignore[attr-defined]


# --- list and item ------------------------------------------------------------------------------------------------------


def test_the_list_says_what_each_draft_lacks(head, author):
    draft(author, "T-1", fee_fen=None, visits=None)
    html = head.get(url("admin-list")).content.decode()
    assert "2 " in html and "T-1" in html
    lacks = {gap.field for gap in head.get(url("admin-list")).context["rows"][0].gaps}
    assert lacks == {"fee_fen", "visits"}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({}, ["A-1", "B-1", "C-1"]),
        ({"work": "draft"}, ["A-1", "B-1"]),
        ({"work": "figures"}, ["B-1"]),
        ({"work": "review"}, ["B-1"]),
        ({"work": "approved"}, ["A-1"]),
        ({"status": "published"}, ["C-1"]),
        ({"q": "B-1"}, ["B-1"]),
        ({"cursor": "A-1"}, ["B-1", "C-1"]),
    ],
)
def test_the_filters_of_the_list(head, author, reviewer, query, codes):
    actions.review(reviewer, draft(author, "A-1").pk)
    draft(author, "B-1", fee_fen=None)
    published(author, reviewer, "C-1")
    assert [row.item.code for row in head.get(url("admin-list"), query).context["rows"]] == codes


def test_the_list_costs_the_same_for_more_items(head, author, django_assert_max_num_queries):
    for n in range(12):
        draft(author, f"T-{n}")
    with django_assert_max_num_queries(12):
        head.get(url("admin-list"))


def test_who_manages_an_item_is_who_sees_it_in_the_list(author):
    draft(author)
    other = factories.department("GAJ", name="市公安局")
    people = [factories.staff(role) for role in (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD, Role.ADMINISTRATOR)]
    people += [factories.citizen(), factories.staff(Role.DEPARTMENT_HEAD, other), factories.staff(Role.SUPERVISOR)]
    for person in people:
        for item in Item.objects.all():
            assert policies.can_manage(person, item) == Item.objects.managed_by(person).filter(pk=item.pk).exists()
            assert policies.can_edit(person, item) == Item.objects.editable_by(person).filter(pk=item.pk).exists()


def test_another_departments_head_does_not_find_the_item(author):
    version = draft(author)
    person = factories.staff(Role.DEPARTMENT_HEAD, factories.department("GAJ", name="市公安局"))
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    assert client.get(url("admin-item", version.item_id)).status_code == 404
    assert client.get(url("admin-version", version.pk)).status_code == 404


# --- the draft ----------------------------------------------------------------------------------------------------------


def fields(version: ItemVersion, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the page of a draft."""
    return {
        "kind": "promise", "legal_days": "20", "promised_days": "7", "fee_fen": "12.50", "fee_basis": "收费标准",
        "visits": "1", "review_steps": "1", "channels": ["online", "counter"], "conditions": "条件",
        "steps-count": "3", "steps-0-place": "2", "steps-0-name": "决定", "steps-1-place": "1", "steps-1-name": "受理",
        "steps-1-days": "1", "steps-2-place": "", "steps-2-name": "", "grounds-count": "1", "grounds-0-law": "《某法》",
        "revision": str(revision_of(version.item)), **changes,
    }  # fmt: skip


def test_a_draft_is_saved_with_its_rows_in_the_order_of_their_places(head, author):
    version = draft(author)
    answer = head.post(url("admin-version", version.pk), fields(version))
    assert answer.status_code == 302
    version.refresh_from_db()
    assert [step["name"] for step in version.steps] == ["受理", "决定"] and version.steps[0]["days"] == 1
    assert (version.promised_days, version.fee_fen, version.channels) == (7, 1250, ["online", "counter"])
    assert version.created_by == head.user and version.form.definition == FORM and version.materials.count() == 1


def test_wrong_figures_are_named_and_nothing_typed_is_lost(head, author):
    version = draft(author)
    wrong = fields(version, promised_days="30", conditions="写了很久的条件", **{"steps-1-days": "x"})
    answer = head.post(url("admin-version", version.pk), wrong)
    html = answer.content.decode()
    assert answer.status_code == 422 and "写了很久的条件" in html and 'value="x"' in html
    answer = head.post(url("admin-version", version.pk), fields(version, promised_days="30"))
    assert answer.status_code == 422 and "promised_days" in answer.context["form"].errors
    version.refresh_from_db()
    assert version.promised_days == 5


def test_two_people_at_one_draft_do_not_overwrite_each_other(head, author):
    version = draft(author)
    seen = fields(version, promised_days="9", conditions="我的条件")
    editing.edit_columns(author, version.pk, {"promised_days": 3})
    answer = head.post(url("admin-version", version.pk), seen)
    assert answer.status_code == 422 and "我的条件" in answer.content.decode()
    version.refresh_from_db()
    assert version.promised_days == 3
    with pytest.raises(Stale):
        editing.edit_columns(author, version.pk, {"promised_days": 4}, revision=1)


def test_a_new_item_is_written_approved_and_published_by_two_people(head, cast):
    event = LifeEvent.objects.create(code="shop", name="开店", audience="organisation")
    data = {
        "code": "NEW-1", "name": "小餐饮备案", "name_en": "Small restaurant filing", "type": "service",
        "department": cast.department.pk, "synonyms": "开面馆", "life_events": [event.code],
    }  # fmt: skip
    assert head.post(url("admin-new"), {**data, "code": "坏 码"}).status_code == 422
    head.post(url("admin-new"), data)
    item = Item.objects.get(code="NEW-1")
    version = item.versions.get()
    head.post(url("admin-version", version.pk), fields(version, online=""))
    material = {"code": "id", "name": "身份证", "kind": "copy", "copies": "1", "required": "on", "tolerable": "on"}
    upload = SimpleUploadedFile("空白表.pdf", PDF, content_type="application/pdf")
    address = url("admin-material-new", version.pk)
    assert head.post(address, {**material, "blank_file": upload}).status_code == 302
    step = lambda name: url("admin-step", item.pk, name)  # noqa: E731
    head.post(step("approve"))  # its author: refused with a sentence
    assert ItemVersion.objects.get(pk=version.pk).reviewed_by is None
    cast.client("reviewer").post(step("approve"))
    head.post(step("publish"))
    item.refresh_from_db()
    assert item.status == "published" and ItemChange.objects.get(item=item).change == "add"
    html = Client().get(reverse("catalogue:list"), {"q": "开面馆"}).content.decode()
    assert "小餐饮备案" in html
    file_id = item.current.materials.get().blank_file_id
    assert (
        url("guide-file", "NEW-1", file_id) in Client().get(reverse("catalogue:guide", args=["NEW-1"])).content.decode()
    )
    assert b"".join(Client().get(url("guide-file", "NEW-1", file_id)).streaming_content) == PDF


def test_a_draft_that_lacks_something_is_not_approved_and_says_so(cast, author):
    version = draft(author, visits=None)
    answer = cast.client("reviewer").post(url("admin-step", version.item_id, "approve"), follow=True)
    assert [str(m) for m in answer.context["messages"]] and ItemVersion.objects.get(pk=version.pk).reviewed_by is None


def test_a_new_version_copies_materials_with_their_files_and_can_be_discarded(head, author, reviewer):
    actor = as_head(head)
    version = draft(author)
    stored = files.store(ContentFile(PDF, name="样表.pdf"), owner=actor, kind=editing.FILE_KIND)
    editing.save_material(actor, version.pk, MaterialDraft(code="x", name="表", sample_file_id=stored.pk))
    actions.review(reviewer, version.pk)
    actions.publish(author, version.pk)
    head.post(url("admin-step", version.item_id, "new-version"))
    opened = ItemVersion.objects.get(item_id=version.item_id, number=2)
    assert opened.materials.get(code="x").sample_file_id == stored.pk
    assert opened.previous_promised_days == 5
    head.post(url("admin-step", version.item_id, "discard"))
    assert not ItemVersion.objects.filter(pk=opened.pk).exists()
    assert Item.objects.get(pk=version.item_id).current_id == version.pk


def test_the_only_version_of_an_item_is_not_discarded(author):
    with pytest.raises(WrongState):
        editing.discard_version(author, draft(author).pk)


# --- materials ----------------------------------------------------------------------------------------------------------


def test_materials_are_moved_and_taken_away(author):
    version = draft(author, materials=[MaterialDraft(code=c, name=c) for c in "abc"])
    order = lambda: list(version.materials.values_list("code", flat=True))  # noqa: E731
    pk = {m.code: m.pk for m in version.materials.all()}
    editing.move_material(author, version.pk, pk["c"], up=True)
    assert order() == ["a", "c", "b"]
    editing.move_material(author, version.pk, pk["a"], up=True)
    assert order() == ["a", "c", "b"]
    editing.remove_material(author, version.pk, pk["c"])
    assert order() == ["a", "b"]
    with pytest.raises(Invalid) as refused:
        editing.save_material(author, version.pk, MaterialDraft(code="a", name="again"))
    assert "code" in refused.value.fields


def test_an_uploaded_file_is_kept_when_the_rest_has_mistakes(head, author):
    version = draft(author)
    upload = SimpleUploadedFile("空白表.pdf", PDF, content_type="application/pdf")
    data = {"code": "n1", "name": "", "kind": "copy", "copies": "1", "blank_file": upload}
    answer = head.post(url("admin-material-new", version.pk), data)
    assert answer.status_code == 422 and "空白表.pdf" in answer.content.decode()
    kept = answer.context["form"]["kept_blank"].value()
    data = {"code": "n1", "name": "表", "kind": "copy", "copies": "1", "kept_blank": kept}
    assert head.post(url("admin-material-new", version.pk), data).status_code == 302
    assert version.materials.get(code="n1").blank_file_id == int(kept)


def test_a_file_that_is_two_things_is_refused_at_its_field(head, author):
    version = draft(author)
    upload = SimpleUploadedFile("坏.pdf", b"MZ not a pdf", content_type="application/pdf")
    data = {"code": "n1", "name": "表", "kind": "copy", "copies": "1", "blank_file": upload}
    answer = head.post(url("admin-material-new", version.pk), data)
    assert answer.status_code == 422 and "blank_file" in answer.context["form"].errors


def test_a_draft_of_another_person_gives_no_files(head, author):
    stranger = actor_of(factories.citizen())
    stored = files.store(ContentFile(PDF, name="a.pdf"), owner=stranger, kind=editing.FILE_KIND)
    version = draft(author)
    data = {"code": "n1", "name": "表", "kind": "copy", "copies": "1", "kept_blank": str(stored.pk)}
    assert head.post(url("admin-material-new", version.pk), data).status_code == 404


# --- form ---------------------------------------------------------------------------------------------------------------


def test_pages_and_questions_are_added_changed_and_moved(head, author):
    version = draft(author, form=None)
    page = {"code": "shop", "title": "店铺", "show_if": ""}
    assert head.post(url("admin-form-section-new", version.pk), page).status_code == 302
    new = url("admin-form-field-new", version.pk, "shop")
    question = {"code": "kind", "type": "choice", "label": "哪一类", "required": "on", "choices": "a | 甲\nb | 乙 | B"}
    assert head.post(new, {**question, "choices": "a | 甲"}).status_code == 422
    assert head.post(new, question).status_code == 302
    follow = {"code": "why", "type": "text", "label": "为什么", "show_if": "kind=b"}
    assert head.post(new, follow).status_code == 302
    version.refresh_from_db()
    made = version.form.definition["sections"][0]
    assert [f["code"] for f in made["fields"]] == ["kind", "why"]
    assert made["fields"][0]["choices"][1] == {"value": "b", "label": "乙", "label_en": "B"}
    assert made["fields"][1]["show_if"] == {"field": "kind", "equals": "b"} and made["fields"][1]["required"] is False
    change = url("admin-form-change", version.pk)
    answer = head.post(change, {"section": "shop", "code": "why", "do": "up"}, follow=True)
    assert "为什么" in " ".join(str(m) for m in answer.context["messages"])  # it would stand before what it waits for
    version.refresh_from_db()
    assert [f["code"] for f in version.form.definition["sections"][0]["fields"]] == ["kind", "why"]


@pytest.mark.parametrize("post", [{"code": "shop", "do": "remove"}, {"code": "shop", "do": "down"}])
def test_what_would_break_a_condition_is_refused_and_the_form_stays(head, author, post):
    version = draft(author)
    answer = head.post(url("admin-form-change", version.pk), {"section": "one", **post}, follow=True)
    words = " ".join(str(m) for m in answer.context["messages"])
    assert "面积" in words and "shop" in words
    version.refresh_from_db()
    assert version.form.definition == FORM


def test_changing_a_choice_that_others_wait_for_names_them_and_keeps_what_was_typed(head, author):
    version = draft(author)
    data = {"code": "shop", "type": "text", "label": "改成了文字", "required": "on"}
    answer = head.post(url("admin-form-field", version.pk, "one", "shop"), data)
    html = answer.content.decode()
    assert answer.status_code == 422 and "面积" in html and "改成了文字" in html
    version.refresh_from_db()
    assert version.form.definition == FORM


def test_a_new_code_of_a_question_is_followed_by_its_conditions(head, author):
    version = draft(author)
    data = {"code": "store", "type": "yesno", "label": "有店面吗", "required": "on"}
    assert head.post(url("admin-form-field", version.pk, "one", "shop"), data).status_code == 302
    version.refresh_from_db()
    rows = version.form.definition["sections"][0]["fields"]
    assert rows[0]["code"] == "store" and rows[1]["show_if"]["field"] == "store"


def test_a_broken_show_if_is_never_published(author, reviewer):
    version = draft(author)
    broken = {"sections": [{"code": "one", "title": "店铺", "fields": [{**AREA}]}]}
    with pytest.raises(Invalid) as refused:
        editing.save_form(author, version.pk, broken)
    assert list(refused.value.fields) == ["sections[0].fields[0]"]
    type(version.form).objects.filter(pk=version.form_id).update(definition=broken, state="draft")
    with pytest.raises(Invalid) as refused:
        actions.review(reviewer, version.pk)
    assert "form" in refused.value.fields


def test_json_that_is_wrong_says_where_and_keeps_the_text(head, author):
    version = draft(author)
    address = url("admin-form-json", version.pk)
    for text, word in (
        ("{", "1"),
        (json.dumps({"sections": [{"code": "X", "title": "t", "fields": []}]}), "sections[0]"),
    ):
        answer = head.post(address, {"definition": text})
        html = answer.content.decode()
        assert answer.status_code == 422 and word in html
    good = {"sections": [{"code": "p", "title": "页", "fields": [{"code": "q", "type": "text", "label": "问"}]}]}
    assert head.post(address, {"definition": json.dumps(good)}).status_code == 302
    version.refresh_from_db()
    assert version.form.definition == good


def test_the_preview_checks_like_the_real_page_and_saves_nothing(head, author):
    version = draft(author)
    address = url("admin-form-preview", version.pk, "one")
    assert "有店面吗" in head.get(address).content.decode()
    assert head.post(address, {"shop": "yes"}).status_code == 422
    answer = head.post(address, {"shop": "no"})
    assert answer.status_code == 200 and answer.context["accepted"]


def test_the_schema_is_exported(head, author):
    answer = head.get(url("admin-form-schema", draft(author).pk))
    assert answer.json()["properties"].keys() == {"shop", "area"}


def test_a_new_version_may_change_the_form_and_the_published_one_stays(author, reviewer):
    item = published(author, reviewer)
    opened = actions.new_version(author, item.pk)
    changed = {"sections": [{"code": "one", "title": "店铺", "fields": [YES_NO]}]}
    editing.save_form(author, opened.pk, changed)
    opened.refresh_from_db()
    item.current.refresh_from_db()
    assert opened.form.definition == changed and item.current.form.definition == FORM
    assert opened.form.number == 2


# --- standing -----------------------------------------------------------------------------------------------------------


def test_a_merge_tells_the_owners_of_drafts_and_keeps_the_drafts(head, author, reviewer):
    from approvals.cases import actions as filing

    old, new = published(author, reviewer, "OLD"), published(author, reviewer, "NEW")
    person = factories.citizen()
    case = filing.start_draft(actor_of(person), old)
    page = head.get(url("admin-standing", old.pk), follow=True).content.decode()
    assert "<dd>1</dd>" in page
    actions.change_standing(author, old.pk, Standing("merge", today(), "某文件", merged_into_id=new.pk))
    run_due_jobs(50)
    case.refresh_from_db()
    assert case.state == "draft"
    told = Notification.objects.get(user=person)
    assert told.template == "draft.merge"
    old.refresh_from_db()
    assert old.status == "merged" and old.changes.get(change="merge").merged_into == new


@pytest.mark.parametrize(("change", "template"), [("cancel", "draft.cancel"), ("suspend", "draft.suspend")])
def test_a_closed_item_tells_its_drafts_once(author, reviewer, change, template):
    from approvals.cases import actions as filing

    item, person = published(author, reviewer), factories.citizen()
    filing.start_draft(actor_of(person), item)
    actions.change_standing(author, item.pk, Standing(change, today(), "依据"))
    run_due_jobs(50)
    run_due_jobs(50)
    assert [n.template for n in Notification.objects.filter(user=person)] == [template]
    client = Client()
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    assert client.get(reverse("cases:draft", args=[person.cases.get().pk])).status_code == 200


def test_a_suspended_item_stays_closed_when_a_new_version_is_published(author, reviewer):
    item = published(author, reviewer)
    actions.change_standing(author, item.pk, Standing("suspend", today(), "依据"))
    opened = actions.new_version(author, item.pk)
    actions.review(reviewer, opened.pk)
    actions.publish(author, opened.pk)
    item.refresh_from_db()
    assert (item.status, item.current_id) == ("suspended", opened.pk)
    actions.change_standing(author, item.pk, Standing("restore", today(), "依据"))
    assert Item.objects.get(pk=item.pk).is_open_to_filing
    with pytest.raises(Invalid) as refused:
        actions.change_standing(author, item.pk, Standing("suspend", today(), "依据"))
    assert "on" in refused.value.fields
