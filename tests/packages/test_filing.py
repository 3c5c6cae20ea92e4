"""Filing a package: one case a part, nothing asked twice, all or none, and at most 25 queries for six parts."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.utils.translation import override

from approvals.cases.answers import answers_of
from approvals.cases.models import Case, CaseMaterial
from approvals.catalogue.actions import new_version as new_item_version
from approvals.catalogue.models import FormVersion, Item, ItemVersion
from approvals.packages import actions
from approvals.packages.draft import Draft
from approvals.packages.models import Package, PackageFiling
from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.models import Document, Event, Job, Notification, StoredFile
from portal.core.statistics import differences
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation
from tests import factories
from tests.packages.crew import (
    APPLICANT,
    Crew,
    again,
    cases,
    field,
    fill,
    online_item,
    publish_item,
    section,
    stored,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return Crew()


def test_a_package_becomes_one_case_for_each_part(crew):
    filing = crew.filed()
    found = cases(filing)
    assert [case.state for case in found] == ["submitted"] * 3
    assert [case.item.name for case in found] == ["出生登记", "医保参保", "社保卡申领"]
    assert len({case.number for case in found} | {filing.number}) == 4
    assert all(case.query_code and case.version_id == case.item.current_id for case in found)
    assert [case.department.code for case in found] == ["GAJ", "YBJ", "RSJ"]
    assert (filing.state, filing.parts_filed, filing.promised_days) == ("filed", 3, 5)


def test_each_case_gets_its_own_answers_and_the_ways_to_reach_the_applicant(crew):
    filing = crew.filed(phone="13900001111")
    birth, _insurance, card = cases(filing)
    assert answers_of(birth.content) == {"name": "李四", "phone": "13900001111", "child_name": "李小宝"}
    assert answers_of(card.content) == {"name": "李四", "phone": "13900001111"}
    assert card.content.phone == "13900001111"
    assert card.content.resident_number == crew.person.citizen.resident_number
    assert Case.objects.filter(content__phone_blind__matches="13900001111").count() == 3
    assert birth.content.steps_done == ["applicant", "child", "materials"]


def test_a_material_is_uploaded_once_and_hangs_in_each_case(crew):
    filing = crew.filled()
    assert filing.papers.count() == 2  # the birth certificate for two items, the identity card for three
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    rows = CaseMaterial.objects.select_related("file", "material")
    assert sorted(row.material.code for row in rows) == ["birthcert", "birthcert", "idc", "idc", "idc"]
    assert len({row.file_id for row in rows}) == 5
    assert all(row.file.stream == "cases.case" and row.file.stream_id == row.case_id for row in rows)
    assert len({row.file.sha256 for row in rows}) == 1  # the tests upload one content


def test_events_figures_and_jobs_are_those_of_single_filings(crew):
    filing = crew.filed()
    for case in cases(filing):
        events = list(Event.objects.filter(stream="cases.case", stream_id=case.pk))
        assert [(one.type, one.sequence, one.from_state, one.to_state) for one in events] == [
            ("case.submit", 1, "draft", "submitted")
        ]
        assert json.loads(events[0].body)["data"]["number"] == case.number
    waiting = set(Job.objects.filter(payload__stream_id=cases(filing)[0].pk).values_list("name", flat=True))
    assert {"cases.tell_applicant", "certificates.note_uses"} <= waiting
    work()
    call_command("verify_audit")
    assert list(differences()) == []
    assert Notification.objects.filter(user=crew.person, template="case.submit").count() == 3
    assert Notification.objects.filter(user=crew.person, template="package.filed").count() == 1
    assert Document.objects.filter(kind="cases.receipt").count() == 3
    work()
    assert Document.objects.filter(kind="cases.receipt").count() == 3


def test_one_by_one_and_together_mark_the_same_cells(crew):
    """The figures of cases filed together are the very figures of cases filed alone."""
    crew.filed()
    statistics.refresh_all()
    together = _received()
    for item in crew.items:
        factories.submitted(factories.citizen(), item)
    statistics.refresh_all()
    assert {key: value * 2 for key, value in together.items()} == _received()


def _received():
    from approvals.cases.models import ItemCell

    return {(one.item_id, one.department_id): one.received for one in ItemCell.objects.all()}


def test_six_parts_are_filed_in_25_queries(django_assert_max_num_queries):
    places = [factories.department(f"D{n}") for n in range(6)]
    items = [
        online_item(dept=dept, sections=(APPLICANT, section(f"s{n}", field(f"f{n}", required=False))))
        for n, dept in enumerate(places)
    ]
    crew = Crew(items)
    with driven_clock(factories.moment("2026-11-20 10:00")):
        factories.submitted()  # calendar and rules are known now
        first = crew.filled()
        with django_assert_max_num_queries(25 + 2):  # the first of the day makes its counters; two more frame the test
            actions.submit(crew.actor, first.pk, state_version=first.state_version)
        crew.actor = actor_of(factories.citizen())
        filing = crew.filled()
        with django_assert_max_num_queries(23 + 2):
            actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert len(cases(filing)) == 6


def test_more_parts_cost_no_more_queries(django_assert_num_queries):
    """What grows is the rows, not the statements."""

    def asked(number):
        items = [online_item(dept=factories.department(f"D{n}")) for n in range(number)]
        crew = Crew(items) if number == 2 else None
        return items, crew

    items, crew = asked(2)
    crew.filed()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (2, 9):
        items = [online_item(dept=factories.department(f"D{n}")) for n in range(number)]
        crew.items = items
        crew.package = crew.make(code=f"p{number}", promised_days=5)
        for one in items:
            factories.submitted(factories.citizen(), one)  # the counters of the day are there
        crew.actor = actor_of(factories.citizen())
        filing = crew.filled()
        with CaptureQueriesContext(connection) as told:
            actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
        counts.append(len(told))
    assert counts[0] == counts[1]


# --- what is refused --------------------------------------------------------------------------------------------------


def refused(crew, filing):
    with override("en"), pytest.raises(WrongState) as error:
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert not Case.objects.filter(applicant=crew.person).exists()
    assert again(filing).is_draft
    return error.value.message


@pytest.mark.parametrize("status", ["cancelled", "suspended", "merged"])
def test_an_item_that_was_closed_meanwhile_is_named_and_the_rest_is_filed_without_it(crew, status):
    filing = crew.filled()
    typed = again(filing).answers
    Item.objects.filter(pk=crew.items[1].pk).update(status=status)
    assert refused(crew, filing) == (
        f"“{crew.items[1].name_en}” can no longer be applied for online. You can file the other parts without it."
    )
    (problem,) = Draft(again(filing)).problems_of_parts()
    assert problem.closed
    actions.leave_out(crew.actor, filing.pk, problem.part.pk)
    assert again(filing).answers and json.loads(again(filing).answers) == json.loads(typed)
    filed = actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert [case.item_id for case in cases(filed)] == [crew.items[0].pk, crew.items[2].pk]


def test_an_item_that_asks_for_more_meanwhile_is_named_and_keeps_what_was_typed(crew):
    filing = crew.filled()
    item = crew.items[0]
    version = ItemVersion.objects.get(pk=new_item_version(crew.administrator, item.pk).pk)
    child = section(
        "child", field("child_name", label="新生儿姓名"), field("weight", "number", "体重"), title="新生儿信息"
    )
    form = FormVersion.objects.create(item=item, number=9, definition={"sections": [APPLICANT, child]})
    version.form = form
    publish_item(Item.objects.get(pk=item.pk), version)
    said = refused(crew, filing)
    assert said.startswith(f"What “{item.name_en}” asks for has changed.")
    actions.renew(crew.actor, filing.pk)
    draft = Draft(again(filing))
    assert draft.problems_of_parts() == []
    assert draft.answers[draft.form.names[item.code]["child_name"]] == "李小宝"
    assert "Please finish the page" in refused(crew, filing)
    filled = fill(crew.actor, filing, weight=4)
    filed = actions.submit(crew.actor, filled.pk, state_version=filled.state_version)
    assert answers_of(cases(filed)[0].content)["weight"] == 4
    assert answers_of(cases(filed)[1].content).get("weight") is None


def test_a_package_that_was_suspended_or_changed_meanwhile_keeps_the_draft(crew):
    filing = crew.filled()
    package = actions.suspend(crew.head, crew.package.pk, ground="系统升级", revision=again_package(crew).revision)
    assert refused(crew, filing).startswith("This package is not open at present.")
    actions.resume(crew.head, package.pk, ground="升级完成", revision=package.revision)
    version = actions.new_version(crew.head, package.pk)
    revision = again_package(crew).revision
    contents = crew.contents(items="\n".join(one.code for one in crew.items[:2]), questions="")
    actions.edit_version(crew.head, version.pk, contents, revision=revision)
    crew.publish(package)
    assert refused(crew, filing).startswith("The package has changed since you began.")
    actions.answer_guide(crew.actor, filing.pk, {})
    filed = actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert len(cases(filed)) == 2


def again_package(crew):
    return Package.objects.get(pk=crew.package.pk)


def test_unfinished_pages_and_missing_papers_are_named(crew):
    filing = crew.begin()
    said = refused(crew, filing)
    assert "Please finish the page “About you”." in said and "Please finish the page “Materials”." in said
    filled = fill(crew.actor, filing)
    paper = filled.papers.first()
    actions.remove_paper(crew.actor, filled.pk, paper.pk)
    assert refused(crew, filled) == "Please finish the page “Materials”."
    assert not StoredFile.objects.filter(pk=paper.file_id).exists()


def test_answers_that_no_page_would_take_are_not_filed_either(crew):
    """Whoever writes past the pages meets the same rules at the filing."""
    filing = crew.filled(phone="电话")
    assert "Please finish the page “About you”." in refused(crew, filing)


def test_a_second_click_files_nothing_twice(crew):
    filing = crew.filled()
    actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    with pytest.raises(Stale):
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    with pytest.raises(WrongState):
        actions.submit(crew.actor, filing.pk, state_version=filing.state_version + 1)
    with pytest.raises(WrongState):
        actions.save_page(crew.actor, filing.pk, "x", {}, done=True)
    assert Case.objects.count() == 3


def test_somebody_elses_draft_is_not_there(crew):
    filing, stranger = crew.filled(), actor_of(factories.citizen())
    for act in (
        lambda: actions.submit(stranger, filing.pk, state_version=0),
        lambda: actions.save_page(stranger, filing.pk, "x", {}, done=True),
        lambda: actions.discard(stranger, filing.pk),
        lambda: actions.renew(stranger, filing.pk),
        lambda: actions.answer_guide(stranger, filing.pk, {"card": "no"}),
        lambda: actions.leave_out(stranger, filing.pk, filing.parts.first().pk),
        lambda: actions.add_paper(stranger, filing.pk, stored(stranger), key="k"),
        lambda: actions.remove_paper(stranger, filing.pk, filing.papers.first().pk),
        lambda: actions.submit(crew.actor, 10**9, state_version=0),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_file_of_somebody_else_is_not_taken(crew):
    filing = crew.begin()
    with pytest.raises(NotFound):
        actions.add_paper(crew.actor, filing.pk, stored(actor_of(factories.citizen())), key="k")


def test_the_guide_is_answered_whole_and_leaves_something_to_file(crew):
    with override("en"):
        with pytest.raises(Invalid) as error:
            actions.begin(crew.actor, crew.package.pk, {})
        assert error.value.fields == {"card": "Please choose one of the answers."}
        with pytest.raises(Invalid) as error:
            actions.begin(crew.actor, crew.package.pk, {"card": "no"}, without=[one.code for one in crew.items])
        assert error.value.message == "With these answers no item of the package is left to file."


def test_one_draft_for_oneself_follows_the_answers_and_keeps_what_was_typed(crew):
    filing = crew.filled()
    assert filing.parts.count() == 3
    same = actions.begin(crew.actor, crew.package.pk, {"card": "no"})
    assert same.pk == filing.pk and same.parts.count() == 2
    assert "李小宝" in again(filing).answers
    with override("en"), pytest.raises(Invalid) as error:
        actions.leave_out(crew.actor, filing.pk, filing.parts.first().pk)
        actions.leave_out(crew.actor, filing.pk, filing.parts.first().pk)
    assert error.value.message == "This is the only part that is left. Please delete the draft instead."


def test_an_agent_files_for_the_organisation_only(crew):
    firm = Organisation.objects.create(name="海州建设有限公司", uscc="91350100M000100Y43")
    with pytest.raises(NotAllowed):
        crew.begin(organisation=firm)
    Membership.objects.create(user=crew.person, organisation=firm, starts_on=dt.date(2020, 1, 1))
    person = type(crew.person).objects.get(pk=crew.person.pk)
    crew.actor = actor_of(person)
    filing = crew.begin(organisation=firm)
    assert filing.applicant_name == firm.name
    filing = fill(crew.actor, filing)
    filed = actions.submit(crew.actor, filing.pk, state_version=filing.state_version)
    assert {case.applicant_name for case in cases(filed)} == {firm.name}
    assert {case.organisation_id for case in cases(filed)} == {firm.pk}
    assert {case.content.resident_number for case in cases(filed)} == {""}


def test_a_discarded_draft_leaves_nothing(crew):
    filing = crew.filled()
    kept = list(filing.papers.values_list("file_id", flat=True))
    actions.discard(crew.actor, filing.pk)
    assert not PackageFiling.objects.exists()
    assert not StoredFile.objects.filter(pk__in=kept).exists()
