"""A version is written by one person, approved by another, and never changes once it is published."""

import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from approvals.catalogue import actions, policies
from approvals.catalogue.demo.tables import chinese_number, item_drafts
from approvals.catalogue.drafts import ItemDraft, MaterialDraft, Standing, VersionDraft
from approvals.catalogue.models import Item, ItemChange, ItemVersion, Material
from approvals.catalogue.readiness import missing_for_publication
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import events_of
from portal.core.time import driven_clock, today
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"sections": [{"code": "one", "title": "一", "fields": [{"code": "a", "type": "text", "label": "甲"}]}]}
CONTENTS = VersionDraft(
    legal_days=20,
    promised_days=5,
    fee_fen=0,
    online=True,
    visits=0,
    conditions="条件",
    steps=[{"name": "审查", "name_en": "Examination", "days": 5}],
    legal_grounds=[{"law": "《中华人民共和国行政许可法》", "article": ""}],
    channels=["online"],
    materials=[MaterialDraft(code="app", name="申请表")],
    form=FORM,
)


def made(author, code="T-1", **version):
    draft = ItemDraft(
        code=code, name="测试事项", name_en="Test item", department_id=factories.department().pk, type="permit",
        version=replace(CONTENTS, **version),
    )  # fmt: skip
    return actions.create_item(author, draft)


def published(author, reviewer, code="T-1", **version):
    item = made(author, code, **version)
    pk = item.versions.get().pk
    actions.review(reviewer, pk)
    actions.publish(author, pk)
    return Item.objects.get(code=code)


def test_a_new_item_is_a_draft_and_closed_to_filing(author):
    item = made(author)
    assert item.status == Item.Status.DRAFT
    assert not Item.objects.open_to_filing().exists()


def test_two_people_publish_and_the_item_is_open(author, reviewer):
    item = published(author, reviewer)
    assert item.is_open_to_filing
    assert list(Item.objects.open_to_filing()) == [item]
    assert item.current.created_by_id != item.current.reviewed_by_id
    assert [told.event.type for told in events_of(item)] == ["item.created", "item.reviewed", "item.published"]
    assert ItemChange.objects.get(item=item).change == "add"


def test_the_author_cannot_approve_their_own_version(author):
    with pytest.raises(NotAllowed) as refused:
        actions.review(author, made(author).versions.get().pk)
    assert refused.value.code == "second_person"


def test_nothing_is_published_by_one_person(author):
    item = made(author)
    with pytest.raises(NotAllowed) as refused:
        actions.publish(author, item.versions.get().pk)
    assert refused.value.code == "second_person"
    assert Item.objects.get().status == Item.Status.DRAFT


def test_an_edit_after_the_approval_voids_it(author, reviewer):
    pk = made(author).versions.get().pk
    actions.review(reviewer, pk)
    actions.edit_version(author, pk, replace(CONTENTS, promised_days=3))
    with pytest.raises(NotAllowed):
        actions.publish(author, pk)


def test_the_one_who_edited_last_is_the_author_and_cannot_approve(author, reviewer):
    pk = made(author).versions.get().pk
    actions.edit_version(reviewer, pk, CONTENTS)
    with pytest.raises(NotAllowed):
        actions.review(reviewer, pk)


@pytest.mark.parametrize(
    ("lacking", "field"),
    [
        ({"promised_days": None}, "promised_days"),
        ({"legal_days": None}, "legal_days"),
        ({"fee_fen": None}, "fee_fen"),
        ({"fee_fen": 100}, "fee_basis"),
        ({"visits": None}, "visits"),
        ({"conditions": ""}, "conditions"),
        ({"steps": ()}, "steps"),
        ({"legal_grounds": ()}, "legal_grounds"),
        ({"channels": ()}, "channels"),
        ({"materials": ()}, "materials"),
        ({"form": None}, "form"),
    ],
)
def test_a_draft_says_what_it_lacks_and_cannot_be_approved(author, reviewer, lacking, field):
    item = made(author, **lacking)
    assert [gap.field for gap in missing_for_publication(item)] == [field]
    with pytest.raises(Invalid) as refused:
        actions.review(reviewer, item.versions.get().pk)
    assert field in refused.value.fields


def test_a_complete_draft_lacks_nothing(author):
    assert missing_for_publication(made(author)) == []


def test_a_promise_longer_than_the_law_is_refused(author):
    with pytest.raises(Invalid):
        made(author, promised_days=21)


def test_an_immediate_item_promises_no_days(author):
    with pytest.raises(Invalid):
        made(author, kind="immediate", promised_days=1)


@pytest.mark.parametrize(
    "wrong", [{"promised_days": 30}, {"kind": "immediate", "promised_days": 1}, {"review_steps": 3}]
)
def test_the_database_refuses_it_too(author, wrong):
    version = made(author).versions.get()
    for name, value in wrong.items():
        setattr(version, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


def test_a_published_version_never_changes(author, reviewer):
    version = published(author, reviewer).current
    version.promised_days = 4
    with pytest.raises(WrongState):
        version.save()
    with pytest.raises(WrongState):
        ItemVersion.objects.filter(pk=version.pk).update(promised_days=4)
    with pytest.raises(WrongState):
        version.delete()
    with pytest.raises(WrongState):
        ItemVersion.objects.all().delete()
    assert ItemVersion.objects.get().promised_days == 5


def test_a_published_version_does_not_become_a_draft_again(author, reviewer):
    version = published(author, reviewer).current
    version.state = "draft"
    with pytest.raises(WrongState):
        version.save()
    with pytest.raises(WrongState):
        ItemVersion.objects.update(state="draft")


def test_the_materials_and_the_form_of_a_published_version_never_change(author, reviewer):
    version = published(author, reviewer).current
    material = version.materials.get()
    material.required = False
    with pytest.raises(WrongState):
        material.save()
    with pytest.raises(WrongState):
        material.delete()
    with pytest.raises(WrongState):
        Material.objects.create(version=version, code="more", name="另一份")
    with pytest.raises(WrongState):
        version.materials.update(required=False)
    version.form.definition = {}
    with pytest.raises(WrongState):
        version.form.save()


def test_a_new_version_starts_as_a_copy_and_replaces_the_old_one(author, reviewer):
    item = published(author, reviewer)
    with driven_clock(factories.moment("2030-03-04 10:00")):
        version = actions.new_version(author, item.pk)
        assert (version.number, version.previous_promised_days, version.materials.count()) == (2, 5, 1)
        actions.edit_version(author, version.pk, replace(actions.contents_of(version), promised_days=3))
        actions.review(reviewer, version.pk)
        actions.publish(author, version.pk)
        item.refresh_from_db()
        old = item.versions.get(number=1)
        assert (item.current.number, item.current.promised_days) == (2, 3)
        assert (old.state, old.valid_to, old.promised_days) == ("retired", dt.date(2030, 3, 3), 5)
        assert item.current.form_id == old.form_id  # the same definition is the same form


def test_one_item_has_one_open_draft(author, reviewer):
    item = published(author, reviewer)
    actions.new_version(author, item.pk)
    with pytest.raises(WrongState):
        actions.new_version(author, item.pk)


@pytest.mark.parametrize(("change", "status"), [("cancel", "cancelled"), ("suspend", "suspended")])
def test_a_cancelled_or_suspended_item_is_closed_to_filing(author, reviewer, change, status):
    item = published(author, reviewer)
    actions.change_standing(author, item.pk, Standing(change, today(), "国发〔2026〕1号"))
    item.refresh_from_db()
    assert item.status == status and not Item.objects.open_to_filing().exists()


def test_a_suspended_item_is_opened_again(author, reviewer):
    item = published(author, reviewer)
    actions.change_standing(author, item.pk, Standing("suspend", today(), "系统升级"))
    actions.change_standing(author, item.pk, Standing("restore", today(), "升级完成"))
    assert Item.objects.open_to_filing().exists()


def test_a_merged_item_names_where_it_went(author, reviewer):
    one, two = published(author, reviewer, "T-1"), published(author, reviewer, "T-2")
    with pytest.raises(Invalid):
        actions.change_standing(author, one.pk, Standing("merge", today(), "整合"))
    with pytest.raises(Invalid):
        actions.change_standing(author, one.pk, Standing("merge", today(), "整合", merged_into_id=one.pk))
    change = actions.change_standing(author, one.pk, Standing("merge", today(), "整合", merged_into_id=two.pk))
    assert change.merged_into == two


def test_a_change_needs_its_ground(author, reviewer):
    item = published(author, reviewer)
    with pytest.raises(Invalid) as refused:
        actions.change_standing(author, item.pk, Standing("cancel", today(), " "))
    assert "ground" in refused.value.fields


def test_staff_of_another_department_cannot_write(author):
    item = made(author)
    stranger = actor_of(factories.staff(Role.CLERK, factories.department("GAJ", name="市公安局")), Role.CLERK)
    with pytest.raises(NotAllowed):
        actions.edit_version(stranger, item.versions.get().pk, CONTENTS)


def test_the_head_writes_and_a_reviewer_of_the_department_approves():
    head = actor_of(factories.staff(Role.DEPARTMENT_HEAD), Role.DEPARTMENT_HEAD)
    item = made(head)
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    for refused in (clerk, head):
        with pytest.raises(NotAllowed):
            actions.review(refused, item.versions.get().pk)
    reviewer = actor_of(factories.staff(Role.REVIEWER), Role.REVIEWER)
    actions.review(reviewer, item.versions.get().pk)
    with pytest.raises(NotAllowed):
        actions.publish(reviewer, item.versions.get().pk)
    actions.publish(head, item.versions.get().pk)


def test_a_clerk_writes_nothing(author):
    clerk = actor_of(factories.staff(Role.CLERK), Role.CLERK)
    with pytest.raises(NotAllowed):
        actions.edit_version(clerk, made(author).versions.get().pk, CONTENTS)


def test_a_missing_version_is_not_found(author):
    with pytest.raises(NotFound):
        actions.review(author, 999999)


@pytest.mark.parametrize(
    "role", [None, Role.CITIZEN, Role.CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR, "stranger"]
)
def test_what_may_be_seen_is_what_the_list_shows(author, reviewer, role):
    published(author, reviewer, "T-1")
    made(author, "T-2")
    cancelled = published(author, reviewer, "T-3")
    actions.change_standing(author, cancelled.pk, Standing("cancel", today(), "取消"))
    if role is None:
        person = AnonymousUser()
    elif role == "stranger":
        person = factories.staff(Role.CLERK, factories.department("GAJ", name="市公安局"))
    else:
        person = factories.citizen() if role == Role.CITIZEN else factories.staff(role)
    seen = set(Item.objects.visible_to(person))
    assert seen == {item for item in Item.objects.all() if policies.can_see(person, item)}
    assert len(seen) == (3 if role in {Role.CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR} else 2)


@pytest.mark.parametrize(
    ("number", "words"),
    [(7, "七"), (10, "十"), (15, "十五"), (35, "三十五"), (101, "一百零一"), (1049, "一千零四十九"), (230, "二百三十")],
)
def test_articles_are_counted_as_the_law_counts_them(number, words):
    assert chinese_number(number) == words


def test_every_demo_item_is_complete_in_both_languages():
    from approvals.catalogue.demo.forms import FORMS
    from approvals.catalogue.demo.tables import rows

    departments = {row[0]: n for n, row in enumerate(rows("departments"))}
    events = {row[0] for row in rows("life_events")}
    drafts = list(item_drafts(departments, FORMS))
    assert len({d.code for d in drafts}) == len(drafts) >= 200
    for draft in drafts:
        assert draft.name_en and draft.synonyms and draft.version.conditions_en, draft.code
        assert set(draft.life_events) <= events, draft.code
        codes = [m.code for m in draft.version.materials]
        assert 2 <= len(codes) <= 8 and len(set(codes)) == len(codes), draft.code
        version = draft.version
        assert version.legal_days is None or version.promised_days <= version.legal_days, draft.code
        assert sum(step["days"] or 0 for step in version.steps) == version.promised_days, draft.code
